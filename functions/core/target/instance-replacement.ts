import { capacityOf, isInService, type ScalingGroup } from './scaling-group.ts';

/** Processes without which a terminated instance would not be replaced, or not terminated at all. */
const NEEDED = ['Launch', 'Terminate', 'ReplaceUnhealthy'];
/** The process without which its replacement would not be registered. */
const REGISTERS = 'AddToLoadBalancer';

/**
 * Why Auto Scaling would not replace an instance that is terminated; `undefined` if it would.
 *
 * @param targetGroup the ARN of the one in which the replacement has to be healthy
 */
export function groupProblem(group: ScalingGroup, targetGroup: string | undefined): string | undefined {
  if (group.isBeingDeleted) return 'the group is being deleted';
  const needed = targetGroup === undefined ? NEEDED : [...NEEDED, REGISTERS];
  const suspended = needed.filter((process) => group.suspended.includes(process));
  if (suspended.length > 0)
    return `someone has suspended ${suspended.join(', ')} of the group: resume it before instances are replaced`;
  if (targetGroup !== undefined && !group.targetGroups.includes(targetGroup))
    return `the group does not register its instances in ${targetGroup}: attach the target group to it`;
  return undefined;
}

/** Why a group has no instance to spare; `undefined` if it has all that it wants. */
export function sizeProblem({ instances, desired }: ScalingGroup): string | undefined {
  const present = capacityOf(instances.filter(isInService));
  return present < desired
    ? `${present} of ${desired} instances are in service: the group is still launching others`
    : undefined;
}

/**
 * Why an instance is not to be terminated; `undefined` if it may be. `TerminateInstanceInAutoScalingGroup` ignores the
 * protection from scale-in: it is respected here.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
 */
export function memberProblem({ instances }: ScalingGroup, id: string): string | undefined {
  const instance = instances.find((one) => one.id === id);
  if (instance === undefined) return `${id} does not belong to the group`;
  if (!isInService(instance)) return `${id} is ${instance.lifecycle}, and not in service`;
  return instance.isProtectedFromScaleIn
    ? `${id} is protected from scale-in: remove the protection before it is replaced`
    : undefined;
}

/** Whether an instance still serves in its group: nothing terminates it yet. */
export function isMember({ instances }: ScalingGroup, id: string): boolean {
  return instances.some((one) => one.id === id && isInService(one));
}

/** How far the replacement of some instances has come. */
export interface ReplacementProgress {
  readonly isDone: boolean;
  /** Ids of the instances that have taken their place and can serve. */
  readonly successors: readonly string[];
  readonly detail: string;
}

/**
 * Instances are replaced when as many new ones are in service, and can serve; or when the group has all that it wants
 * without them, since someone has made it smaller meanwhile.
 *
 * @param known ids of the group's instances before
 * @param unready why a new instance cannot serve yet, with its id; `undefined` if it can
 */
export function replacementProgress(
  ids: readonly string[],
  known: readonly string[],
  group: ScalingGroup,
  unready: (id: string) => string | undefined,
): ReplacementProgress {
  const staying = ids.filter((id) => isMember(group, id));
  if (staying.length > 0)
    return { isDone: false, successors: [], detail: `${staying.join(', ')}: still in service` };
  const others = group.instances.filter(({ id }) => !ids.includes(id));
  const fresh = others.filter(({ id }) => !known.includes(id));
  const ready = fresh.filter((one) => isInService(one) && one.isHealthy && unready(one.id) === undefined);
  const successors = ready.map(({ id }) => id).sort();
  if (successors.length >= ids.length)
    return { isDone: true, successors, detail: `${ids.join(', ')}: replaced by ${successors.join(', ')}` };
  const old = others.filter((one) => isInService(one) && known.includes(one.id));
  const present = capacityOf([...old, ...ready]);
  if (present >= group.desired) {
    const detail = `${ids.join(', ')}: terminated; the group wants ${group.desired} instances, and has them`;
    return { isDone: true, successors, detail };
  }
  const states = fresh
    .filter((one) => !ready.includes(one))
    .map(({ id, lifecycle, isHealthy }) => {
      if (lifecycle !== 'InService') return `${id} is ${lifecycle}`;
      return isHealthy ? unready(id) : `${id} is unhealthy to Auto Scaling`;
    });
  const coming = states.length > 0 ? states.join(', ') : 'no new instance yet';
  return {
    isDone: false,
    successors,
    detail: `${ids.join(', ')}: terminated; ${present} of ${group.desired} instances can serve; ${coming}`,
  };
}
