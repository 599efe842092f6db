import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { expect } from 'vitest';
import { createScalingGroups } from '../../../functions/adapters/auto-scaling/scaling-groups.ts';
import { createEmbeddedScalingGroups } from '../../../local/embedded/auto-scaling/scaling-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const ID = 'i-0123456789abcdef0';

/** Auto Scaling groups, which grow, and whose instances are replaced. */
export const AUTO_SCALING: Api = {
  service: 'autoscaling',
  apiVersion: '2011-01-01',
  call: async (model) => {
    const groups = createEmbeddedScalingGroups();
    groups.create('web', { desired: 2, minimum: 1, maximum: 4, instances: [ID] });
    groups.set('web', { suspended: ['AZRebalance'], launchFailure: 'no capacity' });
    const recorded = recordClient(
      createInProcessClient<AutoScalingClient>('AutoScaling', groups.operations),
      model,
    );
    const scalingGroups = createScalingGroups(recorded.client);
    await scalingGroups.setCapacity('web', 3);
    await scalingGroups.terminate(ID);
    expect(await scalingGroups.read('web')).toMatchObject({
      ...{ desired: 3, minimum: 1, maximum: 4, suspended: ['AZRebalance'], isBeingDeleted: false },
      instances: [{ id: ID, lifecycle: 'Terminating', isHealthy: true, weight: 1 }],
    });
    expect(await scalingGroups.isRefreshing('web')).toBe(false);
    expect(await scalingGroups.failedLaunch('web', 0)).toBe('no capacity');
    expect(await scalingGroups.failedLaunch('web', 1)).toBeUndefined();
    return recorded;
  },
};
