import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { ChangeEvent, ChangePhase } from '../../../../functions/core/change/change-event.ts';
import type { Operation, StepId, StepOutcome } from '../../../../functions/core/operation/operation.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, inputOf } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;

/** A component whose changes are rolled back by a function; anything else is a restart. */
function watched() {
  const settled = createWorld(
    configured({
      components: { web: withMemoryAlarm({ changes: {} }) },
      strategies: [
        {
          id: 'roll-back',
          trigger: { causes: ['BAD_DEPLOYMENT', 'BAD_CONFIG'] },
          actions: [{ type: 'invoke_function', params: { function: 'ci', rollsChangeBack: true } }],
        },
        { id: 'restart', trigger: { metrics: ['memory'] } },
      ],
    }),
  );
  const clock = { now: NOON, nowMs: () => clock.now, sleep: () => new Promise<void>(() => undefined) };
  const world = { ...settled, clock };
  const { alarms, store } = world;
  return {
    world,
    changed: async (changeId: string, phase: ChangePhase, minute: number, more: Partial<ChangeEvent> = {}) =>
      await world.changes.recordChange({
        ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId, phase },
        ...{ atMs: NOON + minute * MINUTE_MS, summary: changeId, ...more },
      }),
    /** What triage does in this minute about an alarm that is red since then. */
    alarmed: async (minute: number, redSince = minute): Promise<Operation | string> => {
      clock.now = NOON + minute * MINUTE_MS;
      alarms.named.set(memoryAlarm(), 'ALARM');
      alarms.since.set(memoryAlarm(), NOON + redSince * MINUTE_MS);
      const alert = { component: 'web', metric: 'memory', alarmName: memoryAlarm(), origin: 'reconciler' };
      const time = new Date(clock.now).toISOString();
      const decision = await triage(world, { ...signalEvent(alert, `alert-${minute}`), time });
      if (decision.decision !== 'heal') return 'reason' in decision ? decision.reason : decision.detail;
      return (await store.getOperation(decision.operationId)) ?? 'not on record';
    },
    /** The operation's first action ends so, and then the operation. */
    ended: async (
      operation: Operation | string,
      outcome: StepOutcome,
      state: 'COMPLETED' | 'FAILED' = 'COMPLETED',
    ) => {
      if (typeof operation === 'string') throw new Error(operation);
      const { operationId } = operation;
      const step = (stepId: StepId, of: StepOutcome) =>
        store.recordStep({
          ...{ operationId, stepId, component: 'web', action: 'invoke_function', onError: 'rollback' },
          ...{ startedAtMs: clock.now, targets: [], outcome: of, completedAtMs: clock.now },
        });
      const failure = { error: 'NotRecovered', cause: 'still red' };
      await step('heal-0', outcome);
      return {
        undone: async (of: StepOutcome) => {
          const [action] = world.configuration.strategies[0]?.actions ?? [];
          if (!action) throw new Error('no action');
          await store.beginRollback(operationId, failure, [
            { stepId: 'rollback-0', action, undoes: 'heal-0' },
          ]);
          await step('rollback-0', of);
        },
        concluded: () =>
          conclude(world, { ...inputOf(operation), state, ...(state === 'FAILED' && { failure }) }),
      };
    },
  };
}

const strategyOf = (operation: Operation | string) =>
  typeof operation === 'string' ? operation : operation.strategyId;

/** v41, then v42, which breaks the component at once. */
async function afterTwoDeployments() {
  const run = watched();
  await run.changed('v41', 'finished', 0);
  await run.changed('v42', 'finished', 5);
  return run;
}

describe('a change that Selfheal has rolled back', () => {
  it('is no longer a suspect, and neither is what the component was rolled back to', async () => {
    const run = await afterTwoDeployments();
    const first = await run.alarmed(10);
    expect(first).toMatchObject({ strategyId: 'roll-back', alert: { change: { changeId: 'v42' } } });
    await (await run.ended(first, 'SUCCEEDED')).concluded();
    const second = await run.alarmed(20);
    expect(second).toMatchObject({ strategyId: 'restart' });
    expect(second).not.toHaveProperty('alert.change');
  });

  it('leaves an earlier change of another kind a suspect', async () => {
    const run = watched();
    await run.changed('v42', 'finished', 0);
    await run.changed('flags-7', 'finished', 6, { source: 'appconfig', kind: 'configuration' });
    const first = await run.alarmed(10);
    expect(first).toMatchObject({ strategyId: 'roll-back', alert: { change: { changeId: 'flags-7' } } });
    await (await run.ended(first, 'SUCCEEDED')).concluded();
    const second = await run.alarmed(20, 10);
    expect(second).toMatchObject({ strategyId: 'roll-back', alert: { change: { changeId: 'v42' } } });
    await (await run.ended(second, 'SUCCEEDED')).concluded();
    expect(strategyOf(await run.alarmed(30, 10))).toBe('restart');
  });

  it('leaves an earlier change of another resource a suspect', async () => {
    const run = watched();
    const profile = (resource: string) => ({ source: 'appconfig', kind: 'configuration', resource }) as const;
    await run.changed('flags-7', 'finished', 0, profile('flags'));
    await run.changed('limits-3', 'finished', 6, profile('limits'));
    await (await run.ended(await run.alarmed(10), 'SUCCEEDED')).concluded();
    expect(await run.alarmed(20, 10)).toMatchObject({ alert: { change: { changeId: 'flags-7' } } });
  });

  it('gets no second rollback where two sources have reported it', async () => {
    const run = watched();
    await run.changed('v42', 'started', 0);
    await run.changed('ecs-svc/1', 'finished', 2, { source: 'ecs', resource: 'web' });
    await run.changed('v42', 'finished', 3);
    await (await run.ended(await run.alarmed(10), 'SUCCEEDED')).concluded();
    expect(strategyOf(await run.alarmed(20, 10))).toBe('restart');
  });

  it('leaves the next change a suspect', async () => {
    const run = await afterTwoDeployments();
    await (await run.ended(await run.alarmed(10), 'SUCCEEDED')).concluded();
    await run.changed('v43', 'finished', 18);
    expect(await run.alarmed(20)).toMatchObject({
      ...{ strategyId: 'roll-back', alert: { change: { changeId: 'v43' } } },
    });
  });

  it('no longer holds healing back, though no end of it was reported', async () => {
    const run = watched();
    await run.changed('v42', 'started', 0);
    const first = await run.alarmed(10, 4);
    expect(first).toMatchObject({ strategyId: 'roll-back', alert: { change: { isInProgress: true } } });
    await (await run.ended(first, 'SUCCEEDED')).concluded();
    expect(strategyOf(await run.alarmed(20))).toBe('restart');
  });

  it('leaves another change in progress that began before it', async () => {
    const run = watched();
    await run.changed('maintenance', 'started', 0, { kind: 'maintenance' });
    await run.changed('v42', 'started', 1);
    await (await run.ended(await run.alarmed(10, 4), 'SUCCEEDED')).concluded();
    expect(await run.alarmed(20)).toBe('CHANGE_IN_PROGRESS');
  });

  it.each([
    ['was rolled back, and that could not be undone', 'SUCCEEDED', 'FAILED', 'restart'],
    ['may have been rolled back', 'UNKNOWN', 'FAILED', 'restart'],
    ['is in effect again, since the rollback was undone', 'SUCCEEDED', 'SUCCEEDED', 'roll-back'],
  ] as const)('counts as rolled back after a failed repair only if it %s', async (_, done, undone, next) => {
    const run = await afterTwoDeployments();
    const end = await run.ended(await run.alarmed(10), done, 'FAILED');
    await end.undone(undone);
    await end.concluded();
    expect(strategyOf(await run.alarmed(20))).toBe(next);
  });

  it('remains a suspect if its rollback failed', async () => {
    const run = await afterTwoDeployments();
    await (await run.ended(await run.alarmed(10), 'FAILED', 'FAILED')).concluded();
    expect(strategyOf(await run.alarmed(20))).toBe('roll-back');
  });

  it('stops all healing if it cannot be read', async () => {
    const run = await afterTwoDeployments();
    const readComponents = () => Promise.reject(new StoreUnavailable('throttled'));
    Object.assign(run.world.store, { readComponents });
    expect(await run.alarmed(10)).toBe('LIMITS_UNKNOWN');
  });
});
