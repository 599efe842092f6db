import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
  type MetricDataResult,
  type StatusCode,
} from '@aws-sdk/client-cloudwatch';
import type { SeriesRead } from '../../core/analysis/read-window.ts';
import { RequestRefused, ServiceError, ServiceUnavailable } from '../../ports/errors.ts';
import type { MetricData, SeriesQuery } from '../../ports/metric-data.ts';
import { translated } from '../aws/translate-error.ts';
import { metricDataQueries } from './metric-data-query.ts';

const CALL = 'cloudwatch:GetMetricData';

/** GetMetricData takes this many queries at once, those of an expression's metrics included. */
const QUERIES_A_CALL = 500;
/** All queries of a call share its range: series that lag behind would have the others read again with them. */
const LAG_IN_A_CALL_MS = 3 * 3_600_000;

/** MetricData over GetMetricData. */
export function createMetricData(client: CloudWatchClient): MetricData {
  return {
    read: async (queries) => {
      const reads = new Array<SeriesRead | undefined>(queries.length).fill(undefined);
      const notes: string[] = [];
      const failures: ServiceError[] = [];
      let isAnswered = false;
      for (const call of callsOf(queries)) {
        for (const { asked, answer, failure } of await answersOf(client, call)) {
          notes.push(...answer.notes);
          if (failure) {
            failures.push(failure);
            continue;
          }
          isAnswered = true;
          for (const { index, query } of asked) reads[index] = readOf(query, answer.results.get(idOf(index)));
        }
      }
      const [failure] = failures;
      if (failure && !isAnswered) throw failure;
      return { reads, notes };
    },
  };
}

interface NumberedQuery {
  readonly index: number;
  readonly query: SeriesQuery;
  readonly parts: readonly MetricDataQuery[];
}

/** A series' result is found by it. */
const idOf = (index: number) => `s${index}`;

/**
 * Queries that fit into one call: of one period and of about the same range. CloudWatch counts periods from the call's
 * StartTime, so that one of another series would shift the periods.
 */
function callsOf(queries: readonly SeriesQuery[]): readonly (readonly NumberedQuery[])[] {
  const numbered = queries
    .map((query, index) => ({ query, index, parts: metricDataQueries(idOf(index), query) }))
    .sort(
      ({ query: one }, { query: other }) =>
        one.periodSeconds - other.periodSeconds || one.window.startMs - other.window.startMs,
    );
  const calls: NumberedQuery[][] = [];
  let size = 0;
  for (const each of numbered) {
    const call = calls.at(-1);
    const first = call?.[0]?.query;
    const fits =
      first?.periodSeconds === each.query.periodSeconds &&
      size + each.parts.length <= QUERIES_A_CALL &&
      each.query.window.startMs - first.window.startMs <= LAG_IN_A_CALL_MS;
    if (call && fits) call.push(each);
    else calls.push([each]);
    size = call && fits ? size + each.parts.length : each.parts.length;
  }
  return calls;
}

interface SeriesResult {
  readonly values: Map<number, number>;
  /** As the last page that mentions the series has it. */
  status: StatusCode | undefined;
}

interface CallAnswer {
  readonly results: ReadonlyMap<string, SeriesResult>;
  readonly notes: readonly string[];
}

interface Answered {
  readonly asked: readonly NumberedQuery[];
  readonly answer: CallAnswer;
  /** Nothing is known of these queries. */
  readonly failure?: ServiceError;
}

/**
 * What is known of the queries of a call. One invalid query makes CloudWatch refuse all of them: they are asked for again
 * in halves, until the invalid one is alone.
 *
 * @throws ServiceError if no other call would be answered either, as without the permission
 */
async function answersOf(
  client: CloudWatchClient,
  asked: readonly NumberedQuery[],
): Promise<readonly Answered[]> {
  try {
    return [{ asked, answer: await readAll(client, asked) }];
  } catch (error) {
    if (error instanceof RequestRefused && asked.length > 1) {
      const middle = Math.ceil(asked.length / 2);
      const first = await answersOf(client, asked.slice(0, middle));
      return [...first, ...(await answersOf(client, asked.slice(middle)))];
    }
    if (error instanceof RequestRefused) {
      const notes = asked.map(({ query }) => `${error.message} (${nameOf(query)})`);
      return [{ asked, answer: { results: new Map(), notes }, failure: error }];
    }
    if (!(error instanceof ServiceUnavailable)) throw error;
    return [{ asked, answer: { results: new Map(), notes: [error.message] }, failure: error }];
  }
}

/** What a query reads, as a person finds it in the configuration. */
function nameOf({ source }: SeriesQuery): string {
  return source.kind === 'expression'
    ? source.expression
    : `${source.metric.namespace} ${source.metric.metricName}`;
}

/** All pages of one call. What a page after the first lacks is read the next time. */
async function readAll(client: CloudWatchClient, call: readonly NumberedQuery[]): Promise<CallAnswer> {
  const windows = call.map(({ query }) => query.window);
  const input: GetMetricDataCommandInput = {
    MetricDataQueries: call.flatMap(({ parts }) => [...parts]),
    StartTime: new Date(Math.min(...windows.map(({ startMs }) => startMs))),
    EndTime: new Date(Math.max(...windows.map(({ endMs }) => endMs))),
    // What is cut off is then the newest.
    ScanBy: 'TimestampAscending',
  };
  const results = new Map<string, SeriesResult>();
  const notes: string[] = [];
  let token: string | undefined;
  do {
    const command = new GetMetricDataCommand({ ...input, ...(token !== undefined && { NextToken: token }) });
    let page: GetMetricDataCommandOutput;
    try {
      page = await translated(CALL, () => client.send(command));
    } catch (error) {
      if (token === undefined || !(error instanceof ServiceError)) throw error;
      notes.push(error.message);
      break;
    }
    for (const result of page.MetricDataResults ?? []) addResult(results, result);
    notes.push(...notesOf(page));
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return { results, notes };
}

function addResult(results: Map<string, SeriesResult>, result: MetricDataResult): void {
  const { Id = '', Timestamps = [], Values = [], StatusCode } = result;
  const known = results.get(Id) ?? { values: new Map<number, number>(), status: undefined };
  for (const [index, timestamp] of Timestamps.entries()) {
    const value = Values[index];
    if (value !== undefined) known.values.set(timestamp.getTime(), value);
  }
  known.status = StatusCode;
  results.set(Id, known);
}

function notesOf({ Messages = [], MetricDataResults = [] }: GetMetricDataCommandOutput): readonly string[] {
  const failed = MetricDataResults.filter(
    ({ StatusCode }) => StatusCode === 'Forbidden' || StatusCode === 'InternalError',
  );
  return [
    ...Messages.map(({ Code = '', Value = '' }) => `${CALL}: ${Code}: ${Value}`),
    ...failed.map(({ Id = '', Label = Id, StatusCode = '', Messages: own = [] }) =>
      [`${CALL}: ${Label}: ${StatusCode}`, ...own.map(({ Value = '' }) => Value)].join(': '),
    ),
  ];
}

/** `undefined` unless the service has said how complete its answer is. */
function readOf(
  { periodSeconds, window: { startMs, endMs } }: SeriesQuery,
  result: SeriesResult | undefined,
): SeriesRead | undefined {
  if (!result) return undefined;
  const points = [...result.values]
    .map(([atMs, value]) => ({ atMs, value }))
    .filter(({ atMs }) => atMs >= startMs && atMs < endMs)
    .sort((one, other) => one.atMs - other.atMs);
  if (result.status === 'Complete') return { points, completeUntilMs: endMs };
  if (result.status !== 'PartialData') return undefined;
  const newest = points.at(-1);
  return { points, completeUntilMs: newest ? newest.atMs + periodSeconds * 1_000 : startMs };
}
