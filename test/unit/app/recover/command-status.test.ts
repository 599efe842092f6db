import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { commandStatus } from '../../../../functions/app/recover/command-status.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { Command } from '../../../../functions/ports/runbook-runner.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf, plannedStep, withStore } from '../../../factories/ports/world.ts';

const OTHER = 'i-0123456789abcdef1';

/** An operation whose first action was sent to its targets. */
async function sent(action: Readonly<Record<string, unknown>> = {}) {
  const components = { web: { targets: { instanceIds: [NODE, OTHER] } } };
  const strategies = [{ actions: [{ type: 'start_component', ...action }] }];
  const world = createWorld(configured({ components, strategies }));
  world.runbooks.nodes = [node(NODE), node(OTHER)];
  const operation = await admitted(world);
  await act(world, { ...inputOf(operation), step: plannedStep(world, operation) });
  const step = () => world.store.getStep(operation.operationId, 'heal-0');
  return { world, operation, step };
}

const eventOf = ({ commandId, document, status }: Command) => ({ commandId, document, status });

describe('a status event', () => {
  it('completes the token with success when every target has succeeded', async () => {
    const { world, step } = await sent();
    const ended = world.runbooks.ends('Success');
    expect(await commandStatus(world, eventOf(ended))).toBe('settled');
    const reference = { executor: 'run_command', id: ended.commandId };
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED', reference });
    expect(world.clock.now).toBe(NOON);
    expect(world.tokens.completed).toEqual([
      { taskToken: 'token-1', output: { stepId: 'heal-0', action: 'start_component', outcome: 'SUCCEEDED' } },
    ]);
  });

  it('counts once when it is delivered twice', async () => {
    const { world } = await sent();
    const event = eventOf(world.runbooks.ends('Success'));
    await commandStatus(world, event);
    await commandStatus(world, event);
    expect(world.tokens.completed).toHaveLength(1);
    expect(world.metrics.figures).toEqual(['step SUCCEEDED']);
  });

  it('completes the token on a second delivery, if the first could only record the outcome', async () => {
    const { world, step } = await sent();
    const event = eventOf(world.runbooks.ends('Success'));
    const succeed = () => Promise.reject(new ServiceUnavailable('throttled'));
    const mute = { ...world, tokens: { ...world.tokens, succeed } };
    await expect(commandStatus(mute, event)).rejects.toThrow(ServiceUnavailable);
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
    await commandStatus(world, event);
    expect(world.tokens.completed).toMatchObject([
      { taskToken: 'token-1', output: { outcome: 'SUCCEEDED' } },
    ]);
  });

  it('completes no token of the step under way if it is about an earlier one', async () => {
    const { world, operation, step } = await sent();
    const ended = world.runbooks.ends('Success');
    const next = {
      stepId: 'heal-1',
      order: 2,
      taskToken: 'token-2',
      startedAtMs: NOON,
      deadlineMs: NOON,
    } as const;
    await world.store.beginStep(operation, next, NOON);
    await commandStatus(world, eventOf(ended));
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(world.tokens.completed).toEqual([]);
  });

  it('completes the token with the outcome that was recorded first', async () => {
    const { world, step } = await sent();
    const ended = world.runbooks.ends('Success');
    const before = await step();
    if (!before) throw new Error('no step');
    await world.store.recordOutcome({ ...before, outcome: 'TIMED_OUT', completedAtMs: NOON });
    let looks = 0;
    const racing = withStore(world, {
      getStep: async (...of) => {
        looks += 1;
        return looks === 1 ? before : world.store.getStep(...of);
      },
    });
    await commandStatus(racing, eventOf(ended));
    expect(await step()).toMatchObject({ outcome: 'TIMED_OUT' });
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
    expect(world.metrics.figures).toEqual([]);
  });

  it('changes nothing when it is late, an InProgress after the Success', async () => {
    const { world, step } = await sent();
    const ended = world.runbooks.ends('Success');
    await commandStatus(world, eventOf(ended));
    const getCommand = () => Promise.reject(new Error('read'));
    const unread = { ...world, runbooks: { ...world.runbooks, getCommand } };
    expect(await commandStatus(unread, { ...eventOf(ended), status: 'InProgress' })).toBe('running');
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(world.tokens.completed).toHaveLength(1);
  });

  it('an early event is checked against the command itself', async () => {
    const { world, step } = await sent();
    const commandId = 'command-1';
    expect(await commandStatus(world, { commandId, document: 'd', status: 'Success' })).toBe('running');
    expect(await step()).not.toHaveProperty('outcome');
  });

  it('fails the step if it reports success and a target did not succeed', async () => {
    const { world, step } = await sent();
    const invocations = [
      { instanceId: NODE },
      { instanceId: OTHER, status: 'TimedOut', output: 'selfheal: waiting for nginx.service' },
    ];
    await commandStatus(world, eventOf(world.runbooks.ends('Success', invocations)));
    expect(await step()).toMatchObject({ outcome: 'TIMED_OUT', detail: expect.stringContaining(OTHER) });
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
  });

  it('waits if a target is not listed yet, and is left to the reconciler', async () => {
    const { world, step } = await sent();
    const ended = world.runbooks.ends('Success', [{ instanceId: NODE }]);
    const looksAtMs: number[] = [];
    const getCommand = async (commandId: string) => {
      looksAtMs.push(world.clock.now - NOON);
      return await world.runbooks.getCommand(commandId);
    };
    const watched = { ...world, runbooks: { ...world.runbooks, getCommand } };
    expect(await commandStatus(watched, eventOf(ended))).toBe('running');
    expect(looksAtMs).toEqual([0, 500, 1_500, 3_000]);
    expect(world.clock.now - NOON).toBe(3_000);
    expect(await step()).not.toHaveProperty('outcome');
  });

  it('completes a success event once the invocation list catches up', async () => {
    const { world, step } = await sent();
    const ended = world.runbooks.ends('Success', []);
    world.clock.onSleep = () => {
      world.runbooks.ends('Success');
    };
    expect(await commandStatus(world, eventOf(ended))).toBe('settled');
    expect(await step()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it.each([
    ['Failed', 'FAILED'],
    ['Cancelled', 'CANCELLED'],
    ['RateExceeded', 'UNKNOWN'],
  ])('reports %s, which fails the step as %s (invariant 10)', async (status, outcome) => {
    const { world, step } = await sent();
    await commandStatus(world, eventOf(world.runbooks.ends(status, [])));
    expect(await step()).toMatchObject({ outcome });
    expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
  });

  it.each(['abort', 'rollback'])(
    'stops an operation on a failure whose step says onError: %s',
    async (onError) => {
      const { world } = await sent({ onError });
      await commandStatus(world, eventOf(world.runbooks.ends('Failed', [])));
      expect(world.tokens.completed).toMatchObject([{ error: 'ActionFailed' }]);
    },
  );

  it('lets an operation go on after a failure that its step allows', async () => {
    const { world } = await sent({ onError: 'continue' });
    await commandStatus(world, eventOf(world.runbooks.ends('Failed', [])));
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'FAILED' } }]);
  });

  it('changes nothing if it is about a command that is not Selfheal’s', async () => {
    const { world } = await sent();
    await world.runbooks.send({
      document: 'AWS-RunShellScript',
      parameters: { commands: 'ls' },
      instanceIds: [NODE],
      comment: '',
      deliveryTimeoutSeconds: 60,
      maxConcurrency: 1,
      stopsAtError: true,
    });
    expect(await commandStatus(world, eventOf(world.runbooks.ends('Success')))).toBe('foreign');
    expect(world.tokens.completed).toEqual([]);
  });
});

describe('a status event that comes before the step was recorded', () => {
  async function unrecorded(parameters: Readonly<Record<string, string>> = {}) {
    const world = createWorld(
      configured({ strategies: [{ actions: [{ type: 'start_component', onError: 'continue' }] }] }),
    );
    const operation = await admitted(world);
    const crashing = withStore(world, { recordStep: () => Promise.reject(new Error('crash')) });
    const input = { ...inputOf(operation), step: plannedStep(world, operation) };
    await expect(act(crashing, input)).rejects.toThrow('crash');
    const command = world.runbooks.ends('Failed');
    const getCommand = async () => ({ ...command, parameters: { ...command.parameters, ...parameters } });
    const runbooks = { ...world.runbooks, getCommand };
    const settled = await commandStatus({ ...world, runbooks }, eventOf(command));
    return { world, settled, step: await world.store.getStep(operation.operationId, 'heal-0') };
  }

  it('records what the command says of itself, with the strategy’s onError', async () => {
    const { world, settled, step } = await unrecorded();
    expect(settled).toBe('settled');
    expect(step).toMatchObject({ action: 'start_component', onError: 'continue', outcome: 'FAILED' });
    expect(world.tokens.completed).toMatchObject([{ output: { outcome: 'FAILED' } }]);
  });

  it.each([
    ['another component', { component: 'db' }],
    ['an operation that is not on record', { operationId: '20261122T133000Z-000000000000' }],
    ['something that is not a step', { stepId: 'heal-0; reboot' }],
  ])('counts as foreign if its command names %s (invariant 9)', async (_what, parameters) => {
    const { world, settled } = await unrecorded(parameters);
    expect(settled).toBe('foreign');
    expect(world.tokens.completed).toEqual([]);
  });

  it('does not count as success while the list has fewer targets than the command (invariant 10)', async () => {
    const { world, operation } = await sent();
    const command = world.runbooks.ends('Success', [{ instanceId: NODE }]);
    const forgetful = withStore(world, { getStep: async () => undefined });
    expect(await commandStatus(forgetful, eventOf(command))).toBe('running');
    expect(await world.store.getStep(operation.operationId, 'heal-0')).not.toHaveProperty('outcome');
  });
});
