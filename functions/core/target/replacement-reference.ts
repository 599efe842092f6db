/** Instances that their Auto Scaling group was asked to replace. It gives that no id: its end shows in the group. */
export interface ReplacementReference {
  readonly ids: readonly string[];
  /** When it was decided, epoch milliseconds. */
  readonly sinceMs: number;
  /** The group's name. */
  readonly group: string;
  /** Ids of all of its instances before: any other one is new. */
  readonly known: readonly string[];
  /** The ARN of the target group in which a new instance has to be healthy. @default in none */
  readonly targetGroup?: string | undefined;
}

const PREFIX = 'asg';

/** Neither a group of Auto Scaling nor a cluster of ECS has a colon in its name. */
export function replacementReferenceId({
  ids,
  sinceMs,
  group,
  known,
  targetGroup = '',
}: ReplacementReference): string {
  return [PREFIX, ids.join(','), sinceMs, group, known.join(','), targetGroup].join(':');
}

/** @returns `undefined` for a reference to something else */
export function parseReplacementReference(id: string): ReplacementReference | undefined {
  const [prefix, ids = '', sinceMs = '', group = '', known = '', ...arn] = id.split(':');
  if (prefix !== PREFIX) return undefined;
  return {
    ids: ids.split(','),
    sinceMs: Number(sinceMs),
    group,
    known: known.split(','),
    targetGroup: arn.join(':') || undefined,
  };
}

/** For people: `replacement of i-0abc in web-asg`. */
export function describeReplacementReference({ ids, group }: ReplacementReference): string {
  return `replacement of ${ids.join(', ')} in ${group}`;
}
