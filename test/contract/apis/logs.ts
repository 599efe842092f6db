import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect } from 'vitest';
import { createLogSearches } from '../../../functions/adapters/cloudwatch-logs/log-searches.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createEmbeddedLogGroups } from '../../../local/embedded/cloudwatch-logs/log-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const SECOND_MS = 1_000;

/** Searches of Logs Insights, whose answers have several pages. */
export const LOGS: Api = {
  service: 'logs',
  apiVersion: '2014-03-28',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    let ids = 0;
    const groups = createEmbeddedLogGroups({ clock, newId: () => `search-${ids++}`, pageSize: 2 });
    for (let second = 0; second < 10; second += 1) {
      groups.write('/web', `request ${second} FAILED`);
      groups.write('/web', 'request served');
      await clock.advance(SECOND_MS);
    }
    const client = createInProcessClient<CloudWatchLogsClient>('logs', groups.operations);
    const recorded = recordClient(client, model);
    const searches = createLogSearches(recorded.client);
    const range = { fromMs: NOON + 2 * SECOND_MS, toMs: NOON + 7 * SECOND_MS };
    const search = { logGroup: '/web', ...range, keep: 'oldest', limit: 100 } as const;
    const id = await searches.start(search);
    expect(await searches.read(id, range)).toMatchObject({ status: 'running' });
    await clock.advance(5 * SECOND_MS);
    const { status, lines, bytesScanned } = await searches.read(id, range);
    expect([status, bytesScanned > 0]).toEqual(['complete', true]);
    expect(lines.map(({ text, atMs }) => [text, atMs - NOON])).toEqual(
      [2, 3, 4, 5, 6].map((second) => [`request ${second} FAILED`, second * SECOND_MS]),
    );
    await searches.stop(id);
    const newest = await searches.start({ ...search, keep: 'newest', limit: 1 });
    await searches.stop(newest);
    expect(await searches.read(newest, range)).toMatchObject({ status: 'failed' });
    await expect(searches.start({ ...search, logGroup: '/gone' })).rejects.toMatchObject({
      ...{ name: 'NotFound', call: 'logs:StartQuery' },
    });
    return recorded;
  },
};
