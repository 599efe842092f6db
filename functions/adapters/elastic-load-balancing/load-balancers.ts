import {
  DescribeLoadBalancerAttributesCommand,
  type ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { RequestRefused } from '../../ports/errors.ts';
import type { LoadBalancers } from '../../ports/load-balancers.ts';
import { translated } from '../aws/translate-error.ts';

const READ = 'elasticloadbalancing:DescribeLoadBalancerAttributes';
const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';

/** LoadBalancers over the API of Elastic Load Balancing. */
export function createLoadBalancers(client: Pick<ElasticLoadBalancingV2Client, 'send'>): LoadBalancers {
  return {
    idleTimeout: async (LoadBalancerArn) => {
      const command = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn });
      const { Attributes = [] } = await translated(READ, () => client.send(command));
      const value = Attributes.find(({ Key }) => Key === IDLE_TIMEOUT)?.Value;
      if (value === undefined)
        throw new RequestRefused(`${READ}: ${LoadBalancerArn} has no ${IDLE_TIMEOUT}`, { call: READ });
      return Number(value);
    },

    setIdleTimeout: async (LoadBalancerArn, seconds) => {
      const Attributes = [{ Key: IDLE_TIMEOUT, Value: String(seconds) }];
      const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes });
      await translated('elasticloadbalancing:ModifyLoadBalancerAttributes', () => client.send(command));
    },
  };
}
