import { isInForce } from '../admission/in-force.ts';
import { EVERYTHING, OVERRIDE_KINDS, type OverrideScope, overrideOf } from '../admission/override.ts';
import type { ComponentRecord, FleetRecord, Override, Setting } from '../admission/records.ts';

/** What people set last for a part of the fleet at run time. Who it was is not on record: CloudTrail has the event's sender. */
export interface PeopleSetting {
  /** `fleet` is the pause of everything; the others are the kinds of an override. */
  readonly part: 'fleet' | OverrideScope['kind'];
  readonly name: string;
  readonly givenAtMs: number;
  /** With its reason, its beginning and its end. @default - it was lifted */
  readonly setting?: Setting;
}

/**
 * Of each part that people have set something for, the latest, if it is in force or was given since.
 *
 * @param components those of the configuration
 */
export function peopleSettings(
  fleet: FleetRecord,
  components: readonly ComponentRecord[],
  sinceMs: number,
  nowMs: number,
): readonly PeopleSetting[] {
  const byName = new Map(components.map((record) => [record.component, record]));
  const names: Readonly<Record<OverrideScope['kind'], readonly string[]>> = {
    group: Object.keys(fleet.groupPauses ?? {}),
    component: [...byName.keys()],
    window: Object.keys(fleet.windowOpenings ?? {}),
    mode: [EVERYTHING],
    'group-mode': Object.keys(fleet.groupModes ?? {}),
    'component-mode': [...byName.keys()],
  };
  const parts = OVERRIDE_KINDS.flatMap((kind) =>
    names[kind].map((name) => [kind, name, overrideOf({ kind, name }, byName.get(name), fleet)] as const),
  );
  return [['fleet', EVERYTHING, pauseOf(fleet)] as const, ...parts].flatMap(([part, name, given]) => {
    if (!given) return [];
    const { givenAtMs, setting } = given;
    const holds = setting !== undefined && isInForce(setting, nowMs);
    if (!holds && givenAtMs < sinceMs) return [];
    return [{ part, name, givenAtMs, ...(setting && { setting }) }];
  });
}

function pauseOf({ pause, controlledAtMs }: FleetRecord): Override | undefined {
  const givenAtMs = controlledAtMs ?? pause?.sinceMs;
  return givenAtMs === undefined ? undefined : { givenAtMs, ...(pause && { setting: pause }) };
}
