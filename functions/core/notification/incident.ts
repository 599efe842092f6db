import type { SignalOrigin } from '../signal/health-alert.ts';
import type { IncidentChange } from './notice.ts';

/** What is known of the incident with a key. */
export interface IncidentRecord {
  readonly key: string;
  /** @default it concerns no component: Selfheal itself, or a vantage point */
  readonly component?: string;
  /** What reported the latest failure, and on which metric. @default not known */
  readonly origin?: SignalOrigin;
  readonly metric?: string;
  /** The incident of several components that it is. @default it concerns one component */
  readonly incidentId?: string;
  /** The fault is shut in: that nothing reports it does not end it. */
  readonly contained?: true;
  /** When a repair was verified while an alarm was still red. It says nothing of what failed later. */
  readonly repairedAtMs?: number;
  readonly status: 'open' | 'resolved';
  /** When the latest event happened that says so. */
  readonly sinceMs: number;
  /** Whether channels know of it: pagers are called again until they do. */
  readonly announced: boolean;
}

/** What a change makes of the record of its incident. */
export interface IncidentVerdict {
  /** @default it stays as it is */
  readonly record?: IncidentRecord;
  /**
   * What channels that keep incidents have to know: that it began or is over; that one they know of has failed again; or
   * nothing.
   */
  readonly announce: 'change' | 'repetition' | 'nothing';
}

/**
 * An incident whose end nobody reports would stay open forever, and no ticket would be opened for the next one: after a
 * day without a failure, the next one opens another.
 */
const STALE_AFTER_MS = 24 * 60 * 60_000;

/**
 * How far the clocks of two functions may differ. A failure this shortly before a recovery may have come after it, so it opens a
 * page, which is resolved once the component is no longer reported as unhealthy.
 */
const CLOCKS_DIFFER_MS = 1_000;

/** Whether a repair has held since the latest failure. */
export function isRepaired({ repairedAtMs = 0, sinceMs }: IncidentRecord): boolean {
  return repairedAtMs >= sinceMs;
}

const NOTHING: IncidentVerdict = { announce: 'nothing' };

/**
 * Decides what a change means, however often and in whatever order changes arrive: an incident opens once and is
 * resolved once. A failure that happened clearly before the recovery that is on record opens nothing, and a recovery from
 * before the latest failure resolves nothing.
 */
export function changeIncident(
  record: IncidentRecord | undefined,
  { change, ...about }: IncidentChange,
  atMs: number,
  component?: string,
): IncidentVerdict {
  const named = { ...about, ...(component !== undefined && { component }) };
  if (change === 'resolve') return resolved(record, named, atMs);
  if (record?.status === 'open' && atMs - record.sinceMs < STALE_AFTER_MS) {
    return {
      ...(atMs > record.sinceMs && { record: { ...record, ...named, sinceMs: atMs } }),
      announce: record.announced ? 'repetition' : 'change',
    };
  }
  if (record && atMs <= record.sinceMs - CLOCKS_DIFFER_MS) return NOTHING;
  return { record: { ...named, status: 'open', sinceMs: atMs, announced: false }, announce: 'change' };
}

function resolved(
  record: IncidentRecord | undefined,
  named: Pick<IncidentRecord, 'key' | 'component'>,
  atMs: number,
): IncidentVerdict {
  if (record && atMs <= record.sinceMs)
    return record.status === 'resolved' && !record.announced ? { announce: 'change' } : NOTHING;
  const wasKnown = record === undefined || (record.status === 'resolved' && record.announced);
  return {
    record: { ...record, ...named, status: 'resolved', sinceMs: atMs, announced: wasKnown },
    announce: wasKnown ? 'nothing' : 'change',
  };
}
