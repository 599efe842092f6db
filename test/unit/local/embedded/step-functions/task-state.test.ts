import { describe, expect, it } from 'vitest';
import { createStepFunctionsLab, failure, QUEUE_URL, runStates, task } from './step-functions-lab.ts';

describe('Task', () => {
  it('invokes a function, and has its answer as the result', async () => {
    const { output } = await runStates({ A: task() }, { a: 1 }, { work: ({ a }) => ({ b: Number(a) + 1 }) });
    expect(output).toEqual({ b: 2 });
  });

  it('fails as the function failed: type and message', async () => {
    const { error, cause } = await runStates(
      { A: task() },
      {},
      {
        work: () => {
          throw failure('StoreUnavailable', 'throttled');
        },
      },
    );
    expect(error).toBe('StoreUnavailable');
    expect(JSON.parse(cause ?? '')).toEqual({ errorType: 'StoreUnavailable', errorMessage: 'throttled' });
  });

  it('starts another execution by name, once', async () => {
    const lab = createStepFunctionsLab();
    const other = lab.machine({ W: { Type: 'Wait', Seconds: 60, End: true } });
    const states = {
      A: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Arguments: { StateMachineArn: other, Name: 'other', Input: { n: '{% $states.input.n %}' } },
        Output: '{% $states.result.ExecutionArn %}',
        End: true,
      },
    };
    const arn = lab.machine(states);
    const [first, same, different] = [1, 1, 2].map((n, index) => lab.start(arn, { n }, `start-${index}`));
    await lab.clock.runUntilIdle(1_000_000);
    expect(first?.output).toBe(other.replace('stateMachine', 'execution').concat(':other'));
    expect(same?.output).toBe(first?.output);
    expect(different?.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
    expect(lab.service.listExecutions(other)).toHaveLength(1);
  });

  it('sends a message: an object as its JSON', async () => {
    const lab = createStepFunctionsLab();
    const send = (QueueUrl: string) => ({
      A: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage',
        Arguments: { QueueUrl, MessageBody: '{% $states.input %}' },
        End: true,
      },
    });
    lab.start(lab.machine(send(QUEUE_URL)), { a: 1 });
    const lost = lab.start(lab.machine(send('https://elsewhere')));
    await lab.clock.runUntilIdle(1_000);
    expect(lab.queues.messages(QUEUE_URL).map(({ body }) => body)).toEqual(['{"a":1}']);
    expect(lost.error).toBe('Sqs.QueueDoesNotExistException');
  });

  it('fails with States.DataLimitExceeded, which States.ALL does not catch, for a result over 256 KiB', async () => {
    const states = {
      A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }),
      B: { Type: 'Succeed' },
    };
    const { error } = await runStates(states, {}, { work: () => 'x'.repeat(256 * 1024) });
    expect(error).toBe('States.DataLimitExceeded');
  });
});
