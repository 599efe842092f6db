import { describe, expect, it } from 'vitest';
import { createStepFunctionsLab, task } from './step-functions-lab.ts';

const wait = { A: { Type: 'Wait', Seconds: 60, End: true } };
const named = (name: string) => expect.objectContaining({ name });

describe('StartExecution', () => {
  it('answers with the execution that runs, for the same name and input', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine(wait);
    const first = lab.service.startExecution(arn, 'one', { a: 1 });
    await lab.clock.advance(1_000);
    expect(lab.service.startExecution(arn, 'one', { a: 1 })).toEqual(first);
    expect(lab.service.listExecutions()).toHaveLength(1);
  });

  it('refuses a name that is taken: with another input, or once it has ended', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine(wait);
    lab.start(arn, { a: 1 }, 'one');
    expect(() => lab.start(arn, { a: 2 }, 'one')).toThrow(named('ExecutionAlreadyExists'));
    await lab.clock.runUntilIdle(100_000);
    expect(() => lab.start(arn, { a: 1 }, 'one')).toThrow(named('ExecutionAlreadyExists'));
  });

  it.each(['', 'x'.repeat(81), 'a b', 'a:b', 'a/b', 'a*', 'a\tb'])('refuses the name %o', (name) => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine(wait);
    expect(() => lab.start(arn, {}, name)).toThrow(named('InvalidName'));
  });

  it('refuses a machine that is not there, and an input over 256 KiB', () => {
    const lab = createStepFunctionsLab();
    expect(() => lab.start('arn:none')).toThrow(named('StateMachineDoesNotExist'));
    expect(() => lab.start(lab.machine(wait), 'x'.repeat(262_144))).toThrow(named('InvalidExecutionInput'));
  });

  it('runs an Express execution as often as it is started, under no name that could be described', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine({ A: task() }, {}, 'EXPRESS');
    const { executionArn } = lab.service.startExecution(arn, 'one', { a: 1 });
    lab.service.startExecution(arn, 'one', { a: 2 });
    await lab.clock.runUntilIdle(1_000);
    expect(lab.calls.map(({ payload }) => payload)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(() => lab.service.describeExecution(executionArn)).toThrow(named('ExecutionDoesNotExist'));
    expect(lab.statuses).toEqual([]);
  });
});

describe('an execution', () => {
  it('shows itself to its states in the context', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine({ A: { Type: 'Pass', Output: '{% $states.context %}', End: true } });
    const execution = lab.start(arn, { a: 1 }, 'one');
    await lab.clock.runUntilIdle(1);
    expect(execution.output).toMatchObject({
      Execution: { Id: execution.arn, Name: 'one', Input: { a: 1 }, StartTime: '2026-11-22T12:00:00.000Z' },
      State: { Name: 'A', RetryCount: 0 },
      StateMachine: { Id: arn, Name: 'machine-1' },
    });
  });

  it('says when it starts and how it ends', async () => {
    const lab = createStepFunctionsLab();
    const arn = lab.machine({
      A: { Type: 'Wait', Seconds: 60, Next: 'B' },
      B: { Type: 'Fail', Error: 'E', Cause: 'c' },
    });
    const { arn: executionArn } = lab.start(arn, { a: 1 }, 'one');
    await lab.clock.runUntilIdle(100_000);
    expect(lab.statuses).toMatchObject([
      {
        executionArn,
        stateMachineArn: arn,
        name: 'one',
        status: 'RUNNING',
        input: '{"a":1}',
        stopDate: null,
      },
      { status: 'FAILED', error: 'E', cause: 'c', output: null, redriveCount: 0 },
    ]);
  });

  it('keeps its history, and counts its transitions', async () => {
    const lab = createStepFunctionsLab({ work: () => 1 });
    const execution = lab.start(lab.machine({ A: { Type: 'Pass', Next: 'B' }, B: task() }));
    await lab.clock.runUntilIdle(1);
    expect(execution.history.events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.transitions).toBe(2);
  });

  it('fails when its history is full: 25,000 events', async () => {
    const lab = createStepFunctionsLab();
    const execution = lab.start(
      lab.machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
    );
    await lab.clock.runUntilIdle(1);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(execution.history.events).toHaveLength(25_000);
  });

  it('fails with States.DataLimitExceeded for an output over 256 KiB', async () => {
    const lab = createStepFunctionsLab();
    const Output = '{% $join($map($range(1, 1000, 1), function($v) { $pad("", 300, "x") })) %}';
    const execution = lab.start(lab.machine({ A: { Type: 'Pass', Output, End: true } }));
    await lab.clock.runUntilIdle(1);
    expect(execution.error).toBe('States.DataLimitExceeded');
  });
});
