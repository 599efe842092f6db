import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { type SettingValue, settingText } from '../../core/operation/recorded-change.ts';
import { describeTaskDefinition, type TaskContent } from '../../core/target/ecs-service.ts';
import type { TaskResources, TaskSize } from '../../core/target/task-size.ts';
import type { TaskDefinitions } from '../../ports/task-definitions.ts';
import { translated } from '../aws/translate-error.ts';

type Described = DescribeTaskDefinitionCommandOutput;

/** On revisions that differ from another in their size only: which one that is. */
const SIZE_OF = 'selfheal:size-of';
/** ECS takes no more tags on a resource. */
const TAGS_AT_MOST = 50;

/** TaskDefinitions over the API of ECS. */
export function createTaskDefinitions(client: Pick<ECSClient, 'send'>): TaskDefinitions {
  const describe = async (taskDefinition: string): Promise<Described> => {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
    return await translated('ecs:DescribeTaskDefinition', () => client.send(command));
  };
  return {
    resources: async (taskDefinition) => resourcesOf(await describe(taskDefinition)),
    content: async (taskDefinition) => contentOf(await describe(taskDefinition)),
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

function contentOf({ taskDefinition = {}, tags = [] }: Described): TaskContent {
  const { cpu: _cpu, memory: _memory, containerDefinitions, ...rest } = registrable(taskDefinition);
  const containers = containerDefinitions.map(({ memory: _limit, ...container }) => container);
  return {
    rest: settingText(inAnyOrder({ ...rest, containers })),
    ...(tags.some(({ key }) => key === SIZE_OF) && { isCopy: true }),
  };
}

/** Lists of variables, mounts and containers mean the same in any order; those of words, such as a command, do not. */
function inAnyOrder(content: object): SettingValue {
  const text = JSON.stringify(content, (_key, value: unknown) => {
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'object')) return value;
    return value.map((item) => settingText(item as SettingValue)).sort();
  });
  return JSON.parse(text) as SettingValue;
}

/** What is described and cannot be registered is left out; whatever else there is, now or one day, is kept. */
function registrable(taskDefinition: TaskDefinition) {
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
    ...rest
  } = taskDefinition;
  return { ...rest, containerDefinitions };
}

function resized(
  { taskDefinition = {}, tags = [] }: Described,
  { cpuUnits, memoryMiB, limits }: TaskSize,
): RegisterTaskDefinitionCommandInput {
  const { containerDefinitions, family, ...rest } = registrable(taskDefinition);
  // AWS's own, such as those of CloudFormation, are described and refused.
  const ownTags = tags.filter(({ key = '' }) => !/^aws:/i.test(key) && key !== SIZE_OF);
  const original = describeTaskDefinition(taskDefinition.taskDefinitionArn ?? '');
  return {
    ...rest,
    family,
    cpu: String(cpuUnits),
    memory: String(memoryMiB),
    containerDefinitions: containerDefinitions.map((container) => {
      const limit = limits[container.name ?? ''];
      return limit === undefined ? container : { ...container, memory: limit };
    }),
    // A revision that has as many already goes without the mark.
    tags: [...ownTags, { key: SIZE_OF, value: original }].slice(0, TAGS_AT_MOST),
  };
}
