import { CloudWatchError } from './errors.ts';

/** Starts, in epoch milliseconds, of the periods from the start (rounded down to a whole period) to the end. */
export function periodStarts(startSeconds: number, endSeconds: number, periodSeconds: number): number[] {
  if (endSeconds <= startSeconds) {
    throw new CloudWatchError('InvalidParameterValueException', 'StartTime must be before EndTime');
  }
  const first = Math.floor(startSeconds / periodSeconds) * periodSeconds;
  const length = Math.ceil((endSeconds - first) / periodSeconds);
  if (length > 100_800) {
    throw new CloudWatchError(
      'InvalidParameterCombinationException',
      `${length} data points requested, at most 100800 allowed`,
    );
  }
  return Array.from({ length }, (_, index) => (first + index * periodSeconds) * 1000);
}
