import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import type { ActionParams, RunbookParameters, Trouble } from './action-definition.ts';

/** Of actions that go back to files that were verified: which of those may be at fault nevertheless. */
export const latentSeconds = z
  ._default(durationSeconds({ min: 0, max: 31_536_000 }), 0)
  .check(
    z.describe(
      'How long a fault in the files may stay unnoticed. If the newest verified version is in place and was verified no longer than this before the trouble, go back to the one before it.',
    ),
  );

/**
 * Since when a verified version may be at fault: files that were changed or verified after the trouble or a suspected
 * change began, or shortly before, may have caused it.
 */
export function suspectSince(params: ActionParams, trouble?: Trouble): RunbookParameters {
  if (trouble === undefined) return {};
  const { occurredAtMs, change } = trouble;
  const beganMs = Math.min(occurredAtMs, change?.startedAtMs ?? occurredAtMs);
  return { suspectSince: String(Math.max(0, Math.floor(beganMs / 1000) - Number(params['latentSeconds']))) };
}
