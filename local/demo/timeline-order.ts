import type { TimelineEntry } from './timeline-entry.ts';

/** Entries by their time; within a millisecond, causes before effects. */
export function byTimeAndCause(one: TimelineEntry, other: TimelineEntry): number {
  return one.atMs - other.atMs || rankOf(one) - rankOf(other);
}

/** The course of an operation, from its trigger to its end and the notifications about it. */
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
