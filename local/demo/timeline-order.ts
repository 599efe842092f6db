import type { TimelineEntry } from './timeline-entry.ts';

/** Entries by their time; those of the same millisecond so that what causes another comes before it. */
export function byTimeAndCause(one: TimelineEntry, other: TimelineEntry): number {
  return one.atMs - other.atMs || rankOf(one) - rankOf(other);
}

/** How an operation goes, from what begins it to its end and what is said of it. */
const ORDER = [
  'fault',
  'alarm',
  'heartbeat',
  'DIAGNOSING',
  'HEALING',
  'heal step',
  'VERIFYING',
  'verify step',
  'ROLLING_BACK',
  'rollback step',
  'escalate step',
  'refusal',
  'notice',
  'COMPLETED',
  'FAILED',
  'keep step',
];

function rankOf({ kind, state, phase = 'heal' }: TimelineEntry): number {
  if (kind === 'state') return ORDER.indexOf(state);
  return ORDER.indexOf(kind === 'step' ? `${phase} step` : kind);
}
