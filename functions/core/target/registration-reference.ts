import { describeStates, isRegistered, type RegisteredTarget } from './registered-target.ts';

/** What goes on by itself in a target group: connections end, or health checks pass. */
export const REGISTRATION_CHANGES = ['deregistration', 'registration'] as const;
export type RegistrationChange = (typeof REGISTRATION_CHANGES)[number];

/** Instances that were deregistered or registered. Elastic Load Balancing gives it no id: its end shows in the group. */
export interface RegistrationReference {
  readonly change: RegistrationChange;
  readonly ids: readonly string[];
  /** ARN. */
  readonly targetGroup: string;
}

const PREFIX = 'elb';

/** No cluster of ECS has a colon in its name, so this is no reference to a deployment. */
export function registrationReferenceId({ change, ids, targetGroup }: RegistrationReference): string {
  return [PREFIX, change, ids.join(','), targetGroup].join(':');
}

/** @returns `undefined` for a reference to something else */
export function parseRegistrationReference(id: string): RegistrationReference | undefined {
  const [prefix, name, ids = '', ...arn] = id.split(':');
  const change = REGISTRATION_CHANGES.find((one) => one === name);
  if (prefix !== PREFIX || change === undefined) return undefined;
  return { change, ids: ids.split(','), targetGroup: arn.join(':') };
}

/** For people: `deregistration of i-0abc, i-0def`. */
export function describeRegistrationReference({ change, ids }: RegistrationReference): string {
  return `${change} of ${ids.join(', ')}`;
}

/** How far an instance has come, given its group. @returns no outcome while it is on its way */
export function registrationProgress(
  change: RegistrationChange,
  id: string,
  targets: readonly RegisteredTarget[],
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  const own = targets.filter((target) => target.id === id);
  const detail = `${id} is ${describeStates(targets, id)}`;
  if (change === 'deregistration') {
    if (own.some(isRegistered))
      return { outcome: 'FAILED', detail: `${detail}: someone else has registered it again` };
    const isDrained = own.every(({ state }) => state !== 'draining');
    return isDrained ? { outcome: 'SUCCEEDED', detail: `${id} is drained` } : { detail };
  }
  // Without a load balancer nobody checks the target, and nobody reaches it by the group.
  const isDone = own.every(({ state, reason }) => state === 'healthy' || reason === 'Target.NotInUse');
  return own.length > 0 && isDone ? { outcome: 'SUCCEEDED', detail } : { detail };
}
