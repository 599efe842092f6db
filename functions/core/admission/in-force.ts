import type { Pause } from './records.ts';

/** A pause ends by itself when its time has come. */
export function isInForce({ untilMs }: Pick<Pause, 'untilMs'>, nowMs: number): boolean {
  return untilMs === undefined || untilMs > nowMs;
}
