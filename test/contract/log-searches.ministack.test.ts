import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogSearches } from '../../functions/adapters/cloudwatch-logs/log-searches.ts';
import { NotFound } from '../../functions/ports/errors.ts';
import type { LogSearches } from '../../functions/ports/log-searches.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { requirement } from '../factories/requirements.ts';
import { recordClient } from './aws-model/recorded-client.ts';
import { serviceModel } from './aws-model/service-model.ts';

const SECOND_MS = 1_000;
const LINES = ['Request failed', 'request served', 'FATAL: no memory', 'access denied'];

describe.skipIf(!requirement('python'))('searches in log groups, on MiniStack,', () => {
  let cloud: MiniStack;
  let recorded: ReturnType<typeof recordClient<CloudWatchLogsClient>>;
  let searches: LogSearches;
  const fromMs = (Math.floor(Date.now() / SECOND_MS) - 60) * SECOND_MS;
  const range = { fromMs, toMs: fromMs + 30 * SECOND_MS };
  const search = { logGroup: '/web', ...range, keep: 'oldest', limit: 100 } as const;
  beforeAll(async () => {
    cloud = await startMiniStack();
    const client = new CloudWatchLogsClient({
      ...localEndpoint(cloud.endpoint, cloud.region),
      maxAttempts: 1,
    });
    recorded = recordClient(client, await serviceModel('logs', '2014-03-28'));
    searches = createLogSearches(recorded.client);
    await client.send(new CreateLogGroupCommand({ logGroupName: '/web' }));
    await client.send(new CreateLogStreamCommand({ logGroupName: '/web', logStreamName: 'one' }));
    const at = (message: string, seconds: number) => ({ message, timestamp: fromMs + seconds * SECOND_MS });
    await client.send(
      new PutLogEventsCommand({
        ...{ logGroupName: '/web', logStreamName: 'one' },
        logEvents: [
          at('too early: failed', -1),
          ...LINES.map((message, index) => at(message, index)),
          at('too late: failed', 30),
        ],
      }),
    );
  });
  afterAll(async () => await cloud?.stop());

  it('find the lines about errors in the range, whatever their case, in order', async () => {
    const id = await searches.start(search);
    const { status, lines, bytesScanned } = await searches.read(id, range);
    expect(status).toBe('complete');
    expect(bytesScanned).toBeGreaterThan(0);
    expect(lines.map(({ text, atMs }) => [text, atMs - fromMs])).toEqual([
      ['Request failed', 0],
      ['FATAL: no memory', 2 * SECOND_MS],
      ['access denied', 3 * SECOND_MS],
    ]);
  });

  it('keep the newest lines where they are asked to', async () => {
    const id = await searches.start({ ...search, toMs: fromMs + 3_500, keep: 'newest', limit: 1 });
    const { lines } = await searches.read(id, range);
    expect(lines.map(({ text }) => text)).toEqual(['access denied']);
  });

  it('end in NotFound where there is no such log group, and can be stopped', async () => {
    await expect(searches.start({ ...search, logGroup: '/gone' })).rejects.toThrow(NotFound);
    const id = await searches.start(search);
    await searches.stop(id);
    expect(await searches.read(id, range)).toMatchObject({ status: 'failed' });
  });

  it('satisfy AWS’s model of the API in their requests', () => {
    expect(recorded.faults.requests).toEqual([]);
  });
});
