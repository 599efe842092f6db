import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { selectorTags } from '../../../functions/core/configuration/target-selector.ts';
import type { ManagedNode } from '../../../local/ssm/host-runner.ts';

/** How many hosts a component has that selects them by tags, as those of an Auto Scaling group. */
export const HOSTS_BY_TAG = 2;

export interface ComponentHost {
  readonly component: string;
  readonly node: ManagedNode;
}

/** The hosts that a fleet begins with, in the order of its components. */
export function firstHosts(fleet: CompiledConfiguration): readonly ComponentHost[] {
  let launched = 0;
  return Object.entries(fleet.components).flatMap(([component, { targets }]) => {
    if ('instanceIds' in targets)
      return targets.instanceIds.map((instanceId) => ({ component, node: nodeOf(fleet, instanceId) }));
    return Array.from({ length: HOSTS_BY_TAG }, () => ({
      component,
      node: nodeOf(fleet, launchedId(launched++), selectorTags(targets)),
    }));
  });
}

/** What takes the place of a host of a component that selects its hosts by tags: another id, the same tags. */
export function successorOf(nth: number, { tags }: ManagedNode, fleet: CompiledConfiguration): ManagedNode {
  return nodeOf(fleet, launchedId(1_000 + nth), tags);
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
