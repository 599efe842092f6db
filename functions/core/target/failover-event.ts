/** RDS keeps the events of instances and of clusters apart. */
export type FailoverOf = 'instance' | 'cluster';

/**
 * What RDS reports of the failovers of a Multi-AZ instance, or of a cluster. `abandoned`: the primary stays where it was.
 * `other` are reports of the same category that do not say where it is, such as a recovery from a partial failover.
 */
export type FailoverPhase = 'started' | 'completed' | 'abandoned' | 'other';

export interface FailoverEvent {
  readonly phase: FailoverPhase;
  /** By the clock of RDS, epoch milliseconds. */
  readonly atMs: number;
  /** In a cluster, the member that becomes, or is, the writer. @default the event names none */
  readonly to?: string;
}

/**
 * How long RDS may show the zone from before a failover: "several minutes", says its documentation.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RebootInstance.html
 */
const ZONE_IS_LATE_MS = 600_000;

/**
 * How long RDS may take to have the former writer of a Multi-AZ cluster serve again: it terminates that. A commit waits until
 * one reader at least has acknowledged it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
 */
const WRITER_IS_AWAY_MS = 1_200_000;

/**
 * How long a writer that Aurora has made is not moved: what was the writer may have crashed just before, and the alarms of that
 * begin a repair minutes after Aurora has healed it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
 */
export const WRITER_IS_NEW_MS = 600_000;

/** How long RDS may take to report an event. */
export const EVENT_IS_LATE_MS = 300_000;

/** How far back to read events: longer than an operation lasts. */
export const FAILOVERS_OF_MINUTES = 6 * 60;

/** RDS's last report of a failover, for the next one. */
export function lastReportMs(events: readonly FailoverEvent[]): number {
  return Math.max(0, ...events.map(({ atMs }) => atMs));
}

/** The members of a cluster that RDS reports to have become its writer since then, oldest first. */
export const movesSince = (events: readonly FailoverEvent[], sinceMs: number): readonly string[] =>
  events.flatMap(({ phase, atMs, to }) =>
    phase === 'completed' && atMs > sinceMs && to !== undefined ? [to] : [],
  );

/** How long ago the last failover was, if so short that RDS may go on showing where the primary was before it. */
export const recentFailoverSeconds = (events: readonly FailoverEvent[], nowMs: number) =>
  secondsSinceFailover(events, nowMs, ZONE_IS_LATE_MS);

/** Why a Multi-AZ cluster is not to fail over so soon after another time; `undefined` if it can. */
export function formerWriterProblem(
  id: string,
  events: readonly FailoverEvent[],
  nowMs: number,
): string | undefined {
  const agoSeconds = secondsSinceFailover(events, nowMs, WRITER_IS_AWAY_MS);
  return agoSeconds === undefined
    ? undefined
    : `RDS last reported a failover of ${id} ${agoSeconds} s ago: the writer from before may not serve again for 20 minutes, and a further failover could leave no reader to acknowledge what is written`;
}

/** @returns `undefined` if it was longer ago, or none is known */
function secondsSinceFailover(
  events: readonly FailoverEvent[],
  nowMs: number,
  withinMs: number,
): number | undefined {
  const moves = events.filter(({ phase }) => phase !== 'abandoned');
  const ageMs = nowMs - lastReportMs(moves);
  return ageMs < withinMs ? Math.max(0, Math.round(ageMs / 1_000)) : undefined;
}
