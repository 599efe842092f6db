import type { LocalEndpoint } from '../../local/cloud/endpoint.ts';
import { unsigned } from './unsigned.ts';

/** What Lambda's own REPORT line says of one invocation. */
export interface FunctionReport {
  readonly functionName: string;
  readonly durationMs: number;
  readonly memoryMb: number;
}

const REPORT = /^REPORT .*?Duration: ([\d.]+) ms.*?Memory Size: (\d+) MB/;

/** The invocations of functions that ended since a time, from their log groups. */
export async function functionReports(
  aws: LocalEndpoint,
  functionNames: readonly string[],
  sinceMs: number,
): Promise<readonly FunctionReport[]> {
  const reports = await Promise.all(
    functionNames.map(async (functionName) => {
      const messages = await logMessages(aws, `/aws/lambda/${functionName}`, sinceMs);
      return messages.flatMap((message): FunctionReport[] => {
        const [, duration, memory] = REPORT.exec(message) ?? [];
        return duration === undefined
          ? []
          : [{ functionName, durationMs: Number(duration), memoryMb: Number(memory) }];
      });
    }),
  );
  return reports.flat();
}

async function logMessages(aws: LocalEndpoint, group: string, sinceMs: number): Promise<readonly string[]> {
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    headers: {
      ...unsigned(aws, 'logs'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
    },
    body: JSON.stringify({ logGroupName: group, startTime: sinceMs, filterPattern: 'REPORT' }),
  });
  const answer = (await response.json()) as { readonly events?: readonly { readonly message: string }[] };
  return (answer.events ?? []).map(({ message }) => message.trim());
}
