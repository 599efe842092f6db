import type { MetricAlarm } from './alarm-definition.ts';
import type { Datapoint } from './datapoints.ts';
import { compare, type Decision } from './evaluation.ts';
import type { AlarmStateValue, ComparisonOperator } from './schemas.ts';

const COMPARISON_WORDS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/**
 * The reason of a metric alarm's state, worded as CloudWatch words it.
 *
 * Source: CloudWatch User Guide, "Alarm events and EventBridge" (samples of one data point); the plural and missing-data
 * forms as real alarms show them.
 */
export function stateReason(
  alarm: MetricAlarm,
  state: AlarmStateValue,
  range: readonly Datapoint[],
  decision: Decision,
): string {
  const periods = alarm.evaluationPeriods;
  const received = decision.used.length;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${plural(decision.filled, 'datapoint was', 'datapoints were')} unknown.`;
  }
  const isFilled = alarm.treatMissingData === 'breaching' || alarm.treatMissingData === 'notBreaching';
  if (decision.filled > 0 && isFilled) {
    const kind = alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    const count =
      received === 0 ? 'no datapoints were' : plural(received, 'datapoint was', 'datapoints were');
    const missing = plural(decision.filled, 'missing datapoint was', 'missing datapoints were');
    return `Threshold Crossed: ${count} received for ${plural(periods, 'period', 'periods')} and ${missing} treated as [${kind}].`;
  }
  const wanted = state === 'ALARM' ? 'breaching' : 'ok';
  const listed = decision.used
    .flatMap((index) => range[index] ?? [])
    .filter(({ value }) => value !== undefined && compare(value, alarm.operator, alarm.threshold) === wanted)
    .reverse();
  const points = listed
    .map(({ startMs, value }) => `${decimal(value ?? 0)} (${shortDate(startMs)})`)
    .join(', ');
  const verb = `${listed.length === 1 ? 'was' : 'were'}${state === 'ALARM' ? '' : ' not'}`;
  const [needed, transition] =
    state === 'ALARM'
      ? [alarm.datapointsToAlarm, 'OK -> ALARM']
      : [periods - alarm.datapointsToAlarm + 1, 'ALARM -> OK'];
  return (
    `Threshold Crossed: ${listed.length} out of the last ${received} datapoints [${points}] ${verb} ` +
    `${COMPARISON_WORDS[alarm.operator]} the threshold (${decimal(alarm.threshold)}) ` +
    `(minimum ${plural(needed, 'datapoint', 'datapoints')} for ${transition} transition).`
  );
}

/** The same in figures: a JSON string, as StateReasonData and `detail.state.reasonData` carry it. */
export function stateReasonData(
  alarm: MetricAlarm,
  range: readonly Datapoint[],
  decision: Decision,
  nowMs: number,
): string {
  const used = decision.used.flatMap((index) => range[index] ?? []);
  const [oldest] = used;
  const statistic = alarm.input.Statistic ?? alarm.input.ExtendedStatistic;
  // The newest N periods, missing ones included, or further back if older data points were needed.
  const firstIndex = Math.min(
    range.length - alarm.evaluationPeriods,
    decision.used[0] ?? Number.POSITIVE_INFINITY,
  );
  return JSON.stringify({
    version: '1.0',
    queryDate: cloudWatchTime(nowMs),
    ...(oldest ? { startDate: cloudWatchTime(oldest.startMs) } : {}),
    ...(alarm.input.Unit ? { unit: alarm.input.Unit } : {}),
    ...(statistic ? { statistic } : {}),
    period: alarm.periodSeconds,
    recentDatapoints: used.map(({ value }) => value),
    threshold: alarm.threshold,
    evaluatedDatapoints: range
      .slice(firstIndex)
      .reverse()
      .map(({ startMs, sampleCount, value }) => ({
        timestamp: cloudWatchTime(startMs),
        ...(value !== undefined && sampleCount > 0 ? { sampleCount } : {}),
        ...(value === undefined ? {} : { value }),
      })),
  });
}

/** Alarm timestamps in events: `2019-10-02T17:04:40.989+0000`, with a numeric offset and no colon in it. */
export function cloudWatchTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000');
}

/** `Friday 22 July, 2022 15:57:45 UTC`, as reasons of composite alarms have it. */
export function longDate(epochMs: number): string {
  const date = new Date(epochMs);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(date);
  const day = `${part({ weekday: 'long' })} ${pad(date.getUTCDate())} ${part({ month: 'long' })}`;
  return `${day}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}

function shortDate(epochMs: number): string {
  const [year, month, rest] = new Date(epochMs).toISOString().split('-');
  return `${rest?.slice(0, 2)}/${month}/${year?.slice(2)} ${rest?.slice(3, 11)}`;
}

function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
