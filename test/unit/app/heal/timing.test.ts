import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { lookAtTargets } from '../../../../functions/app/heal/look-at-targets.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { verify } from '../../../../functions/app/heal/verify.ts';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, inputOf, plannedStep } from '../../../factories/ports/world.ts';

/** Three rounds of the reconciler. */
const LEASE_AFTER_DEADLINE_MS = 180_000;
const failure = { error: 'ActionFailed', cause: 'exit code 1' };

async function acting(timeoutSeconds = 60) {
  const strategies = [
    {
      actions: [{ type: 'start_component', timeoutSeconds }],
      verify: { by: 'endpoint', timeoutSeconds: 30, stableSeconds: 10 },
    },
  ];
  const world = createWorld(
    configured({ strategies, components: { web: { health: { url: 'https://web.example.com/' } } } }),
  );
  const operation = await admitted(world);
  await world.executions.start(operation.operationId, inputOf(operation));
  return { world, operation, input: { ...inputOf(operation), step: plannedStep(world, operation) } };
}

describe('the times of a step', () => {
  it('end at the action’s time-out, with a lease for three rounds of the reconciler more', async () => {
    const { world, input } = await acting();
    await act(world, input);
    expect(await world.store.getClaim('web')).toMatchObject({
      step: { startedAtMs: NOON, deadlineMs: NOON + 60_000 },
      leaseUntilMs: NOON + 60_000 + LEASE_AFTER_DEADLINE_MS,
    });
  });

  it('give a verification its time-out, its stability window and a runbook’s margin', async () => {
    const { world, operation } = await acting();
    await verify(world, { ...inputOf(operation), verification: { round: 0 } });
    expect(await world.store.getClaim('web')).toMatchObject({
      step: { stepId: 'verify-0', deadlineMs: NOON + (30 + 10 + 15) * 1_000 },
      leaseUntilMs: NOON + (30 + 10 + 15) * 1_000 + LEASE_AFTER_DEADLINE_MS,
    });
  });

  it('leave a command that is still running alone until 15 seconds after its deadline', async () => {
    const { world, input } = await acting();
    await act(world, input);
    world.clock.now = NOON + 74_999;
    await reconcile(world);
    expect(world.runbooks.cancelled).toEqual([]);
    world.clock.now = NOON + 75_000;
    await reconcile(world);
    expect(world.runbooks.cancelled).toEqual(['command-1']);
  });

  it('leave a step alone that has been silent for less than 30 seconds', async () => {
    const { world, input } = await acting();
    await act(world, input);
    world.runbooks.ends('Success');
    world.clock.now = NOON + 29_999;
    await reconcile(world);
    expect(world.tokens.completed).toEqual([]);
    world.clock.now = NOON + 30_000;
    await reconcile(world);
    expect(world.tokens.completed).toHaveLength(1);
  });
});

describe('a rollback of a command that may not be cancelled', () => {
  it.each([
    [60, 60 + 60 + 15],
    [20, 20 + 30 + 15],
  ])('waits, for an action of %d s, until SSM itself has ended it after %d s', async (timeout, seconds) => {
    const { world, operation, input } = await acting(timeout);
    world.clock.now = NOON + 7_000;
    await act(world, input);
    const cancel = () => Promise.reject(new NotPermitted({ action: 'ssm:CancelCommand' }));
    Object.assign(world, { runbooks: { ...world.runbooks, cancel } });
    const prepare = () => prepareRollback(world, { ...operation, failure });

    world.clock.now = NOON + 7_000 + seconds * 1_000 - 1;
    await expect(prepare()).rejects.toMatchObject({
      ...{ name: 'ActionsStillRunning', code: 'ACTIONS_STILL_RUNNING' },
    });
    world.clock.now += 1;
    const { failure: doubted } = await prepare();
    expect(doubted.cause).toMatch(/May still act: heal-0 \(command command-1\): .*ssm:CancelCommand/);
  });
});

describe('a rollback of a command that cannot be cancelled now', () => {
  it('is tried again, and decides nothing', async () => {
    const { world, operation, input } = await acting();
    await act(world, input);
    const cancel = () => Promise.reject(new ServiceUnavailable('throttled'));
    Object.assign(world, { runbooks: { ...world.runbooks, cancel } });
    world.clock.now = NOON + 3_600_000;
    await expect(prepareRollback(world, { ...operation, failure })).rejects.toThrow(ServiceUnavailable);
    expect(await world.store.getOperation(operation.operationId)).toMatchObject({ state: 'HEALING' });
  });
});

describe('the record of a step that may still act', () => {
  it('keeps what was known of the step, and leaves the other steps alone', async () => {
    const world = createWorld(
      configured({ strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }] }),
    );
    const operation = await admitted(world);
    const { operationId } = operation;
    const done = { ...stepOf(operation), outcome: 'SUCCEEDED', completedAtMs: NOON } as const;
    await world.store.recordOutcome(done);
    const begun = stepOf(operation, {
      ...({ stepId: 'heal-1', action: 'start_component', onError: 'rollback' } as const),
      reference: { executor: 'run_command', id: 'command-7' },
      startedAtMs: NOON + 5_000,
    });
    await world.store.recordStep(begun);
    const cancel = () => Promise.reject(new NotPermitted({ action: 'ssm:CancelCommand', role: 'selfheal' }));
    Object.assign(world, { runbooks: { ...world.runbooks, cancel } });
    world.clock.now = NOON + 3_600_000;
    await prepareRollback(world, { operationId, failure });
    expect(await world.store.listSteps(operationId)).toStrictEqual([
      done,
      {
        ...begun,
        outcome: 'UNKNOWN',
        detail:
          'it could not be cancelled, and may still act: missing permission: ssm:CancelCommand for role selfheal',
        completedAtMs: NOON + 3_600_000,
      },
    ]);
  });
});

describe('a rollback of an operation that was taken over', () => {
  it('waits for a function that may still begin an action, until SSM would list what it has sent last', async () => {
    const { world, operation, input } = await acting();
    world.clock.now = NOON + 7_000;
    world.runbooks.onSend = () => Promise.reject(new Error('crash'));
    await expect(act(world, input)).rejects.toThrow('crash');
    await world.store.takeOver(input, NOON + 600_000);
    const prepare = () => prepareRollback(world, { ...operation, failure });

    world.clock.now = NOON + 7_000 + 65_000 - 1;
    await expect(prepare()).rejects.toThrow(
      `operation ${operation.operationId} is not undone before its actions have ended: heal-0 (not on record): the function that was to begin it may still do so`,
    );
    world.clock.now += 1;
    expect((await prepare()).failure).toEqual(failure);
  });

  it('does not wait where the execution itself has gone on to it', async () => {
    const { world, operation, input } = await acting();
    world.runbooks.onSend = () => Promise.reject(new Error('crash'));
    await expect(act(world, input)).rejects.toThrow('crash');
    expect((await prepareRollback(world, { ...operation, failure })).failure).toEqual(failure);
  });

  it('does not wait for an action that is on record', async () => {
    const { world, operation, input } = await acting();
    await act(world, input);
    await world.store.takeOver(input, NOON + 600_000);
    expect((await prepareRollback(world, { ...operation, failure })).failure).toEqual(failure);
    expect(world.runbooks.cancelled).toEqual(['command-1']);
  });
});

describe('a check of targets', () => {
  const HOSTS = [NODE, 'i-0123456789abcdef1'];

  /** @param endsAfterSeconds when each host has answered */
  async function looked(endsAfterSeconds: readonly number[]) {
    const { world, operation } = await acting();
    const component = world.configuration.components['web'];
    if (!component) throw new Error('no component web');
    const startedAtMs = world.clock.now;
    const listInvocations = async () =>
      HOSTS.flatMap((instanceId, index) => {
        const isDone = world.clock.now - startedAtMs >= (endsAfterSeconds[index] ?? 0) * 1_000;
        return isDone ? [{ instanceId, status: 'Success', output: '' }] : [];
      });
    const health = await lookAtTargets(
      { ...world, runbooks: { ...world.runbooks, listInvocations } },
      { operation, component, fence: operation.fence },
      'look-0-0' as Parameters<typeof lookAtTargets>[2],
      HOSTS,
    );
    return { health: [...health.values()], seconds: (world.clock.now - startedAtMs) / 1_000 };
  }

  it('asks no further about hosts of which it knows all', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    const { world, operation } = await acting();
    world.runbooks.nodes = many.map((id) => node(id));
    const component = world.configuration.components['web'];
    if (!component) throw new Error('no component web');
    const asked: string[] = [];
    const listInvocations = async (commandId: string) => {
      asked.push(commandId);
      const isFirst = commandId === asked[0];
      if (!isFirst && asked.length < 4) return [];
      return (isFirst ? many.slice(0, 50) : many.slice(50)).map((instanceId) => ({
        ...{ instanceId, status: 'Success', output: '' },
      }));
    };
    const health = await lookAtTargets(
      { ...world, runbooks: { ...world.runbooks, listInvocations } },
      { operation, component, fence: operation.fence },
      'look-0-0' as Parameters<typeof lookAtTargets>[2],
      many,
    );
    const [first, second] = asked;
    expect(asked).toEqual([first, second, second, second]);
    expect(health.size).toBe(60);
  });

  it('ends with the last answer', async () => {
    expect(await looked([1, 1])).toEqual({ health: ['healthy', 'healthy'], seconds: 1 });
    expect(await looked([3, 5])).toEqual({ health: ['healthy', 'healthy'], seconds: 5 });
  });

  it('ends after 20 seconds, with unknown health for hosts that have not answered', async () => {
    expect(await looked([20, 21])).toEqual({ health: ['healthy', 'unknown'], seconds: 20 });
  });
});
