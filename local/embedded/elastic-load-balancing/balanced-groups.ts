import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';

/** One time that the API took an instance out of a group, or put it in, on one port. */
export interface RegistrationEffect {
  readonly kind: 'registered' | 'deregistered';
  readonly id: string;
  readonly port: number;
}

/** Target groups behind a load balancer that checks its targets and lets connections end, as the API documents it. */
export interface BalancedGroups {
  /** @param arn of the group @param port of targets that are registered without one */
  readonly create: (arn: string, port: number) => void;
  /** Registers an instance, or deregisters it, as someone else would. */
  readonly put: (arn: string, id: string, port: number, state: 'healthy' | 'unregistered') => void;
  /** Ids of the instances that get new requests now. */
  readonly serving: (arn: string) => readonly string[];
  readonly effects: readonly RegistrationEffect[];
  readonly operations: Operations;
}

export interface BalancedGroupsOptions {
  readonly clock: Pick<EmbeddedClock, 'after'>;
  /** What health checks find. @default every instance is healthy */
  readonly isHealthy?: (id: string) => boolean;
  /** How long connections take to end. @default half a minute */
  readonly drainsMs?: number;
}

interface Target {
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
}

interface Group {
  readonly port: number;
  /** By `id:port`. */
  readonly targets: Map<string, Target>;
}

const CHECKED_AFTER_MS = 20_000;
const DRAINED_AFTER_MS = 30_000;

const groupInput = z.object({ TargetGroupArn: z.string() });
const targetsInput = groupInput.extend({
  Targets: z.array(z.object({ Id: z.string(), Port: z.int().optional() })).min(1),
});

const REASONS: Readonly<Record<Target['state'], string | undefined>> = {
  initial: 'Elb.InitialHealthChecking',
  healthy: undefined,
  unhealthy: 'Target.FailedHealthChecks',
  draining: 'Target.DeregistrationInProgress',
};

export function createBalancedGroups({
  clock,
  isHealthy = () => true,
  drainsMs = DRAINED_AFTER_MS,
}: BalancedGroupsOptions): BalancedGroups {
  const groups = new Map<string, Group>();
  const effects: RegistrationEffect[] = [];

  const groupOf = (arn: string): Group => {
    const found = groups.get(arn);
    if (found) return found;
    throw new ApiError('TargetGroupNotFound', `One or more target groups not found: ${arn}`);
  };
  const check = (target: Target, id: string): void => {
    clock.after(CHECKED_AFTER_MS, () => {
      if (target.state === 'initial') target.state = isHealthy(id) ? 'healthy' : 'unhealthy';
    });
  };
  const register = (group: Group, id: string, port: number): void => {
    const key = `${id}:${port}`;
    const known = group.targets.get(key);
    if (known && known.state !== 'draining') return;
    const target: Target = { state: 'initial' };
    group.targets.set(key, target);
    effects.push({ kind: 'registered', id, port });
    check(target, id);
  };
  const deregister = (group: Group, id: string, port: number): void => {
    const key = `${id}:${port}`;
    const target = group.targets.get(key);
    if (!target || target.state === 'draining') return;
    target.state = 'draining';
    effects.push({ kind: 'deregistered', id, port });
    clock.after(drainsMs, () => {
      if (group.targets.get(key) === target && target.state === 'draining') group.targets.delete(key);
    });
  };
  const each = (input: unknown, change: (group: Group, id: string, port: number) => void): object => {
    const { TargetGroupArn, Targets } = targetsInput.parse(input);
    const group = groupOf(TargetGroupArn);
    for (const { Id, Port = group.port } of Targets) change(group, Id, Port);
    return {};
  };
  const listed = ({ targets }: Group) =>
    [...targets].map(([key, { state }]) => {
      const [id = '', port] = key.split(':');
      return { id, port: Number(port), state };
    });

  return {
    effects,
    create: (arn, port) => void groups.set(arn, { port, targets: new Map() }),
    put: (arn, id, port, state) => {
      const { targets } = groupOf(arn);
      if (state === 'healthy') targets.set(`${id}:${port}`, { state });
      else targets.delete(`${id}:${port}`);
    },
    serving: (arn) =>
      listed(groupOf(arn)).flatMap(({ id, state }) => (state === 'healthy' && isHealthy(id) ? [id] : [])),
    operations: {
      DescribeTargetHealth: (input) => ({
        TargetHealthDescriptions: listed(groupOf(groupInput.parse(input).TargetGroupArn)).map(
          ({ id, port, state }) => ({
            Target: { Id: id, Port: port },
            TargetHealth: { State: state, ...(REASONS[state] && { Reason: REASONS[state] }) },
          }),
        ),
      }),
      RegisterTargets: (input) => each(input, register),
      DeregisterTargets: (input) => each(input, deregister),
    },
  };
}
