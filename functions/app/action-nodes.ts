import { actionDefinition } from '../core/actions/action-table.ts';
import type { Action } from '../core/configuration/action-schema.ts';
import type { ManagedNode } from '../core/operation/target-availability.ts';
import { powerState } from '../core/target/ec2-instance.ts';
import type { Ec2Instances } from '../ports/ec2-instances.ts';
import type { RunbookRunner } from '../ports/runbook-runner.ts';

export interface ActionNodesDeps {
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
  readonly instances: Pick<Ec2Instances, 'read'>;
}

const LOOK = 'ec2:DescribeInstances';

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
  return [
    ...nodes,
    ...stopped.map(({ id }): ManagedNode => ({ instanceId: id, online: false, platform: 'unknown' })),
  ];
}

function isDoneByEc2(type: Action['type']): boolean {
  const definition = actionDefinition(type);
  return definition.executor === 'resource' && definition.calls.host?.includes(LOOK) === true;
}
