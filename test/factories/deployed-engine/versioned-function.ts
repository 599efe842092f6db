import {
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { createFunction, zipped } from './functions.ts';
import type { AwsConfig } from './queues.ts';

const UPDATE_SECONDS = 60;

/** Deploys a function with a published version for each source, the first one being version 1. */
export async function createVersions(
  aws: AwsConfig,
  FunctionName: string,
  answers: readonly string[],
): Promise<void> {
  const client = new LambdaClient(aws);
  for (const [index, answer] of answers.entries()) {
    const source = moduleOf(answer);
    if (index === 0) await createFunction(aws, FunctionName, { source });
    else await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await zipped(source) }));
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: UPDATE_SECONDS, minDelay: 1 }, { FunctionName });
    await client.send(new PublishVersionCommand({ FunctionName }));
  }
}

/** A module whose handler answers with a text, or throws where that begins with `throws`. */
function moduleOf(answer: string): string {
  const text = JSON.stringify(answer);
  return answer.startsWith('throws')
    ? `export const handler = async () => { throw new RangeError(${text}); };`
    : `export const handler = async () => ${text};`;
}
