import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';

const PAGE = 100;

/** How the tasks of a task definition behave. */
export interface TaskBehaviour {
  /** How long a deployment takes until it is steady. */
  readonly startsAfterMs: number;
  /** Whether its tasks stay up. Otherwise the circuit breaker ends the deployment as FAILED. */
  readonly staysUp: boolean;
}

/** The task definitions of an account. */
export interface TaskDefinitionRegistry {
  /** Registers the next revision of a family. @returns its ARN */
  readonly register: (
    family: string,
    behaviour?: TaskBehaviour,
    content?: Readonly<Record<string, unknown>>,
  ) => string;
  readonly behaviourOf: (taskDefinition: string) => TaskBehaviour;
  /** @throws ApiError if there is no such task definition */
  readonly refuseUnknown: (taskDefinition: string) => void;
  /** Operations of the API, by name. */
  readonly operations: Operations;
}

const listInput = z.object({
  familyPrefix: z.string(),
  status: z.literal('ACTIVE'),
  nextToken: z.string().optional(),
});

const definitionInput = z.object({ taskDefinition: z.string() });
const registerInput = z.looseObject({
  family: z.string(),
  containerDefinitions: z.array(z.object({ name: z.string() }).loose()).min(1),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
});

const STEADY: TaskBehaviour = { startsAfterMs: 40_000, staysUp: true };

/** The content of a task definition, where a test does not care. */
const PLAIN = {
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'app', essential: true }],
};

/** @param accountRegion as ARNs have it: `us-east-1:000000000000` */
export function createTaskDefinitionRegistry(accountRegion: string): TaskDefinitionRegistry {
  const behaviours = new Map<string, TaskBehaviour>();
  const contents = new Map<string, Readonly<Record<string, unknown>>>();

  function register(
    family: string,
    behaviour: TaskBehaviour = STEADY,
    content: Readonly<Record<string, unknown>> = PLAIN,
  ): string {
    const earlier = [...behaviours.keys()].filter((arn) => arn.includes(`task-definition/${family}:`));
    const arn = `arn:aws:ecs:${accountRegion}:task-definition/${family}:${earlier.length + 1}`;
    behaviours.set(arn, behaviour);
    contents.set(arn, content);
    return arn;
  }

  function definitionAnswer(arn: string): object {
    const { tags, ...content } = contents.get(arn) ?? {};
    const [family, revision] = arn.slice(arn.indexOf('/') + 1).split(':');
    return {
      taskDefinition: {
        ...content,
        ...{ family, taskDefinitionArn: arn, revision: Number(revision), status: 'ACTIVE' },
        ...{ compatibilities: ['EC2', 'FARGATE'], requiresAttributes: [], registeredBy: 'someone' },
      },
      ...(tags !== undefined && { tags }),
    };
  }

  function refuseUnknown(taskDefinition: string): void {
    if (!behaviours.has(taskDefinition))
      throw new ApiError('ClientException', `Unable to describe task definition: ${taskDefinition}`);
  }

  return {
    register,
    refuseUnknown,
    behaviourOf: (taskDefinition) => behaviours.get(taskDefinition) ?? STEADY,
    operations: {
      DescribeTaskDefinition: (input) => {
        const { taskDefinition } = definitionInput.parse(input);
        refuseUnknown(taskDefinition);
        return definitionAnswer(taskDefinition);
      },
      RegisterTaskDefinition: (input) => {
        const { family, ...content } = registerInput.parse(input);
        for (const described of ['revision', 'status', 'taskDefinitionArn', 'compatibilities'])
          if (described in content)
            throw new ApiError('InvalidParameterException', `Unknown parameter in input: ${described}`);
        return definitionAnswer(register(family, STEADY, content));
      },
      ListTaskDefinitions: (input) => {
        const { familyPrefix, nextToken = '0' } = listInput.parse(input);
        const all = [...behaviours.keys()].filter((arn) => arn.includes(`task-definition/${familyPrefix}:`));
        const to = Number(nextToken) + PAGE;
        return {
          taskDefinitionArns: all.slice(Number(nextToken), to),
          ...(to < all.length && { nextToken: String(to) }),
        };
      },
    },
  };
}
