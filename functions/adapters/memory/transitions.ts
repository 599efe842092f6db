import { withInFlight } from '../../core/admission/budgets.ts';
import type { Grant } from '../../core/admission/decide-admission.ts';
import {
  type ComponentRecord,
  EMPTY_GROUP,
  type FleetRecord,
  type GroupRecord,
  type Limits,
} from '../../core/admission/records.ts';
import type { Conclusion } from '../../ports/operation-store.ts';

type Groups = FleetRecord['groups'];

/** The limits as a grant leaves them. Cooldowns that are over, and that people were told of spent attempts, have no meaning any more. */
export function admitted(record: ComponentRecord, fleet: FleetRecord, grant: Grant): Limits {
  const { claim, attemptsMs, group, startedAtMs } = grant;
  const { spentToldAtMs: _told, ...rest } = record;
  const { component } = record;
  return {
    component: {
      ...rest,
      revision: record.revision + 1,
      fence: claim.fence,
      claim,
      attemptsMs: { ...record.attemptsMs, [claim.strategyId]: attemptsMs },
      cooldownUntilMs: stillResting(record.cooldownUntilMs, startedAtMs),
    },
    fleet: {
      ...withInFlight(fleet, component, group),
      revision: fleet.revision + 1,
      strategyCooldownUntilMs: stillResting(fleet.strategyCooldownUntilMs, startedAtMs),
    },
  };
}

/** The limits as the end of the claim's own operation leaves them. */
export function concluded(record: ComponentRecord, fleet: FleetRecord, conclusion: Conclusion): Limits {
  const { claim: _claim, spentToldAtMs, ...rest } = record;
  const { strategyId, cooldownScope, cooldownUntilMs, group, state } = conclusion;
  const isWell = state === 'COMPLETED';
  const cooldown = { [strategyId]: cooldownUntilMs };
  return {
    component: {
      ...rest,
      revision: record.revision + 1,
      ...(isWell ? { failuresMs: {} } : spentToldAtMs !== undefined && { spentToldAtMs }),
      cooldownUntilMs: { ...record.cooldownUntilMs, ...(cooldownScope === 'component' && cooldown) },
    },
    fleet: {
      ...fleet,
      revision: fleet.revision + 1,
      inFlight: fleet.inFlight.filter((name) => name !== record.component),
      groups:
        group === undefined
          ? fleet.groups
          : droppedFrom(fleet.groups, group, record.component, [
              'inFlight',
              ...(isWell ? (['unhealthy'] as const) : []),
            ]),
      strategyCooldownUntilMs: {
        ...fleet.strategyCooldownUntilMs,
        ...(cooldownScope === 'strategy' && cooldown),
      },
    },
  };
}

/** A group without anybody in flight or unwell is left out. */
export function droppedFrom(
  groups: Groups,
  group: string,
  member: string,
  sets: readonly (keyof GroupRecord)[],
): Groups {
  const { [group]: before = EMPTY_GROUP, ...others } = groups;
  const without = (set: keyof GroupRecord) =>
    sets.includes(set) ? before[set].filter((name) => name !== member) : before[set];
  const after = { inFlight: without('inFlight'), unhealthy: without('unhealthy') };
  return after.inFlight.length + after.unhealthy.length === 0 ? others : { ...others, [group]: after };
}

function stillResting(
  untilMs: Readonly<Record<string, number>>,
  nowMs: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(untilMs).filter(([, time]) => time > nowMs));
}
