import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import { createLoadBalancers } from '../../../functions/adapters/elastic-load-balancing/load-balancers.ts';
import { createEmbeddedLoadBalancers } from '../../../local/embedded/elastic-load-balancing/load-balancers.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { recordClient } from '../aws-model/recorded-client.ts';
import type { Api } from './api.ts';

/** Load balancers, whose idle time-out is changed. */
export const BALANCERS: Api = {
  service: 'elbv2',
  apiVersion: '2015-12-01',
  call: async (model) => {
    const balancers = createEmbeddedLoadBalancers();
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
    balancers.create(arn, 60);
    const recorded = recordClient(
      createInProcessClient<ElasticLoadBalancingV2Client>('ElasticLoadBalancing', balancers.operations),
      model,
    );
    const loadBalancers = createLoadBalancers(recorded.client);
    await loadBalancers.setIdleTimeout(arn, 120);
    expect(await loadBalancers.idleTimeout(arn)).toBe(120);
    return recorded;
  },
};
