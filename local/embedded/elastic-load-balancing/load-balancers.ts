import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';

/** Application Load Balancers, as far as connections may be idle on them. */
export interface EmbeddedLoadBalancers {
  readonly create: (arn: string, idleSeconds: number) => void;
  /** Sets the time, as someone else would. */
  readonly set: (arn: string, idleSeconds: number) => void;
  /** What the API changed, oldest first. */
  readonly changes: readonly { readonly arn: string; readonly from: number; readonly to: number }[];
  readonly operations: Operations;
}

const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';
const MOST_SECONDS = 4_000;

const arnInput = z.object({ LoadBalancerArn: z.string() });
const modifyInput = arnInput.extend({
  Attributes: z.array(z.object({ Key: z.literal(IDLE_TIMEOUT), Value: z.string() })).length(1),
});

export function createEmbeddedLoadBalancers(): EmbeddedLoadBalancers {
  const idle = new Map<string, number>();
  const changes: { arn: string; from: number; to: number }[] = [];
  const secondsOf = (arn: string): number => {
    const found = idle.get(arn);
    if (found !== undefined) return found;
    throw new ApiError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  };
  const attributesOf = (arn: string) => ({
    Attributes: [
      { Key: 'deletion_protection.enabled', Value: 'false' },
      { Key: IDLE_TIMEOUT, Value: String(secondsOf(arn)) },
    ],
  });
  return {
    changes,
    create: (arn, idleSeconds) => void idle.set(arn, idleSeconds),
    set: (arn, idleSeconds) => void idle.set(arn, idleSeconds),
    operations: {
      DescribeLoadBalancerAttributes: (input) => attributesOf(arnInput.parse(input).LoadBalancerArn),
      ModifyLoadBalancerAttributes: (input) => {
        const { LoadBalancerArn: arn, Attributes } = modifyInput.parse(input);
        const to = Number(Attributes[0]?.Value);
        const from = secondsOf(arn);
        if (!(to >= 1 && to <= MOST_SECONDS))
          throw new ApiError(
            'InvalidConfigurationRequest',
            `The value ${to} is not from 1 to ${MOST_SECONDS}`,
          );
        if (from !== to) changes.push({ arn, from, to });
        idle.set(arn, to);
        return attributesOf(arn);
      },
    },
  };
}
