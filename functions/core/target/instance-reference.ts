/** What can be begun on instances, and goes on by itself. */
export const INSTANCE_CHANGES = ['reboot', 'stop', 'start'] as const;
export type InstanceChange = (typeof INSTANCE_CHANGES)[number];

/** Something that was begun on instances. EC2 gives it no id, so that its end is seen by the instances alone. */
export interface InstanceReference {
  readonly change: InstanceChange;
  /** When EC2 had accepted it, epoch milliseconds. */
  readonly sinceMs: number;
  readonly ids: readonly string[];
}

const PREFIX = 'ec2';

/** No cluster of ECS has a colon in its name, so the two kinds of reference cannot be confused. */
export function instanceReferenceId({ change, sinceMs, ids }: InstanceReference): string {
  return [PREFIX, change, sinceMs, ids.join(',')].join(':');
}

/** @returns `undefined` for a reference to something else */
export function parseInstanceReference(id: string): InstanceReference | undefined {
  const [prefix, name, sinceMs = '', ids = ''] = id.split(':');
  const change = INSTANCE_CHANGES.find((one) => one === name);
  if (prefix !== PREFIX || change === undefined) return undefined;
  return { change, sinceMs: Number(sinceMs), ids: ids.split(',') };
}

/** For people: `reboot of i-0abc, i-0def`. */
export function describeInstanceReference({ change, ids }: InstanceReference): string {
  return `${change} of ${ids.join(', ')}`;
}
