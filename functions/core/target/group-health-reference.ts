/** Instances that have to be healthy in their target group. Elastic Load Balancing reports no end: it shows in the group. */
export interface GroupHealthReference {
  readonly ids: readonly string[];
  /** When the group is first believed, epoch milliseconds: it notices a host that broke only after several bad checks. */
  readonly fromMs: number;
  /** When they have failed, epoch milliseconds, if not all of them are healthy. */
  readonly untilMs: number;
  /** ARN. */
  readonly targetGroup: string;
}

const PREFIX = 'elb-health';

/** No cluster of ECS has a colon in its name, so this is no reference to a deployment. */
export function groupHealthReferenceId({ ids, fromMs, untilMs, targetGroup }: GroupHealthReference): string {
  return [PREFIX, ids.join(','), fromMs, untilMs, targetGroup].join(':');
}

/** @returns `undefined` for a reference to something else */
export function parseGroupHealthReference(id: string): GroupHealthReference | undefined {
  const [prefix, ids = '', fromMs, untilMs, ...arn] = id.split(':');
  if (prefix !== PREFIX) return undefined;
  return {
    ids: ids.split(','),
    fromMs: Number(fromMs),
    untilMs: Number(untilMs),
    targetGroup: arn.join(':'),
  };
}

/** For people: `health of i-0abc, i-0def in their target group`. */
export function describeGroupHealthReference({ ids }: GroupHealthReference): string {
  return `health of ${ids.join(', ')} in their target group`;
}
