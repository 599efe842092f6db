import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import { LambdaServiceError } from '../../../../../local/embedded/lambda/errors.ts';
import type { InvokeAnswer } from '../../../../../local/embedded/lambda/lambda-function.ts';
import { createIds, createSeededRandom } from '../../../../../local/embedded/random/seeded-random.ts';
import { createQueueService } from '../../../../../local/embedded/sqs/queue-service.ts';
import type { Execution } from '../../../../../local/embedded/step-functions/execution.ts';
import { StepFunctionsService } from '../../../../../local/embedded/step-functions/step-functions-service.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a function does: answers, throws (its error's name is the error type), or returns an answer of its own. */
export type FakeFunction = (payload: Json) => unknown;

export const failure = (errorType: string, errorMessage = 'as it was to'): Error =>
  Object.assign(new Error(errorMessage), { name: errorType });

export const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/letters';

/** Step Functions with functions that a test writes, in virtual time. */
export function createStepFunctionsLab(functions: Readonly<Record<string, FakeFunction>> = {}) {
  const clock = createVirtualClock(Date.parse('2026-11-22T12:00:00Z'));
  const random = createSeededRandom(1);
  const newId = createIds(random);
  const statuses: Json[] = [];
  const defects: unknown[] = [];
  const calls: { readonly name: string; readonly payload: Json; readonly atMs: number }[] = [];
  const queues = createQueueService({ clock, newId });
  queues.createQueue(QUEUE_URL);
  const invoke = async (name: string, payload: unknown): Promise<InvokeAnswer> => {
    calls.push({ name, payload: payload as Json, atMs: clock.nowMs() });
    try {
      return { payload: (await functions[name]?.(payload as Json)) ?? null };
    } catch (error) {
      if (error instanceof LambdaServiceError || !(error instanceof Error)) throw error;
      return { functionError: { errorType: error.name, errorMessage: error.message } };
    }
  };
  const service = new StepFunctionsService({
    clock,
    random,
    newId,
    services: { lambda: { invoke }, queues },
    publishStatus: (_arn, detail) => statuses.push(detail),
    onDefect: (error) => defects.push(error),
  });
  let machines = 0;
  return {
    clock,
    service,
    queues,
    statuses,
    defects,
    calls,
    /** Creates a machine of these states, the first of which it starts at. */
    machine: (states: Json, more: Json = {}, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') => {
      machines += 1;
      const [StartAt] = Object.keys(states);
      const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt, States: states, ...more });
      return service.createStateMachine({ name: `machine-${machines}`, type, definition });
    },
    start: (arn: string, input: unknown = {}, name = 'execution'): Execution =>
      service.describeExecution(service.startExecution(arn, name, input).executionArn),
  };
}

/** Runs states to their end. */
export async function runStates(
  states: Json,
  input: unknown = {},
  functions: Readonly<Record<string, FakeFunction>> = {},
): Promise<Execution> {
  const lab = createStepFunctionsLab(functions);
  const execution = lab.start(lab.machine(states), input);
  await lab.clock.runUntilIdle(400 * 86_400_000);
  if (lab.defects.length > 0) throw lab.defects[0];
  return execution;
}

/** A task that calls the function `work` with the state's input. */
export const task = (more: Json = {}): Json => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  ...(more['Next'] === undefined && { End: true }),
  ...more,
});

/** One that waits for its token, which `work` is given. */
export const callbackTask = (more: Json = {}): Json =>
  task({
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'work', Payload: { token: '{% $states.context.Task.Token %}' } },
    Output: '{% $states.result %}',
    ...more,
  });
