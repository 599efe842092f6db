import type { Grant } from './grant.ts';
import type { ComponentRecord } from './records.ts';

/**
 * The component as a grant leaves it. Expired cooldowns, and the note that people were notified of spent attempts, no
 * longer matter.
 *
 * @param isApproved whether the grant carries out the proposal on record, which then is no longer open
 */
export function grantedComponent(
  record: ComponentRecord,
  grant: Grant,
  isApproved: boolean,
): ComponentRecord {
  const { claim, attemptsMs, startedAtMs } = grant;
  const { exhaustionNotifiedAtMs: _notified, proposal, ...rest } = record;
  return {
    ...rest,
    ...(proposal && !isApproved && { proposal }),
    revision: record.revision + 1,
    fence: claim.fence,
    claim,
    attemptsMs: { ...record.attemptsMs, [claim.strategyId]: attemptsMs },
    cooldownUntilMs: unexpired(record.cooldownUntilMs, startedAtMs),
  };
}

/** Of times by name, those that are still to come. */
export function unexpired(
  untilMs: Readonly<Record<string, number>>,
  nowMs: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(untilMs).filter(([, time]) => time > nowMs));
}
