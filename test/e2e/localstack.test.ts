import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack, type TaskMocks } from '../../local/localstack/server.ts';
import {
  inputOf,
  MACHINES,
  type TaskAnswer,
  WORKFLOW_PATHS,
  workflowDefinition,
} from '../factories/workflow/workflow-paths.ts';

/** The states whose answer is the task's output as it is: it comes with the task token, or is not a function's. */
const PLAIN_ANSWERS = new Set(['Act', 'Undo', 'Verify recovery', 'Start heal', 'Keep the signal']);

/** LocalStack counts the answers of a task by its tries, from the first again at each visit of its state: here two visits differ. */
const OUT_OF_REACH = new Set([
  'a recovery that is watched for longer than one call',
  'an undo step that fails, after which the next one runs',
]);

const PATHS = Object.entries(WORKFLOW_PATHS)
  .filter(([name]) => !OUT_OF_REACH.has(name))
  .map(([name, path], index) => ({ name, path, testCase: `path-${index}` }));

function taskMocks(): TaskMocks {
  return {
    StateMachines: Object.fromEntries(
      MACHINES.map((machine) => [
        machine,
        {
          TestCases: Object.fromEntries(
            PATHS.filter(({ path }) => path.machine === machine).map(({ path, testCase }) => [
              testCase,
              Object.fromEntries(Object.keys(path.tasks).map((state) => [state, `${testCase} ${state}`])),
            ]),
          ),
        },
      ]),
    ),
    MockedResponses: Object.fromEntries(
      PATHS.flatMap(({ path, testCase }) =>
        Object.entries(path.tasks).map(([state, answers]) => [
          `${testCase} ${state}`,
          Object.fromEntries(answers.map((answer, index) => [String(index), mockOf(state, answer)])),
        ]),
      ),
    ),
  };
}

function mockOf(state: string, answer: TaskAnswer): unknown {
  if ('error' in answer) return { Throw: { Error: answer.error, Cause: answer.cause ?? 'as it was to' } };
  return { Return: PLAIN_ANSWERS.has(state) ? answer.answer : { StatusCode: 200, Payload: answer.answer } };
}

describe.skipIf(process.env['SELFHEAL_LOCALSTACK'] !== '1')(
  'a state machine on LocalStack, with scripted task answers',
  () => {
    let localStack: LocalStack;
    let client: SFNClient;
    const arns = new Map<string, string>();

    beforeAll(async () => {
      localStack = await startLocalStack(taskMocks());
      client = new SFNClient({
        endpoint: localStack.endpoint,
        region: localStack.region,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      for (const name of MACHINES) {
        const definition = workflowDefinition(name, (placeholder) =>
          placeholder === 'SignalDeadLetterQueueUrl'
            ? 'http://queue.example.com'
            : `arn:aws:lambda:us-east-1:000000000000:function:${placeholder}`,
        );
        const roleArn = `arn:aws:iam::000000000000:role/${name}`;
        const created = await client.send(new CreateStateMachineCommand({ name, definition, roleArn }));
        arns.set(name, created.stateMachineArn ?? '');
      }
    });

    afterAll(async () => {
      client?.destroy();
      await localStack?.stop();
    });

    async function run(machine: string, testCase: string, input: unknown): Promise<DescribeExecutionOutput> {
      const started = await client.send(
        new StartExecutionCommand({
          stateMachineArn: `${arns.get(machine)}#${testCase}`,
          input: JSON.stringify(input),
        }),
      );
      for (;;) {
        const { executionArn } = started;
        const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (execution.status !== 'RUNNING') return execution;
        await sleep(200);
      }
    }

    async function entered(executionArn: string | undefined): Promise<readonly string[]> {
      const names: string[] = [];
      for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
        for (const { stateEnteredEventDetails } of events) {
          if (stateEnteredEventDetails?.name !== undefined) names.push(stateEnteredEventDetails.name);
        }
      }
      return names;
    }

    it.each(PATHS)('takes the path through $name', async ({ path, testCase }) => {
      const execution = await run(path.machine, testCase, inputOf(path));
      expect(await entered(execution.executionArn)).toEqual(path.entered);
      expect(execution.error).toBe(path.error);
      expect(execution.status).toBe(path.error === undefined ? 'SUCCEEDED' : 'FAILED');
    });
  },
);
