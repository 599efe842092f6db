import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import { createTargetGroups } from '../../../functions/adapters/elastic-load-balancing/target-groups.ts';
import { createVirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import { createBalancedGroups } from '../../../local/embedded/elastic-load-balancing/balanced-groups.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

const ID = 'i-0123456789abcdef0';

/** Target groups, which hosts leave and join. */
export const LOAD_BALANCING: Api = {
  service: 'elbv2',
  apiVersion: '2015-12-01',
  call: async (model) => {
    const groups = createBalancedGroups({ clock: createVirtualClock(NOON) });
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
    groups.create(arn, 80);
    const recorded = recordClient(
      createInProcessClient<ElasticLoadBalancingV2Client>('ElasticLoadBalancing', groups.operations),
      model,
    );
    const targetGroups = createTargetGroups(recorded.client);
    await targetGroups.register(arn, ID, [80, 8443]);
    await targetGroups.deregister(arn, ID, [8443]);
    expect(await targetGroups.read(arn)).toEqual([
      { id: ID, port: 80, state: 'initial', reason: 'Elb.InitialHealthChecking' },
      { id: ID, port: 8443, state: 'draining', reason: 'Target.DeregistrationInProgress' },
    ]);
    return recorded;
  },
};
