import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { selectorTags, selectsHosts } from '../../../functions/core/configuration/target-selector.ts';
import type { ManagedNode } from '../../../local/ssm/host-runner.ts';

/** How many hosts a component has that selects them by tags, and how many an Auto Scaling group has. */
const [HOSTS_BY_TAG, HOSTS_IN_GROUP] = [2, 3];

export function hostCount({ targets }: CompiledConfiguration['components'][string]): number {
  if ('instanceIds' in targets) return targets.instanceIds.length;
  if (!selectsHosts(targets)) return 0;
  return 'autoScalingGroup' in targets ? HOSTS_IN_GROUP : HOSTS_BY_TAG;
}

/** Whether a component runs on something else than hosts. */
export function isResource({ components }: Pick<CompiledConfiguration, 'components'>, name: string): boolean {
  const { targets } = components[name] ?? {};
  return targets !== undefined && !selectsHosts(targets);
}

export interface ComponentHost {
  readonly component: string;
  readonly node: ManagedNode;
}

/** The hosts that a fleet starts with, in the order of its components. */
export function firstHosts(fleet: CompiledConfiguration): readonly ComponentHost[] {
  let launched = 0;
  return Object.entries(fleet.components).flatMap(([component, definition]) => {
    const { targets } = definition;
    if ('instanceIds' in targets)
      return targets.instanceIds.map((instanceId) => ({ component, node: nodeOf(fleet, instanceId) }));
    if (!selectsHosts(targets)) return [];
    return Array.from({ length: hostCount(definition) }, () => ({
      component,
      node: nodeOf(fleet, launchedId(launched++), selectorTags(targets)),
    }));
  });
}

/** The number of a successor that takes over in the middle of a repair. */
export const MIDWAY = 0;

/**
 * The host that replaces another one of a component that selects hosts by tags or group: another id, the same tags.
 *
 * @param nth tells the replacements that were planned before the run apart; or `MIDWAY`
 */
export function successorOf(
  nth: number,
  { instanceId, tags }: ManagedNode,
  fleet: CompiledConfiguration,
): ManagedNode {
  const number = nth === MIDWAY ? Number.parseInt(instanceId.slice(-6), 16) + 0x10_000 : 1_000 + nth;
  return nodeOf(fleet, launchedId(number), tags);
}

/** The host that Auto Scaling has launched under an id of its choice in place of another one. */
export function launchedAs(
  instanceId: string,
  { tags }: ManagedNode,
  fleet: CompiledConfiguration,
): ManagedNode {
  return nodeOf(fleet, instanceId, tags);
}

function launchedId(number: number): string {
  return `i-0fee0${number.toString(16).padStart(12, '0')}`;
}

function nodeOf(
  { settings }: CompiledConfiguration,
  instanceId: string,
  tags: Readonly<Record<string, string>> = {},
): ManagedNode {
  const { key, value } = settings.managedTag;
  return {
    instanceId,
    tags: { ...tags, [key]: value },
    platformType: 'Linux',
    computerName: instanceId,
    ipAddress: '10.0.0.1',
  };
}
