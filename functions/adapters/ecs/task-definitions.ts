import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { TaskResources, TaskSize } from '../../core/target/task-size.ts';
import type { TaskDefinitions } from '../../ports/task-definitions.ts';
import { translated } from '../aws/translate-error.ts';

type Described = DescribeTaskDefinitionCommandOutput;

/** TaskDefinitions over the API of ECS. */
export function createTaskDefinitions(client: Pick<ECSClient, 'send'>): TaskDefinitions {
  const describe = async (taskDefinition: string): Promise<Described> => {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
    return await translated('ecs:DescribeTaskDefinition', () => client.send(command));
  };
  return {
    resources: async (taskDefinition) => resourcesOf(await describe(taskDefinition)),
    registerResized: async (taskDefinition, size) => {
      const command = new RegisterTaskDefinitionCommand(resized(await describe(taskDefinition), size));
      const answer = await translated('ecs:RegisterTaskDefinition', () => client.send(command));
      return answer.taskDefinition?.taskDefinitionArn ?? '';
    },
  };
}

function resourcesOf({ taskDefinition = {} }: Described): TaskResources {
  const { cpu, memory, containerDefinitions = [] } = taskDefinition;
  return {
    ...(cpu !== undefined && cpu !== '' && { cpuUnits: Number(cpu) }),
    ...(memory !== undefined && memory !== '' && { memoryMiB: Number(memory) }),
    limits: Object.fromEntries(
      containerDefinitions.flatMap(({ name = '', memory: limit }) => (limit ? [[name, limit]] : [])),
    ),
  };
}

/** What is described and cannot be registered is left out; whatever else there is, now or one day, is copied. */
function resized(
  { taskDefinition = {}, tags = [] }: Described,
  { cpuUnits, memoryMiB, limits }: TaskSize,
): RegisterTaskDefinitionCommandInput {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    containerDefinitions = [],
    family,
    ...rest
  } = taskDefinition;
  // AWS's own, such as those of CloudFormation, are described and refused.
  const ownTags = tags.filter(({ key = '' }) => !/^aws:/i.test(key));
  return {
    ...rest,
    family,
    cpu: String(cpuUnits),
    memory: String(memoryMiB),
    containerDefinitions: containerDefinitions.map((container) => {
      const limit = limits[container.name ?? ''];
      return limit === undefined ? container : { ...container, memory: limit };
    }),
    // An empty list would need the permission to tag.
    ...(ownTags.length > 0 && { tags: ownTags }),
  };
}
