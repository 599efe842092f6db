import { plannedChange, type RecordedChange } from '../../core/operation/recorded-change.ts';
import { type DbInstance, failoverProblem, isBusyFor, readiness } from '../../core/target/database.ts';
import { databaseReferenceId } from '../../core/target/database-reference.ts';
import {
  FAILOVERS_OF_MINUTES,
  type FailoverEvent,
  lastReportMs,
  recentFailoverSeconds,
} from '../../core/target/failover-event.ts';
import {
  abandonment,
  failoverProgress,
  moveByHand,
  primaryZone,
  type StandbyFailover,
} from '../../core/target/standby-failover.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Databases } from '../../ports/databases.ts';
import { isForGood, mayHaveBeenAccepted, ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';
import { isFirstTry } from './sent-once.ts';

export interface StandbyFailoverDeps {
  readonly databases: Pick<Databases, 'readInstance' | 'listFailovers' | 'reboot'>;
  readonly clock: Clock;
}

/** What is kept of RDS's answer to the request for a failover: without one, it may never have been made. */
const ACCEPTED = '"accepted"';
const REFUSED = '"refused"';

/**
 * Has the standby of a Multi-AZ instance take over: once, since a second request would move the primary back. RDS may show
 * the old zone for minutes afterwards. So what happened to a request is known by RDS's own reports, and no failover is
 * requested soon after another.
 */
export async function failOverToStandby(
  deps: StandbyFailoverDeps,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { changes } = call;
  if (changes.earlier !== undefined) return await goOn(deps, id, changes.earlier);
  const seen = await look(deps, id);
  const { instance, events, nowMs } = seen;
  if (isBusyFor(instance.status))
    throw new TargetBusy(
      `zone of ${id}: RDS is busy with it (${instance.status}), and does not move it before`,
    );
  const problem = failoverProblem(instance);
  if (problem !== undefined) return failed(`zone of ${id}: ${problem}`);
  const agoSeconds = recentFailoverSeconds(events, nowMs);
  if (agoSeconds !== undefined)
    return failed(
      `RDS last reported a failover of ${id} ${agoSeconds} s ago: it may go on showing the zone from before it for 10 minutes, and may abandon another one`,
    );
  return await request(deps, id, call, seen, {
    from: String(instance.zone),
    to: String(instance.standbyZone),
  });
}

/**
 * Has the primary move back to where it was, unless it never moved, or may be where someone else has moved it: RDS's events
 * do not say who requested a failover. It does not wait for RDS to accept another failover, which takes longer than undos are
 * tried: one that RDS abandons changes nothing, and the primary serves where it is.
 */
export async function failBackFromStandby(
  deps: StandbyFailoverDeps,
  id: string,
  call: StepCall,
): Promise<Begun> {
  const { earlier, undone } = call.changes;
  if (undone === undefined || call.undo === REFUSED) return succeeded(`zone of ${id} was never moved`);
  if (earlier !== undefined) return await goOn(deps, id, earlier);
  const { from, failover } = parsed(undone);
  const seen = await look(deps, id);
  const { status, zone } = seen.instance;
  const now = primaryZone(zone, failover, seen.events, seen.nowMs);
  if ('unclear' in now || readiness(status) === 'busy')
    throw new ServiceUnavailable(
      `zone of ${id} is ${zone}, but ${'unclear' in now ? now.unclear : `it is ${status}, and may be about to move`}`,
    );
  if (now.zone === from) return succeeded(`zone of ${id} is ${from}, as before`);
  if (now.zone !== failover.to) return foreign(id, now.zone, { from: failover.to, to: from });
  const doubt = whoseFailover(id, call.undo === ACCEPTED, failoverProgress(seen.events, failover));
  return doubt ?? (await request(deps, id, call, seen, { from: failover.to, to: from }));
}

interface Seen {
  readonly instance: DbInstance;
  readonly events: readonly FailoverEvent[];
  readonly nowMs: number;
}

interface Move {
  readonly from: string;
  readonly to: string;
}

async function look({ databases, clock }: StandbyFailoverDeps, id: string): Promise<Seen> {
  const nowMs = clock.nowMs();
  const instance = await databases.readInstance(id);
  // Afterwards: what has moved the primary meanwhile is in the events long before the zone shows it.
  const events = await databases.listFailovers('instance', id, FAILOVERS_OF_MINUTES);
  return { instance, events, nowMs };
}

async function request(
  deps: StandbyFailoverDeps,
  id: string,
  { changes }: StepCall,
  { events, nowMs }: Seen,
  { from, to }: Move,
): Promise<Begun> {
  const afterMs = lastReportMs(events);
  const planned = plannedChange({ zone: from, afterMs, requestedAtMs: nowMs }, { zone: to });
  if (planned === undefined) return succeeded(`zone of ${id} is ${from} already`);
  // Another try may have been first.
  if (!(await isFirstTry(changes, planned)))
    return await goOn(deps, id, changes.earlier ?? (await changes.keep(planned)));
  try {
    await deps.databases.reboot(id, true);
  } catch (error) {
    if (!isForGood(error)) throw error;
    // RDS's reports tell what came of it. Without ACCEPTED, no undo turns it back: it may be someone else's.
    if (mayHaveBeenAccepted(error)) return underWay(id, { to, afterMs, requestedAtMs: nowMs });
    return { ...failed(`zone of ${id}: ${error.message}`), undo: REFUSED };
  }
  return { ...underWay(id, { to, afterMs, requestedAtMs: nowMs }), undo: ACCEPTED };
}

/** @returns why the primary is not where Selfheal's own failover has left it, as far as RDS tells; `undefined` if it is */
function whoseFailover(
  id: string,
  isAccepted: boolean,
  progress: ReturnType<typeof failoverProgress>,
): Ended | undefined {
  const left = `the primary stays where it is, and ${moveByHand(id)} moves it back`;
  if (!isAccepted)
    return failed(
      `${id} has failed over since its failover was requested, but the answer of RDS was lost, and its events do not say who requested it: it may be someone else's, so ${left}`,
    );
  if (progress !== 'unclear') return undefined;
  const detail = `${id} has failed over more than once since its failover was requested: someone else has moved it, so ${left}`;
  return { ...failed(detail), failsAs: 'ChangedBySomeoneElse', isFinal: true };
}

/** An earlier try has requested it, or was about to. */
async function goOn(deps: StandbyFailoverDeps, id: string, recorded: RecordedChange): Promise<Begun> {
  const { from, failover } = parsed(recorded);
  const { instance, events, nowMs } = await look(deps, id);
  const progress = failoverProgress(events, failover);
  if (progress === 'abandoned') return failed(`failover of ${id} to ${failover.to}: ${abandonment(id)}`);
  if (progress !== 'none' || readiness(instance.status) === 'busy') return underWay(id, failover);
  const now = primaryZone(instance.zone, failover, events, nowMs);
  if ('zone' in now && now.zone === failover.to) return underWay(id, failover);
  if ('zone' in now && now.zone !== from) return foreign(id, now.zone, { from, to: failover.to });
  throw new ServiceUnavailable(
    `zone of ${id} may be about to move from ${from} to ${failover.to} by an earlier try whose answer was lost; RDS cannot tell, so it is not asked again`,
  );
}

function parsed({ before, intended }: RecordedChange): {
  readonly from: string;
  readonly failover: StandbyFailover;
} {
  const { zone: from, ...times } = JSON.parse(before) as Omit<StandbyFailover, 'to'> & {
    readonly zone: string;
  };
  const { zone: to } = JSON.parse(intended) as { readonly zone: string };
  return { from, failover: { to, ...times } };
}

function underWay(id: string, { to, afterMs, requestedAtMs }: StandbyFailover): Begun {
  const reference = { change: 'failover', sinceMs: requestedAtMs, id, to, afterMs } as const;
  return { reference: { executor: 'resource', id: databaseReferenceId(reference) } };
}

function foreign(id: string, zone: string, { from, to }: Move): Ended {
  const detail = `zone of ${id} is ${zone}, neither ${from} as before nor ${to} as intended: someone else has moved it, and it is left as it is`;
  return { ...failed(detail), failsAs: 'ChangedBySomeoneElse', isFinal: true };
}

const succeeded = (detail: string): Ended => ({ outcome: 'SUCCEEDED', detail });
const failed = (detail: string): Ended => ({ outcome: 'FAILED', detail });
