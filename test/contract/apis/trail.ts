import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { expect } from 'vitest';
import { createTrail } from '../../../functions/adapters/cloudtrail/trail.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createEventHistory } from '../../../local/embedded/cloudtrail/event-history.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const SECOND_MS = 1_000;

/** CloudTrail's event history, over two pages. */
export const TRAIL: Api = {
  service: 'cloudtrail',
  apiVersion: '2013-11-01',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    let ids = 0;
    const history = createEventHistory({ clock, newId: () => `event-${ids++}` });
    const call = { service: 'lambda.amazonaws.com', resources: ['orders'], userIdentity: { type: 'Root' } };
    history.record({ ...call, name: 'UpdateFunctionCode', errorCode: 'AccessDenied' });
    await clock.advance(SECOND_MS);
    for (let count = 0; count < 50; count += 1) history.record({ ...call, name: 'Get', readOnly: true });
    const client = createInProcessClient<CloudTrailClient>('cloudtrail', history.operations);
    const recorded = recordClient(client, model);
    const trail = createTrail(recorded.client);
    const range = { fromMs: NOON, toMs: NOON + SECOND_MS };
    const first = await trail.changesOf('orders', range);
    expect(first).toEqual({ events: [], next: '50' });
    expect(await trail.changesOf('orders', range, first.next)).toEqual({
      events: [
        {
          ...{ id: 'event-0', atMs: NOON, name: 'UpdateFunctionCode', principal: 'root' },
          ...{ service: 'lambda.amazonaws.com', error: 'AccessDenied' },
        },
      ],
    });
    await expect(trail.changesOf('orders', range)).rejects.toMatchObject({
      ...{ name: 'ServiceUnavailable', call: 'cloudtrail:LookupEvents' },
    });
    await clock.advance(SECOND_MS);
    expect(await trail.changesOf('pay', range)).toEqual({ events: [] });
    return recorded;
  },
};
