import type { AlarmStateValue, ComparisonOperator, MissingDataTreatment } from './schemas.ts';

/** One data point against the threshold. */
export type Mark = 'breaching' | 'ok' | 'missing';

interface EvaluationSettings {
  /** N: how many data points decide. */
  readonly evaluationPeriods: number;
  /** M: how many of them must be breaching. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingDataTreatment;
}

export interface Decision {
  /** `RETAIN`: the alarm stays in whatever state it is in. */
  readonly state: AlarmStateValue | 'RETAIN';
  /** Positions in the evaluation range of the real data points that were used, oldest first. */
  readonly used: readonly number[];
  /** How many of the N data points had to be filled in by the treatment of missing data. */
  readonly filled: number;
}

/**
 * How many periods further back than N CloudWatch looks for real data points. Its documentation gives one figure, a
 * range of 5 for N = 3, and says that the number depends on period and resolution without saying how.
 */
const EXTRA_PERIODS = 2;

export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + EXTRA_PERIODS;
}

export function compare(value: number, operator: ComparisonOperator, threshold: number): Mark {
  return isBreaching(value, operator, threshold) ? 'breaching' : 'ok';
}

function isBreaching(value: number, operator: ComparisonOperator, threshold: number): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

/**
 * The state that an evaluation range puts an alarm in.
 *
 * Enough real data points: the N newest decide and the treatment of missing data is not looked at. Too few: all real
 * ones count and the rest is filled in. Data that is `missing` or `ignore`d fills nothing, so a range without a good
 * data point and with fewer than M bad ones is open; then `ignore` keeps the state, and `missing` goes to ALARM only if
 * the oldest bad data point is at least M periods old ("premature alarm state"), else to INSUFFICIENT_DATA.
 *
 * @param range marks of the evaluation range, oldest first
 *
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data": both tables hold. Its prose
 * on premature alarms contradicts row 3 of the second table (`0 - X - -`); the table is followed. `- - - - X` is
 * INSUFFICIENT_DATA as the table of the 2018 edition has it; later editions say only that it is not ALARM.
 */
export function decide(range: readonly Mark[], settings: EvaluationSettings): Decision {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = settings;
  const real = range.flatMap((mark, index) => (mark === 'missing' ? [] : [index]));
  const used = real.slice(-evaluationPeriods);
  const filled = evaluationPeriods - used.length;
  const breaching = used.filter((index) => range[index] === 'breaching').length;
  const of = (state: Decision['state']): Decision => ({ state, used, filled });

  if (filled > 0 && treatMissingData === 'breaching') {
    return of(breaching + filled >= datapointsToAlarm ? 'ALARM' : 'OK');
  }
  if (breaching >= datapointsToAlarm) return of('ALARM');
  if (filled === 0 || treatMissingData === 'notBreaching' || breaching < used.length) return of('OK');
  if (treatMissingData === 'ignore') return of('RETAIN');
  const [oldest] = used;
  const isPremature = oldest !== undefined && range.length - oldest >= datapointsToAlarm;
  return of(isPremature ? 'ALARM' : 'INSUFFICIENT_DATA');
}
