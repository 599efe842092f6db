import { actionDefinition } from '../../core/actions/action-table.ts';
import type { Action } from '../../core/configuration/schema/action-schema.ts';
import { type HostSelector, selectorTags } from '../../core/configuration/target-selector.ts';
import type { ManagedNode } from '../../core/operation/target-availability.ts';
import { powerState } from '../../core/target/ec2-instance.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';

export interface ActionNodesDeps {
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
  readonly instances: Pick<Ec2Instances, 'read'>;
}

export interface StoppedNodesDeps {
  readonly instances: Pick<Ec2Instances, 'read' | 'stoppedWith'>;
}

const LOOK = 'ec2:DescribeInstances';
const STARTS: Action['type'] = 'start_instance';

/**
 * The nodes with certain ids that an action may go to. Systems Manager does not list instances that are stopped, and
 * `start_instance` is for those: where EC2 carries the action out, it is asked about ids that Systems Manager does not know.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 * @throws ServiceError
 */
export async function nodesForAction(
  { runbooks, instances }: ActionNodesDeps,
  instanceIds: readonly string[],
  { type }: Pick<Action, 'type'>,
): Promise<readonly ManagedNode[]> {
  const nodes = await runbooks.resolveTargets({ instanceIds });
  const known = new Set(nodes.map((node) => node.instanceId));
  const unknown = instanceIds.filter((id) => !known.has(id));
  if (unknown.length === 0 || !isDoneByEc2(type)) return nodes;
  const found = await instances.read(unknown);
  const stopped = found.filter(({ state }) => powerState(state) !== 'gone');
  return [...nodes, ...stopped.map(({ id }) => stoppedNode(id))];
}

const stoppedNode = (id: string): ManagedNode => ({ instanceId: id, online: false, platform: 'unknown' });

/**
 * The stopped hosts of a component, if a strategy starts instances: Systems Manager, which is asked for all others, does not
 * list them.
 *
 * @throws ServiceError
 */
export async function stoppedNodes(
  { instances }: StoppedNodesDeps,
  selector: HostSelector,
  actions: readonly Pick<Action, 'type'>[],
  managed: readonly ManagedNode[],
): Promise<readonly ManagedNode[]> {
  if (!actions.some(({ type }) => type === STARTS)) return [];
  const known = new Set(managed.map(({ instanceId }) => instanceId));
  if (!('instanceIds' in selector))
    return (await instances.stoppedWith(selectorTags(selector)))
      .filter((id) => !known.has(id))
      .map(stoppedNode);
  const unknown = selector.instanceIds.filter((id) => !known.has(id));
  if (unknown.length === 0) return [];
  const found = await instances.read(unknown);
  return found.filter(({ state }) => powerState(state) === 'stopped').map(({ id }) => stoppedNode(id));
}

function isDoneByEc2(type: Action['type']): boolean {
  const definition = actionDefinition(type);
  return definition.executor === 'resource' && definition.calls.host?.includes(LOOK) === true;
}
