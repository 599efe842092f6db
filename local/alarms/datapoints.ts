import type { MetricAlarm } from './alarm-definition.ts';
import { evaluationRange } from './evaluation.ts';
import type { MetricStore } from './metric-store.ts';
import { computeStatistic, sampleCount } from './statistics.ts';

/** One period of an alarm's evaluation range; without `value` the data point is missing. */
export interface Datapoint {
  readonly startMs: number;
  readonly value?: number;
  /** Samples behind the value; 0 for the value of an expression. */
  readonly sampleCount: number;
}

/** How often alarms are evaluated, in seconds of the clock. */
export interface EvaluationSteps {
  /** Alarms with a period under one minute. CloudWatch: 10. */
  readonly highResolution: number;
  /** Alarms with a period of at least one minute. CloudWatch: 60. */
  readonly standard: number;
}

export const CLOUDWATCH_STEPS: EvaluationSteps = { highResolution: 10, standard: 60 };

const DAY_SECONDS = 86_400;

/**
 * Seconds between two evaluations of an alarm: it also is what its window is aligned to, so that the window of an alarm
 * with a period of 5 minutes moves on by a minute at a time. Alarms that look back over more than a day: one hour.
 *
 * Source: CloudWatch User Guide, "Alarm evaluation".
 */
function stepSeconds(alarm: MetricAlarm, steps: EvaluationSteps): number {
  if (alarm.periodSeconds * alarm.evaluationPeriods > DAY_SECONDS) return 3600;
  return alarm.periodSeconds < 60 ? steps.highResolution : steps.standard;
}

/** The end of the newest window that is over at `nowMs`, allowing data `delaySeconds` to arrive. */
export function windowEndMs(
  alarm: MetricAlarm,
  nowMs: number,
  steps: EvaluationSteps,
  delaySeconds: number,
): number {
  const stepMs = stepSeconds(alarm, steps) * 1000;
  return Math.floor((nowMs - delaySeconds * 1000) / stepMs) * stepMs;
}

/** The data points of the alarm's evaluation range that ends at `endMs`, oldest first. */
export function readDatapoints(store: MetricStore, alarm: MetricAlarm, endMs: number): Datapoint[] {
  const length = evaluationRange(alarm.evaluationPeriods);
  return Array.from({ length }, (_, index) =>
    readDatapoint(store, alarm, endMs - (length - index) * alarm.periodSeconds * 1000),
  );
}

/** The data point of the period that starts at `startMs`. */
function readDatapoint(
  store: MetricStore,
  alarm: Pick<MetricAlarm, 'sources' | 'expressions' | 'returned' | 'periodSeconds'>,
  startMs: number,
): Datapoint {
  const samplesOf = (id: string) => {
    const source = alarm.sources.get(id);
    if (source === undefined) return { samples: [], statistic: undefined };
    const endMs = startMs + alarm.periodSeconds * 1000;
    return { samples: store.read(source.metric, startMs, endMs, source.unit), statistic: source.statistic };
  };
  const valueFor = (id: string): number | undefined => {
    const expression = alarm.expressions.get(id);
    if (expression !== undefined) return expression.evaluate(valueFor);
    const { samples, statistic } = samplesOf(id);
    return statistic === undefined ? undefined : computeStatistic(samples, statistic);
  };
  const value = valueFor(alarm.returned);
  return {
    startMs,
    sampleCount: sampleCount(samplesOf(alarm.returned).samples),
    ...(value === undefined ? {} : { value }),
  };
}
