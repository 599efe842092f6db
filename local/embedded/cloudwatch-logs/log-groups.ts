import * as z from 'zod';
import type { LogLine } from '../../../functions/core/investigation/log-signatures.ts';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';

/** Log groups of CloudWatch, and searches in them by Logs Insights, as the API documents them. */
export interface EmbeddedLogGroups {
  /** Creates the group if it does not exist. */
  readonly create: (logGroup: string) => void;
  /** Writes a line now, into a group that is created with its first line. */
  readonly write: (logGroup: string, text: string) => void;
  /** How long searches take that begin from now on. */
  readonly slow: (searchMs: number) => void;
  /** The status of each search that was begun, in their order. */
  readonly searches: () => readonly string[];
  readonly operations: Operations;
}

interface Search {
  readonly queryId: string;
  readonly lines: readonly LogLine[];
  readonly bytes: number;
  readonly endsAtMs: number;
  isStopped: boolean;
}

const startInput = z.object({
  logGroupNames: z.array(z.string()).min(1),
  startTime: z.number().int(),
  endTime: z.number().int(),
  queryString: z.string(),
  limit: z.number().int().min(1).max(10_000),
});
const queryInput = z.object({ queryId: z.string(), nextToken: z.string().optional() });

/** Of an account, at a time. */
const SEARCHES_AT_MOST = 30;

/** The part of the query language that is understood here. */
const QUERY =
  /^fields @timestamp, @message \| filter @message like \/(?<flags>\(\?i\))?(?<pattern>(?:\\.|[^/])+)\/ \| sort @timestamp (?<order>asc|desc) \| limit (?<limit>\d+)$/;

/**
 * @param pageSize lines in an answer
 * @param copies how often each line is counted as scanned, as if the group had as many more
 */
export function createEmbeddedLogGroups({
  clock,
  newId,
  pageSize = 10_000,
  copies = 1,
}: {
  readonly clock: Pick<EmbeddedClock, 'nowMs'>;
  readonly newId: () => string;
  readonly pageSize?: number;
  readonly copies?: number;
}): EmbeddedLogGroups {
  const groups = new Map<string, LogLine[]>();
  const searches = new Map<string, Search>();
  let searchMs = 2_000;

  const groupOf = (name: string): LogLine[] => {
    const group = groups.get(name);
    if (group === undefined)
      throw new ApiError('ResourceNotFoundException', `Log group '${name}' does not exist`);
    return group;
  };

  const searchOf = (queryId: string): Search => {
    const search = searches.get(queryId);
    if (search === undefined) throw new ApiError('ResourceNotFoundException', 'Query does not exist');
    return search;
  };

  const statusOf = ({ isStopped, endsAtMs }: Search): string => {
    if (isStopped) return 'Cancelled';
    return clock.nowMs() < endsAtMs ? 'Running' : 'Complete';
  };

  const create = (name: string): LogLine[] => {
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    return group;
  };

  return {
    create: (name) => void create(name),
    write: (name, text) => void create(name).push({ atMs: clock.nowMs(), text }),
    slow: (ms) => {
      searchMs = ms;
    },
    searches: () => [...searches.values()].map(statusOf),
    operations: {
      StartQuery: (input) => {
        const { logGroupNames, startTime, endTime, queryString, limit } = startInput.parse(input);
        const query = QUERY.exec(queryString)?.groups;
        if (!query)
          throw new ApiError('MalformedQueryException', `unexpected symbol found in ${queryString}`);
        if (endTime <= startTime)
          throw new ApiError('InvalidParameterException', 'End time must be after start time');
        const scanned = logGroupNames
          .flatMap(groupOf)
          .filter(({ atMs }) => atMs >= startTime * 1_000 && atMs <= endTime * 1_000);
        const running = [...searches.values()].filter((search) => statusOf(search) === 'Running');
        if (running.length >= SEARCHES_AT_MOST)
          throw new ApiError('LimitExceededException', 'Account maximum query concurrency limit exceeded');
        const pattern = new RegExp(query['pattern'] ?? '', query['flags'] === undefined ? '' : 'i');
        const found = scanned.filter(({ text }) => pattern.test(text));
        const inOrder = query['order'] === 'asc' ? found : found.toReversed();
        const queryId = newId();
        searches.set(queryId, {
          queryId,
          lines: inOrder.slice(0, Math.min(limit, Number(query['limit']))),
          bytes: scanned.reduce((sum, { text }) => sum + text.length, 0) * copies,
          endsAtMs: clock.nowMs() + searchMs,
          isStopped: false,
        });
        return { queryId };
      },
      GetQueryResults: (input) => {
        const { queryId, nextToken = '0' } = queryInput.parse(input);
        const search = searchOf(queryId);
        const to = Number(nextToken) + pageSize;
        return {
          queryLanguage: 'CWLI',
          status: statusOf(search),
          results: search.lines.slice(Number(nextToken), to).map(({ atMs, text }, index) => [
            { field: '@timestamp', value: new Date(atMs).toISOString().replace('T', ' ').replace('Z', '') },
            { field: '@message', value: text },
            { field: '@ptr', value: `${queryId}-${index}` },
          ]),
          statistics: {
            recordsMatched: search.lines.length,
            recordsScanned: search.lines.length,
            bytesScanned: search.bytes,
          },
          ...(to < search.lines.length && { nextToken: String(to) }),
        };
      },
      StopQuery: (input) => {
        const search = searchOf(queryInput.parse(input).queryId);
        if (statusOf(search) !== 'Running')
          throw new ApiError('InvalidParameterException', 'The specified query is not running');
        search.isStopped = true;
        return { success: true };
      },
    },
  };
}
