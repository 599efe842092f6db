import { describe, expect, it } from 'vitest';
import {
  createEmbeddedHealExecutions,
  createEmbeddedTaskTokens,
  type StepFunctionsApi,
} from '../../../../local/embedded/step-functions/executions.ts';

const named = (name: string) => Object.assign(new Error(name), { name });
const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:selfheal-heal';

function api(error?: Error): StepFunctionsApi & { readonly calls: unknown[][] } {
  const calls: unknown[][] = [];
  const call = (...args: unknown[]) => {
    calls.push(args);
    if (error) throw error;
  };
  return {
    calls,
    startExecution: call,
    describeExecution: (arn) => {
      call(arn);
      return { status: 'RUNNING' };
    },
    sendTaskSuccess: call,
    sendTaskFailure: call,
  };
}

describe('task tokens over Step Functions in this process', () => {
  it('pass on the result of a task, as JSON', async () => {
    const given = api();
    const tokens = createEmbeddedTaskTokens(given);
    expect(await tokens.succeed('token', { a: 1 })).toBe(true);
    expect(await tokens.fail('token', 'E', 'why')).toBe(true);
    expect(given.calls).toEqual([
      ['token', '{"a":1}'],
      ['token', 'E', 'why'],
    ]);
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'say false for %s: nobody waits',
    async (name) => {
      expect(await createEmbeddedTaskTokens(api(named(name))).succeed('token', {})).toBe(false);
    },
  );

  it('pass on any other error', async () => {
    await expect(
      createEmbeddedTaskTokens(api(named('InvalidOutput'))).succeed('token', {}),
    ).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
  });
});

describe('heal executions over Step Functions in this process', () => {
  it('start, and ask, by name', async () => {
    const given = api();
    const executions = createEmbeddedHealExecutions(given, ARN);
    await executions.start('one', { a: 1 });
    expect(await executions.describe('one')).toEqual({ status: 'RUNNING' });
    expect(given.calls).toEqual([
      [ARN, 'one', { a: 1 }],
      ['arn:aws:states:us-east-1:000000000000:execution:selfheal-heal:one'],
    ]);
  });

  it('count one that exists already as started', async () => {
    await createEmbeddedHealExecutions(api(named('ExecutionAlreadyExists')), ARN).start('one', {});
    await expect(
      createEmbeddedHealExecutions(api(named('InvalidName')), ARN).start('', {}),
    ).rejects.toMatchObject({
      name: 'InvalidName',
    });
  });

  it('say NOT_FOUND for one that is not there', async () => {
    expect(
      await createEmbeddedHealExecutions(api(named('ExecutionDoesNotExist')), ARN).describe('one'),
    ).toEqual({
      status: 'NOT_FOUND',
    });
    await expect(
      createEmbeddedHealExecutions(api(named('Throttled')), ARN).describe('one'),
    ).rejects.toMatchObject({
      name: 'Throttled',
    });
  });
});
