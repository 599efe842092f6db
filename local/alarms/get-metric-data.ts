import { z } from 'zod';
import type { AlarmEngine } from './alarm-engine.ts';
import { CloudWatchError } from './errors.ts';
import { MetricMathError, type ParsedExpression, parseExpression } from './metric-math.ts';
import { type MetricStore, toDimensions } from './metric-store.ts';
import { parseInput } from './parse-input.ts';
import { periodStarts } from './period-starts.ts';
import { type MetricQuery, metricQuerySchema } from './schemas.ts';
import { computeStatistic, type Sample } from './statistics.ts';

const DATAPOINTS_AT_MOST = 100_800;

const getMetricDataSchema = z.strictObject({
  MetricDataQueries: z.array(metricQuerySchema).min(1).max(500),
  /** Epoch seconds on the wire (awsJson1_0). */
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  MaxDatapoints: z.int().min(1).max(DATAPOINTS_AT_MOST).optional(),
  NextToken: z.string().optional(),
});
type Request = z.infer<typeof getMetricDataSchema>;

interface Series {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly { readonly startMs: number; readonly value: number }[];
}

/**
 * GetMetricData. Each page has at most `MaxDatapoints` data points, one series after another; a series that goes on in
 * the next page is `PartialData` until then.
 *
 * Source: CloudWatch API reference, GetMetricData and MetricDataResult.
 */
export function getMetricData(engine: AlarmEngine, input: unknown): object {
  const request = parseInput('GetMetricData', getMetricDataSchema, input);
  const { MetricDataQueries: queries, ScanBy, MaxDatapoints = DATAPOINTS_AT_MOST, NextToken } = request;
  const byId = indexed(queries);
  const all = queries
    .filter(({ ReturnData }) => ReturnData ?? true)
    .map((query) => seriesOf(engine.metrics, query, byId, request));
  if (ScanBy !== 'TimestampAscending') for (const each of all) (each.points as unknown[]).reverse();
  return page(all, NextToken, MaxDatapoints);
}

function page(all: readonly Series[], token: string | undefined, room: number): object {
  let [index, from] = positionOf(token, all.length);
  const results: object[] = [];
  let left = room;
  for (; index < all.length; index++) {
    const series = all[index];
    if (!series || left === 0) break;
    const { Id, Label, points } = series;
    const taken = points.slice(from, from + left);
    left -= taken.length;
    const isComplete = from + taken.length >= points.length;
    results.push({
      Id,
      Label,
      Timestamps: taken.map(({ startMs }) => startMs / 1000),
      Values: taken.map(({ value }) => value),
      StatusCode: isComplete ? 'Complete' : 'PartialData',
    });
    if (!isComplete) return answer(results, `${index}-${from + taken.length}`);
    from = 0;
  }
  return index < all.length ? answer(results, `${index}-0`) : answer(results, undefined);
}

function answer(MetricDataResults: readonly object[], NextToken: string | undefined): object {
  return { MetricDataResults, Messages: [], ...(NextToken !== undefined && { NextToken }) };
}

function positionOf(token: string | undefined, count: number): [index: number, from: number] {
  if (token === undefined) return [0, 0];
  const [, index, from] = /^(\d+)-(\d+)$/.exec(token) ?? [];
  if (index !== undefined && Number(index) < count) return [Number(index), Number(from)];
  throw new CloudWatchError('InvalidNextToken', `The token ${token} is not one of ours`);
}

interface IndexedQuery extends MetricQuery {
  readonly parsed?: ParsedExpression;
}

function indexed(queries: readonly MetricQuery[]): ReadonlyMap<string, IndexedQuery> {
  const byId = new Map<string, IndexedQuery>();
  for (const query of queries) {
    const { Id, MetricStat, Expression } = query;
    if (byId.has(Id)) throw invalid(`the id ${Id} is used twice`);
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw new CloudWatchError(
        'InvalidParameterCombinationException',
        `GetMetricData: ${Id} needs either MetricStat or Expression`,
      );
    }
    byId.set(Id, Expression === undefined ? query : { ...query, parsed: parsed(Expression) });
  }
  return byId;
}

function parsed(expression: string): ParsedExpression {
  try {
    return parseExpression(expression);
  } catch (error) {
    if (error instanceof MetricMathError) throw invalid(error.message, error);
    throw error;
  }
}

function seriesOf(
  store: MetricStore,
  { Id, Label, MetricStat, Expression }: MetricQuery,
  byId: ReadonlyMap<string, IndexedQuery>,
  { StartTime, EndTime }: Request,
): Series {
  const ids = withOperands(Id, byId, []);
  const periods = new Set(
    [...ids].flatMap((id) => {
      const query = byId.get(id);
      return query?.MetricStat?.Period ?? query?.Period ?? [];
    }),
  );
  const [period, ...others] = periods;
  if (period === undefined || others.length > 0)
    throw invalid(`all metrics of ${Id} must use one period, found ${[...periods].join(', ') || 'none'}`);
  const starts = periodStarts(StartTime, EndTime, period);
  const range = {
    fromMs: starts[0] ?? 0,
    toMs: (starts.at(-1) ?? 0) + period * 1000,
    periodMs: period * 1000,
  };
  const values = new Map([...ids].map((id) => [id, valuesOf(store, byId.get(id), range)] as const));
  const valueFor = (id: string, startMs: number): number | undefined => {
    const expression = byId.get(id)?.parsed;
    return expression
      ? expression.evaluate((operand) => valueFor(operand, startMs))
      : values.get(id)?.(startMs);
  };
  const points = starts.flatMap((startMs) => {
    const value = valueFor(Id, startMs);
    return value === undefined ? [] : [{ startMs, value }];
  });
  return { Id, Label: Label ?? MetricStat?.Metric.MetricName ?? Expression ?? Id, points };
}

/** A query and everything that its expression refers to. */
function withOperands(
  id: string,
  byId: ReadonlyMap<string, IndexedQuery>,
  path: readonly string[],
): ReadonlySet<string> {
  const query = byId.get(id);
  if (!query) throw invalid(`${path.at(-1)} refers to ${id}, which is not among the queries`);
  if (path.includes(id)) throw invalid(`${[...path, id].join(' → ')} is a circle`);
  const operands = [...(query.parsed?.ids ?? [])].flatMap((operand) => [
    ...withOperands(operand, byId, [...path, id]),
  ]);
  return new Set([id, ...operands]);
}

/** One metric's values by the beginning of their period, from one look at its samples. */
function valuesOf(
  store: MetricStore,
  query: IndexedQuery | undefined,
  { fromMs, toMs, periodMs }: { fromMs: number; toMs: number; periodMs: number },
): (startMs: number) => number | undefined {
  if (query?.MetricStat === undefined) return () => undefined;
  const { Metric, Stat, Unit } = query.MetricStat;
  const { Namespace: namespace, MetricName: name, Dimensions } = Metric;
  const metric = { namespace, name, dimensions: toDimensions(Dimensions) };
  const byPeriod = new Map<number, Sample[]>();
  for (const { timestampMs, sample } of store.entries(metric, fromMs, toMs, Unit)) {
    const startMs = fromMs + Math.floor((timestampMs - fromMs) / periodMs) * periodMs;
    const samples = byPeriod.get(startMs);
    if (samples) samples.push(sample);
    else byPeriod.set(startMs, [sample]);
  }
  return (startMs) => computeStatistic(byPeriod.get(startMs) ?? [], Stat);
}

function invalid(message: string, cause?: Error): CloudWatchError {
  return new CloudWatchError('ValidationException', `GetMetricData: ${message}`, { cause });
}
