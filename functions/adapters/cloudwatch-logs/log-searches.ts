import {
  type CloudWatchLogsClient,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogLine } from '../../core/investigation/log-signatures.ts';
import { ERROR_WORDS } from '../../core/investigation/logged-message.ts';
import type { TimeRange } from '../../core/investigation/onset-windows.ts';
import { RequestRefused } from '../../ports/errors.ts';
import type { LogSearch, LogSearches, LogSearchProgress } from '../../ports/log-searches.ts';
import { translated } from '../aws/translate-error.ts';

/** LogSearches over CloudWatch Logs Insights. `pattern` is not used: log groups for infrequent access do not have it. */
export function createLogSearches(client: Pick<CloudWatchLogsClient, 'send'>): LogSearches {
  return {
    start: async (search) => {
      const answer = await translated('logs:StartQuery', () =>
        client.send(new StartQueryCommand(startInput(search))),
      );
      return answer.queryId ?? '';
    },
    read: async (queryId, range) => {
      const lines: LogLine[] = [];
      let nextToken: string | undefined;
      for (;;) {
        const input = { queryId, ...(nextToken !== undefined && { nextToken }) };
        const answer = await translated('logs:GetQueryResults', () =>
          client.send(new GetQueryResultsCommand(input)),
        );
        const { results = [], statistics: { bytesScanned = 0 } = {} } = answer;
        lines.push(...results.flatMap((row) => lineOf(row, range)));
        const status = statusOf(answer.status);
        nextToken = answer.nextToken;
        // The parts of a search that goes on are read again anyway.
        if (status !== 'complete' || nextToken === undefined) return { status, lines, bytesScanned };
      }
    },
    stop: async (queryId) => {
      try {
        await translated('logs:StopQuery', () => client.send(new StopQueryCommand({ queryId })));
      } catch (error) {
        // So AWS answers when the query has ended meanwhile.
        if (!(error instanceof RequestRefused && error.serviceCode === 'InvalidParameterException'))
          throw error;
      }
    },
  };
}

/** Its times are whole seconds, both included: what is outside the range is left out of the answers. */
function startInput({ logGroup, fromMs, toMs, keep, limit }: LogSearch) {
  const order = keep === 'oldest' ? 'asc' : 'desc';
  return {
    logGroupNames: [logGroup],
    startTime: Math.floor(fromMs / 1_000),
    endTime: Math.ceil(toMs / 1_000),
    queryString: `fields @timestamp, @message | filter @message like /(?i)(${ERROR_WORDS})/ | sort @timestamp ${order} | limit ${limit}`,
    limit,
  };
}

/** A status that is not known is no success. */
function statusOf(status: string | undefined): LogSearchProgress['status'] {
  if (status === 'Complete') return 'complete';
  return status === 'Scheduled' || status === 'Running' ? 'running' : 'failed';
}

function lineOf(row: readonly ResultField[], { fromMs, toMs }: TimeRange): readonly LogLine[] {
  const fieldOf = (name: string) => row.find(({ field }) => field === name)?.value;
  const text = fieldOf('@message');
  // In UTC, without saying so: `2026-11-22 13:30:00.000`.
  const atMs = Date.parse(`${fieldOf('@timestamp')?.replace(' ', 'T')}Z`);
  return text !== undefined && atMs >= fromMs && atMs < toMs ? [{ atMs, text }] : [];
}
