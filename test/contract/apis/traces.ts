import type { XRayClient } from '@aws-sdk/client-xray';
import { expect } from 'vitest';
import { createFailedTraces } from '../../../functions/adapters/xray/failed-traces.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createTraceSummaries } from '../../../local/embedded/xray/trace-summaries.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const SECOND_MS = 1_000;

/** X-Ray's summaries of traces, over several pages. */
export const TRACES: Api = {
  service: 'xray',
  apiVersion: '2016-04-12',
  call: async (model) => {
    const clock = createVirtualClock(NOON);
    const summaries = createTraceSummaries({ clock, pageSize: 3 });
    summaries.record({ entry: 'web', failed: { web: 'fault' } });
    await clock.advance(2 * SECOND_MS);
    const throttled = summaries.record({
      ...{ entry: 'web', failed: { orders: 'throttle' } },
      errorCauses: [{ Services: [{ Name: 'web', EntityPath: [{ Name: 'web' }] }, { Name: 'orders' }] }],
    });
    const faulty = summaries.record({
      ...{ entry: 'web', failed: { web: 'fault', orders: 'fault' } },
      faultCauses: [
        {
          ClientImpacting: true,
          Services: [
            { Name: 'web', Names: ['web'], EntityPath: [{ Name: 'web' }, { Name: 'orders', Remote: true }] },
            {
              ...{ Name: 'orders', Names: ['orders'], Type: 'AWS::Lambda::Function', Inferred: false },
              EntityPath: [
                { Name: 'orders', Exceptions: [{ Name: 'Wrapped' }] },
                { Name: 'query', Exceptions: [{ Name: 'Timeout', Message: 'no answer' }, { Name: 'Cause' }] },
              ],
            },
          ],
        },
      ],
    });
    const unexplained = summaries.record({ entry: 'pay', failed: { pay: 'error' } });
    for (let count = 0; count < 2; count += 1) summaries.record({ entry: 'web' });
    summaries.record({ entry: 'mail', failed: { mail: 'fault' } });
    const client = createInProcessClient<XRayClient>('XRay', summaries.operations);
    const recorded = recordClient(client, model);
    const { find } = createFailedTraces(recorded.client);
    const range = { fromMs: NOON + SECOND_MS, toMs: NOON + 3 * SECOND_MS };
    const first = await find(['orders', 'pay'], range);
    expect(first).toEqual({ traces: [], scanned: 3, next: '3' });
    expect(await find(['orders', 'pay'], range, first.next)).toEqual({
      traces: [
        { id: unexplained, causes: [{ failure: 'error', path: ['pay'] }] },
        {
          id: faulty,
          causes: [
            {
              ...{ failure: 'fault', path: ['web', 'web', 'orders', 'orders', 'orders', 'query'] },
              exception: { name: 'Timeout', message: 'no answer' },
            },
          ],
        },
        { id: throttled, causes: [{ failure: 'throttle', path: ['web', 'web', 'orders'] }] },
      ],
      scanned: 3,
    });
    await expect(find(['a"b'], range)).rejects.toMatchObject({
      ...{ name: 'RequestRefused', call: 'xray:GetTraceSummaries' },
    });
    return recorded;
  },
};
