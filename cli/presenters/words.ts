import type { StepOutcome } from '../../functions/core/operation/operation.ts';
import type { Output } from '../output.ts';

const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** `2026-11-28 14:03:22Z`: unambiguous in every time zone, and comparable with logs. */
export function moment(atMs: number): string {
  return new Date(atMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d{3}/, '');
}

/** `850 ms`, `9.4 s`, `3m 05s`, `2h 00m`, `3d 04h`. */
export function span(milliseconds: number): string {
  if (milliseconds < SECOND_MS) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE_S * SECOND_MS - 50) return `${(milliseconds / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / SECOND_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}m ${two(seconds % MINUTE_S)}s`;
  const minutes = Math.floor(seconds / MINUTE_S);
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)}h ${two(minutes % MINUTE_S)}m`;
  return `${Math.floor(seconds / DAY_S)}d ${two(Math.floor((seconds % DAY_S) / HOUR_S))}h`;
}

/** `in 4m 10s (14:03:22Z)`, or `now` if it is over. */
export function until(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? 'now' : `in ${span(atMs - nowMs)} (${moment(atMs)})`;
}

/** `1 operation`, `3 operations`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const GOOD = new Set(['SUCCESS', 'SUCCEEDED', 'COMPLETED', 'ready']);
const BAD = new Set(['FAILED', 'TIMED_OUT', 'UNVERIFIED', 'unhealthy', 'UNKNOWN', 'ABANDONED']);

/** A state, result or outcome in its colour. */
export function coloured({ paint }: Pick<Output, 'paint'>, word: string | StepOutcome): string {
  if (GOOD.has(word)) return paint('green', word);
  return paint(BAD.has(word) ? 'red' : 'yellow', word);
}
