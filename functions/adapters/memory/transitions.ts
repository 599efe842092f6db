import { withInFlight, withoutMember } from '../../core/admission/budgets.ts';
import type { Grant } from '../../core/admission/grant.ts';
import { grantedComponent, unexpired } from '../../core/admission/granted.ts';
import type { ComponentRecord, FleetRecord, Limits } from '../../core/admission/records.ts';
import type { Conclusion } from '../../core/operation/conclusion.ts';

/** The limits as a grant leaves them. */
export function admitted(
  record: ComponentRecord,
  fleet: FleetRecord,
  grant: Grant,
  isApproved: boolean,
): Limits {
  const { rollingBack = {}, ...rest } = fleet;
  const { [record.component]: _before, ...others } = rollingBack;
  const now = { ...others, ...(grant.rollsBack && { [record.component]: grant.rollsBack }) };
  return {
    component: grantedComponent(record, grant, isApproved),
    fleet: {
      ...withInFlight(rest, record.component),
      ...(Object.keys(now).length > 0 && { rollingBack: now }),
      revision: fleet.revision + 1,
      strategyCooldownUntilMs: unexpired(fleet.strategyCooldownUntilMs, grant.startedAtMs),
    },
  };
}

/** The limits after the end of the operation that holds the claim. */
export function concluded(record: ComponentRecord, fleet: FleetRecord, conclusion: Conclusion): Limits {
  const { claim: _claim, exhaustionNotifiedAtMs, reports, ...rest } = record;
  const { strategyId, cooldownScope, cooldownUntilMs, result, rolledBack } = conclusion;
  const isHealthy = result === 'SUCCESS';
  const cooldown = { [strategyId]: cooldownUntilMs };
  return {
    component: {
      ...rest,
      revision: record.revision + 1,
      ...(isHealthy
        ? { failuresMs: {} }
        : {
            ...(exhaustionNotifiedAtMs !== undefined && { exhaustionNotifiedAtMs }),
            ...(reports && { reports }),
          }),
      cooldownUntilMs: { ...record.cooldownUntilMs, ...(cooldownScope === 'component' && cooldown) },
      ...(rolledBack && { rolledBack }),
    },
    fleet: {
      ...fleet,
      revision: fleet.revision + 1,
      inFlight: withoutMember(fleet.inFlight, record.component),
      unhealthy: isHealthy ? withoutMember(fleet.unhealthy, record.component) : fleet.unhealthy,
      strategyCooldownUntilMs: {
        ...fleet.strategyCooldownUntilMs,
        ...(cooldownScope === 'strategy' && cooldown),
      },
    },
  };
}
