import { CloudWatchError } from './errors.ts';

const MINUTE_SECONDS = 60;

/**
 * Starts, in epoch milliseconds, of the periods from the start to the end. Like CloudWatch, it counts periods from the
 * start rounded down to a minute, or to a period shorter than that: a longer period need not start at a multiple of itself.
 * Unlike CloudWatch, it rounds starts older than 15 days no further.
 */
export function periodStarts(startSeconds: number, endSeconds: number, periodSeconds: number): number[] {
  if (endSeconds <= startSeconds) {
    throw new CloudWatchError('InvalidParameterValueException', 'StartTime must be before EndTime');
  }
  const unitSeconds = Math.min(periodSeconds, MINUTE_SECONDS);
  const first = Math.floor(startSeconds / unitSeconds) * unitSeconds;
  const length = Math.ceil((endSeconds - first) / periodSeconds);
  if (length > 100_800) {
    throw new CloudWatchError(
      'InvalidParameterCombinationException',
      `${length} data points requested, at most 100800 allowed`,
    );
  }
  return Array.from({ length }, (_, index) => (first + index * periodSeconds) * 1000);
}
