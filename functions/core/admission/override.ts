import { isInForce } from './in-force.ts';
import type { ComponentRecord, FleetRecord, Override, Setting } from './records.ts';

export const OVERRIDE_KINDS = [
  'group',
  'component',
  'window',
  'mode',
  'group-mode',
  'component-mode',
] as const;

/**
 * A part that people may control by itself: a group is paused, a component excluded, a window held open; a mode is set
 * for everything, a group or a component.
 */
export interface OverrideScope {
  readonly kind: (typeof OVERRIDE_KINDS)[number];
  /** For `mode`, EVERYTHING. */
  readonly name: string;
}

/** The name of all components together. */
export const EVERYTHING = 'everything';

/** What a person set, while it holds. */
export function settingInForce(override: Override | undefined, nowMs: number): Setting | undefined {
  const setting = override?.setting;
  return setting && isInForce(setting, nowMs) ? setting : undefined;
}

/** Whether a part is kept with its component's record, and not with the fleet's. */
export function isOfComponent({ kind }: OverrideScope): boolean {
  return kind === 'component' || kind === 'component-mode';
}

/** What is on record of a part. */
export function overrideOf(
  { kind, name }: OverrideScope,
  component: Pick<ComponentRecord, 'exclusion' | 'modeOverride'> | undefined,
  fleet: Pick<FleetRecord, 'groupPauses' | 'windowOpenings' | 'modeOverride' | 'groupModes'>,
): Override | undefined {
  switch (kind) {
    case 'component':
      return component?.exclusion;
    case 'component-mode':
      return component?.modeOverride;
    case 'group':
      return fleet.groupPauses?.[name];
    case 'group-mode':
      return fleet.groupModes?.[name];
    case 'window':
      return fleet.windowOpenings?.[name];
    case 'mode':
      return fleet.modeOverride;
  }
}

/** What a setting says, apart from its reason and end. */
export function stateOf(setting: Setting | undefined): string {
  return setting === undefined ? 'lifted' : (setting.mode ?? 'set');
}

/** What came of a control that was not taken, because of this one. */
export function outcomeAfter(
  later: Override | undefined,
  given: Override,
): 'taken' | 'confirmed' | 'overtaken' {
  if (!later || stateOf(later.setting) !== stateOf(given.setting)) return 'overtaken';
  // The same time means the same control, sent again or with its answer lost.
  return later.givenAtMs === given.givenAtMs ? 'taken' : 'confirmed';
}

/**
 * Of two controls of the same time, the one that lets less be healed holds.
 *
 * @returns `unless-observe`: whatever the other says, except where that sets the mode to `observe`
 */
export function holdsAtSameTime(
  { kind }: OverrideScope,
  { setting }: Override,
): 'always' | 'unless-observe' | 'never' {
  if (setting?.mode === 'propose') return 'unless-observe';
  return (kind === 'window') === (setting === undefined) ? 'always' : 'never';
}
