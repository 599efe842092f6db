import { z } from 'zod';
import type { AlarmEngine } from './alarm-engine.ts';
import { CloudWatchError } from './errors.ts';
import { toDimensions } from './metric-store.ts';
import { parseInput } from './parse-input.ts';
import { periodStarts } from './period-starts.ts';
import {
  dimensionsSchema,
  metricNameSchema,
  namespaceSchema,
  percentileSchema,
  periodSchema,
  simpleStatisticSchema,
  unitSchema,
} from './schemas.ts';
import { computeStatistic, type Sample } from './statistics.ts';

/** Timestamps are epoch seconds on the wire (awsJson1_0). */
export const timestampSchema = z.number();

const figure = z
  .number()
  .min(-(2 ** 360))
  .max(2 ** 360);
const datumSchema = z.strictObject({
  MetricName: metricNameSchema,
  Dimensions: dimensionsSchema.optional(),
  Timestamp: timestampSchema.optional(),
  Value: figure.optional(),
  Values: z.array(figure).min(1).max(150).optional(),
  Counts: z.array(figure.min(0)).optional(),
  StatisticValues: z
    .strictObject({ SampleCount: figure.min(0), Sum: figure, Minimum: figure, Maximum: figure })
    .optional(),
  Unit: unitSchema.optional(),
  StorageResolution: z.union([z.literal(1), z.literal(60)], 'must be 1 or 60').optional(),
});
const putMetricDataSchema = z.strictObject({
  Namespace: namespaceSchema,
  MetricData: z.array(datumSchema).max(1000),
});

const TWO_WEEKS_MS = 14 * 86_400_000;
const TWO_HOURS_MS = 2 * 3_600_000;

/** PutMetricData: all of the data is kept, or none of it if one datum is wrong. */
export function putMetricData(engine: AlarmEngine, input: unknown): object {
  const { Namespace, MetricData } = parseInput('PutMetricData', putMetricDataSchema, input);
  const nowMs = engine.options.nowMs();
  const entries = MetricData.map((datum, index) => {
    const timestampMs = datum.Timestamp === undefined ? nowMs : datum.Timestamp * 1000;
    if (timestampMs < nowMs - TWO_WEEKS_MS || timestampMs > nowMs + TWO_HOURS_MS) {
      throw new CloudWatchError(
        'InvalidParameterValueException',
        `PutMetricData: MetricData.${index}.Timestamp must be at most two weeks ago and two hours ahead`,
      );
    }
    return { datum, timestampMs, samples: samplesOf(datum, index) };
  });
  for (const { datum, timestampMs, samples } of entries) {
    const metric = {
      namespace: Namespace,
      name: datum.MetricName,
      dimensions: toDimensions(datum.Dimensions),
    };
    for (const sample of samples) {
      const entry = { timestampMs, unit: datum.Unit ?? 'None', sample };
      engine.metrics.put(metric, entry, datum.StorageResolution ?? 60);
    }
  }
  return {};
}

function samplesOf(datum: z.infer<typeof datumSchema>, index: number): Sample[] {
  const { Value, Values, Counts, StatisticValues } = datum;
  const fail = (why: string) =>
    new CloudWatchError('InvalidParameterCombinationException', `PutMetricData: MetricData.${index}: ${why}`);
  if ([Value, Values, StatisticValues].filter((each) => each !== undefined).length !== 1) {
    throw fail('exactly one of Value, Values and StatisticValues is required');
  }
  if (Counts !== undefined && Counts.length !== Values?.length)
    throw fail('Counts must match Values one to one');
  if (StatisticValues !== undefined) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    if (Minimum > Maximum) throw fail('StatisticValues.Minimum is more than Maximum');
    return [{ kind: 'set', sampleCount: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum }];
  }
  const values = Values ?? [Value ?? 0];
  return values.map((value, at) => ({ kind: 'value', value, count: Counts?.[at] ?? 1 }));
}

const getMetricStatisticsSchema = z.strictObject({
  Namespace: namespaceSchema,
  MetricName: metricNameSchema,
  Dimensions: dimensionsSchema.optional(),
  StartTime: timestampSchema,
  EndTime: timestampSchema,
  Period: periodSchema,
  Statistics: z.array(simpleStatisticSchema).min(1).max(5).optional(),
  ExtendedStatistics: z.array(percentileSchema).min(1).max(10).optional(),
  Unit: unitSchema.optional(),
});

/** GetMetricStatistics. Data points come oldest first; CloudWatch promises no order. */
export function getMetricStatistics(engine: AlarmEngine, input: unknown): object {
  const request = parseInput('GetMetricStatistics', getMetricStatisticsSchema, input);
  const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics, ExtendedStatistics } =
    request;
  if ((Statistics === undefined) === (ExtendedStatistics === undefined)) {
    throw new CloudWatchError(
      'InvalidParameterCombinationException',
      'GetMetricStatistics: exactly one of Statistics and ExtendedStatistics is required',
    );
  }
  const metric = { namespace: Namespace, name: MetricName, dimensions: toDimensions(Dimensions) };
  const of = (samples: readonly Sample[], names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [name, computeStatistic(samples, name)]).filter(([, value]) => value !== undefined),
    );
  const points = periodStarts(StartTime, EndTime, Period).flatMap((startMs) => {
    const samples = engine.metrics.read(metric, startMs, startMs + Period * 1000, request.Unit);
    if (samples.length === 0) return [];
    const extended = ExtendedStatistics ? { ExtendedStatistics: of(samples, ExtendedStatistics) } : {};
    return [
      {
        Timestamp: startMs / 1000,
        Unit: request.Unit ?? 'None',
        ...of(samples, Statistics ?? []),
        ...extended,
      },
    ];
  });
  return { Label: MetricName, Datapoints: points };
}
