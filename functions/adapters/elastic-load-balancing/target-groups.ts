import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RegisteredTarget } from '../../core/target/registered-target.ts';
import type { TargetGroups } from '../../ports/target-groups.ts';
import { translated } from '../aws/translate-error.ts';

/** TargetGroups over the API of Elastic Load Balancing. */
export function createTargetGroups(client: Pick<ElasticLoadBalancingV2Client, 'send'>): TargetGroups {
  return {
    read: async (TargetGroupArn) => {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn });
      const { TargetHealthDescriptions = [] } = await translated(
        'elasticloadbalancing:DescribeTargetHealth',
        () => client.send(command),
      );
      return TargetHealthDescriptions.map(targetOf);
    },

    register: async (TargetGroupArn, id, ports) => {
      const command = new RegisterTargetsCommand({ TargetGroupArn, Targets: onPorts(id, ports) });
      await translated('elasticloadbalancing:RegisterTargets', () => client.send(command));
    },

    // Without its port, a target that was registered on another than the group's own would stay.
    deregister: async (TargetGroupArn, id, ports) => {
      const command = new DeregisterTargetsCommand({ TargetGroupArn, Targets: onPorts(id, ports) });
      await translated('elasticloadbalancing:DeregisterTargets', () => client.send(command));
    },
  };
}

const onPorts = (Id: string, ports: readonly number[]) => ports.map((Port) => ({ Id, Port }));

function targetOf({ Target, TargetHealth }: TargetHealthDescription): RegisteredTarget {
  return {
    id: Target?.Id ?? '',
    port: Target?.Port ?? 0,
    state: TargetHealth?.State ?? 'unknown',
    ...(TargetHealth?.Reason !== undefined && { reason: TargetHealth.Reason }),
  };
}
