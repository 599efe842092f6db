import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { ScalingGroups } from '../../ports/scaling-groups.ts';
import { translated } from '../aws/translate-error.ts';

const READ = 'autoscaling:DescribeAutoScalingGroups';
const WRITE = 'autoscaling:SetDesiredCapacity';
/** The group is busy with another scaling, or a change of it is. */
const NOT_YET = new Set(['ScalingActivityInProgress', 'ResourceContention']);

/** ScalingGroups over the API of EC2 Auto Scaling. */
export function createScalingGroups(client: Pick<AutoScalingClient, 'send'>): ScalingGroups {
  return {
    read: async (name) => {
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
      const { AutoScalingGroups: [group] = [] } = await translated(READ, () => client.send(command));
      if (group === undefined)
        throw new NotFound(`${READ}: there is no Auto Scaling group ${name}`, { call: READ });
      const { DesiredCapacity = 0, MinSize = 0, MaxSize = 0 } = group;
      return { desired: DesiredCapacity, minimum: MinSize, maximum: MaxSize };
    },

    setCapacity: async (AutoScalingGroupName, DesiredCapacity) => {
      const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity });
      try {
        await translated(WRITE, () => client.send(command));
      } catch (error) {
        if (!(error instanceof RequestRefused && NOT_YET.has(error.serviceCode ?? ''))) throw error;
        throw new ServiceUnavailable(error.message, { call: WRITE, cause: error });
      }
    },
  };
}
