import type { IncidentChange } from './notice.ts';

/** What is known of the incident with a key. */
export interface IncidentRecord {
  readonly key: string;
  /** @default it concerns no component: Selfheal itself, or a vantage point */
  readonly component?: string;
  /** The alarm that it began with: only its being OK says that it is over. @default another signal */
  readonly alarmName?: string;
  /** The incident of several components that it is. @default it concerns one component */
  readonly incidentId?: string;
  readonly status: 'open' | 'resolved';
  /** Since when it has this status, by the event that said so. */
  readonly sinceMs: number;
  /** Whether channels know of it: pagers are called again until they do. */
  readonly announced: boolean;
}

/** What a change makes of the record of its incident. */
export interface IncidentVerdict {
  /** @default it stays as it is */
  readonly record?: IncidentRecord;
  /** Whether channels that keep incidents have to know of the change. */
  readonly announce: boolean;
}

const NOTHING: IncidentVerdict = { announce: false };

/**
 * Decides what a change means, however often and in whatever order changes arrive: an incident opens once and is
 * resolved once. A failure that happened before the recovery that is on record opens nothing, and a recovery from
 * before the failure resolves nothing.
 */
export function changeIncident(
  record: IncidentRecord | undefined,
  { key, change, alarmName, incidentId }: IncidentChange,
  atMs: number,
  component?: string,
): IncidentVerdict {
  const named = {
    key,
    ...(component !== undefined && { component }),
    ...(alarmName !== undefined && { alarmName }),
    ...(incidentId !== undefined && { incidentId }),
  };
  if (change === 'open') {
    if (record?.status === 'open') return record.announced ? NOTHING : { record, announce: true };
    if (record && atMs <= record.sinceMs) return NOTHING;
    return { record: { ...named, status: 'open', sinceMs: atMs, announced: false }, announce: true };
  }
  if (record && atMs <= record.sinceMs)
    return { announce: record.status === 'resolved' && !record.announced };
  const wasKnown = record === undefined || (record.status === 'resolved' && record.announced);
  return {
    record: { ...record, ...named, status: 'resolved', sinceMs: atMs, announced: wasKnown },
    announce: !wasKnown,
  };
}
