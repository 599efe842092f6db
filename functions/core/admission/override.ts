import { isInForce } from './in-force.ts';
import type { ComponentRecord, FleetRecord, Override, Pause } from './records.ts';

export const OVERRIDE_KINDS = ['group', 'component', 'window'] as const;

/** A part that people may control by itself: a group is paused, a component excluded, a window held open. */
export interface OverrideScope {
  readonly kind: (typeof OVERRIDE_KINDS)[number];
  readonly name: string;
}

/** What a person set, while it holds. */
export function settingInForce(override: Override | undefined, nowMs: number): Pause | undefined {
  const setting = override?.setting;
  return setting && isInForce(setting, nowMs) ? setting : undefined;
}

/** What is on record of a part. */
export function overrideOf(
  { kind, name }: OverrideScope,
  component: Pick<ComponentRecord, 'exclusion'> | undefined,
  fleet: Pick<FleetRecord, 'groupPauses' | 'windowOpenings'>,
): Override | undefined {
  switch (kind) {
    case 'component':
      return component?.exclusion;
    case 'group':
      return fleet.groupPauses?.[name];
    case 'window':
      return fleet.windowOpenings?.[name];
  }
}

/** What came of a control that was not taken, because of this one. */
export function outcomeAfter(
  later: Override | undefined,
  given: Override,
): 'taken' | 'confirmed' | 'overtaken' {
  if (!later || (later.setting === undefined) !== (given.setting === undefined)) return 'overtaken';
  // The same time means the same control, sent again or with its answer lost.
  return later.givenAtMs === given.givenAtMs ? 'taken' : 'confirmed';
}

/** Of two controls of the same time, the one that lets less be healed holds. */
export function holdsAtSameTime({ kind }: OverrideScope, { setting }: Override): boolean {
  return (kind === 'window') === (setting === undefined);
}
