import * as z from 'zod';
import { ApiError, type Operations } from '../in-process-client.ts';

/** Auto Scaling groups: how many instances they are to have. It launches none: hosts are played elsewhere. */
export interface EmbeddedScalingGroups {
  readonly create: (name: string, size: { desired: number; minimum: number; maximum: number }) => void;
  /** Sets the number, as someone else would. */
  readonly set: (name: string, desired: number) => void;
  /** What the API changed, oldest first. */
  readonly changes: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly operations: Operations;
}

const namesInput = z.object({ AutoScalingGroupNames: z.array(z.string()).min(1) });
const capacityInput = z.object({ AutoScalingGroupName: z.string(), DesiredCapacity: z.int().min(0) });

export function createEmbeddedScalingGroups(): EmbeddedScalingGroups {
  const groups = new Map<string, { desired: number; minimum: number; maximum: number }>();
  const changes: { name: string; from: number; to: number }[] = [];
  const groupOf = (name: string) => {
    const found = groups.get(name);
    if (found) return found;
    throw new ApiError('ValidationError', `AutoScalingGroup name not found - ${name}`);
  };
  return {
    changes,
    create: (name, size) => void groups.set(name, { ...size }),
    set: (name, desired) => {
      groupOf(name).desired = desired;
    },
    operations: {
      DescribeAutoScalingGroups: (input) => ({
        AutoScalingGroups: namesInput.parse(input).AutoScalingGroupNames.flatMap((name) => {
          const group = groups.get(name);
          if (group === undefined) return [];
          return [
            {
              AutoScalingGroupName: name,
              MinSize: group.minimum,
              MaxSize: group.maximum,
              DesiredCapacity: group.desired,
              DefaultCooldown: 300,
              AvailabilityZones: ['us-east-1a'],
              HealthCheckType: 'EC2',
              CreatedTime: new Date(0),
            },
          ];
        }),
      }),
      SetDesiredCapacity: (input) => {
        const { AutoScalingGroupName: name, DesiredCapacity: to } = capacityInput.parse(input);
        const group = groupOf(name);
        if (to > group.maximum || to < group.minimum)
          throw new ApiError(
            'ValidationError',
            `New SetDesiredCapacity value ${to} is outside of ${group.minimum} and ${group.maximum}`,
          );
        if (to !== group.desired) changes.push({ name, from: group.desired, to });
        group.desired = to;
        return {};
      },
    },
  };
}
