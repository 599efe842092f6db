import { type DbInstance, readiness } from './database.ts';
import { EVENT_IS_LATE_MS, type FailoverEvent, recentFailoverSeconds } from './failover-event.ts';

/** A failover that was requested, or was about to be. */
export interface StandbyFailover {
  /** The zone that the primary moves to. */
  readonly to: string;
  /** RDS's last report of a failover before it, epoch milliseconds; 0 if there was none. */
  readonly afterMs: number;
  /** Epoch milliseconds. */
  readonly requestedAtMs: number;
}

/** How far a failover has come by RDS's own reports. `unclear`: there was another one besides. */
export function failoverProgress(
  events: readonly FailoverEvent[],
  { afterMs }: Pick<StandbyFailover, 'afterMs'>,
): 'none' | 'abandoned' | 'started' | 'completed' | 'unclear' {
  const since = events.filter(({ atMs }) => atMs > afterMs);
  // The end of one from before may be reported twice, and late: only what has started since can have ended.
  const [start, ...others] = since.filter(({ phase }) => phase === 'started');
  if (start === undefined) return since.some(({ phase }) => phase === 'abandoned') ? 'abandoned' : 'none';
  if (others.length > 0) return 'unclear';
  const hasEnded = since.some(({ phase, atMs }) => phase === 'completed' && atMs >= start.atMs);
  return hasEnded ? 'completed' : 'started';
}

/**
 * The zone of the primary after a failover was requested: the zone that RDS shows once that can be trusted, before that
 * by its reports.
 *
 * @returns why it is not clear, if it is not
 */
export function primaryZone(
  shown: string | undefined,
  failover: StandbyFailover,
  events: readonly FailoverEvent[],
  nowMs: number,
): { readonly zone: string } | { readonly unclear: string } {
  const progress = failoverProgress(events, failover);
  const agoSeconds = recentFailoverSeconds(events, nowMs);
  if (agoSeconds !== undefined)
    return progress === 'completed'
      ? { zone: failover.to }
      : {
          unclear: `RDS last reported a failover ${agoSeconds} s ago (${progress}), and may go on showing the zone from before it`,
        };
  const isYoung = nowMs - failover.requestedAtMs < EVENT_IS_LATE_MS;
  if (progress === 'none' && isYoung && shown !== failover.to)
    return { unclear: `it may be about to move to ${failover.to}, though RDS reports no failover yet` };
  return { zone: shown ?? 'unknown' };
}

/** How a failover ended; `undefined` while it goes on. */
export function standbyOutcome(
  { id, status, zone }: Pick<DbInstance, 'id' | 'status' | 'zone'>,
  failover: StandbyFailover,
  events: readonly FailoverEvent[],
  nowMs: number,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  const detail = `the instance is ${status}, and RDS shows it in ${zone ?? 'no zone'}`;
  const state = readiness(status);
  if (state === 'stuck') return { outcome: 'FAILED', detail };
  if (state !== 'serving') return { detail };
  const progress = failoverProgress(events, failover);
  if (progress === 'abandoned') return { outcome: 'FAILED', detail: abandonment(id) };
  const now = primaryZone(zone, failover, events, nowMs);
  const isThere = 'zone' in now && now.zone === failover.to;
  if (!isThere) return { detail };
  if (zone === failover.to) return { outcome: 'SUCCEEDED', detail };
  return { outcome: 'SUCCEEDED', detail: `${detail}; it has reported the end of the failover` };
}

/** What RDS-EVENT-0034 means, and what people can do. */
export const abandonment = (id: string) =>
  `RDS has abandoned it, since there was another failover shortly before: the primary stays where it is, and ${moveByHand(id)} moves it later`;

/** The command with which people have the standby take over. */
export const moveByHand = (id: string) =>
  `\`aws rds reboot-db-instance --db-instance-identifier ${id} --force-failover\``;
