import { describe, expect, it } from 'vitest';
import type { Execution } from '../../../../../local/embedded/step-functions/execution.ts';
import {
  inputOf,
  MACHINES,
  WORKFLOW_PATHS,
  type WorkflowPath,
  workflowDefinition,
} from '../../../../factories/workflow/workflow-paths.ts';
import { createStepFunctionsLab, failure, QUEUE_URL } from './step-functions-lab.ts';

/** Runs the state machine on a path, in virtual time. All of its functions are one, which answers as the path says. */
async function run({
  machine,
  tasks,
  ...path
}: WorkflowPath): Promise<{ execution: Execution; received: object }> {
  const given = new Map<string, number>();
  const received: Record<string, object> = {};
  let execution: Execution;
  const lab = createStepFunctionsLab({
    task: ({ taskToken, ...payload }) => {
      const state = entered(execution).at(-1) ?? '';
      received[state] = payload;
      const count = given.get(state) ?? 0;
      given.set(state, count + 1);
      const answer = tasks[state]?.[count];
      if (answer === undefined) throw failure('NoAnswer', `${state} is asked ${count + 1} times`);
      if ('error' in answer) throw failure(answer.error, answer.cause);
      if (typeof taskToken !== 'string') return answer.answer;
      lab.clock.after(1_000, () => lab.service.sendTaskSuccess(taskToken, JSON.stringify(answer.answer)));
      return {};
    },
  });
  const healArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:heal';
  for (const name of MACHINES) {
    const definition = workflowDefinition(name, (placeholder) => {
      if (placeholder === 'HealStateMachineArn') return healArn;
      return placeholder === 'SignalDeadLetterQueueUrl' ? QUEUE_URL : 'task';
    });
    lab.service.createStateMachine({ name, type: 'STANDARD', definition });
  }
  execution = lab.start(healArn.replace('heal', machine), inputOf({ machine, tasks, ...path }), 'path');
  await lab.clock.runUntilIdle(86_400_000);
  expect(lab.defects).toEqual([]);
  return { execution, received };
}

function entered({ history }: Execution): readonly string[] {
  return history.events
    .filter(({ type }) => type.endsWith('StateEntered'))
    .map(({ details }) => String(details['name']));
}

describe('a state machine', () => {
  it.each(Object.entries(WORKFLOW_PATHS))('takes its way through %s', async (_name, path) => {
    const { execution, received } = await run(path);
    expect(received).toMatchObject(path.received ?? {});
    expect(entered(execution)).toEqual(path.entered);
    expect(execution.error).toBe(path.error);
    expect(execution.status).toBe(path.error === undefined ? 'SUCCEEDED' : 'FAILED');
  });
});
