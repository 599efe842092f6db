import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { ChangePhase } from '../../../../functions/core/change/change-event.ts';
import type { Operation } from '../../../../functions/core/operation/operation.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, inputOf, withStore } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const HANDED = [{ type: 'invoke_function', params: { function: 'ci', rollsChangeBack: true } }];
const OWN_FILES = [{ type: 'rollback_config', params: { apply: 'restart' } }];

/** Two components that the same run of a pipeline deploys; what is not its fault is answered by a restart. */
function deployedTogether(rollback: readonly object[] = HANDED) {
  const component = withMemoryAlarm({ changes: {}, configPaths: ['/etc/app'] });
  const settled = createWorld(
    configured({
      components: { orders: component, web: component },
      strategies: [
        { id: 'roll-back', trigger: { causes: ['BAD_DEPLOYMENT', 'BAD_CONFIG'] }, actions: rollback },
        { id: 'restart', trigger: { metrics: ['memory'] } },
      ],
    }),
  );
  const clock = {
    ...settled.clock,
    now: NOON,
    nowMs: () => clock.now,
    sleep: (_milliseconds: number) => new Promise<void>(() => undefined),
  };
  const world = { ...settled, clock };
  const kind = rollback === OWN_FILES ? 'configuration' : 'deployment';
  return {
    world,
    changed: async (changeId: string, phase: ChangePhase, minute: number) => {
      for (const name of ['orders', 'web'])
        await world.changes.recordChange({
          ...{ component: name, source: 'pipeline', kind, changeId, phase, summary: changeId },
          atMs: NOON + minute * MINUTE_MS,
        });
    },
    /** What triage does about a red alarm. */
    alarmed: async (name: string, minute: number, deps = world) => {
      clock.now = NOON + minute * MINUTE_MS;
      world.alarms.named.set(memoryAlarm(name), 'ALARM');
      const since = world.alarms.since.get(memoryAlarm(name)) ?? clock.now;
      world.alarms.since.set(memoryAlarm(name), since);
      const alert = { component: name, metric: 'memory', alarmName: memoryAlarm(name), origin: 'reconciler' };
      const time = new Date(clock.now).toISOString();
      return await triage(deps, { ...signalEvent(alert, `${name}-${minute}`), time });
    },
    operation: async (decision: Awaited<ReturnType<typeof triage>>): Promise<Operation> => {
      const found =
        decision.decision === 'heal' ? await world.store.getOperation(decision.operationId) : undefined;
      if (!found) throw new Error(JSON.stringify(decision));
      return found;
    },
    ended: async (operation: Operation, outcome: 'SUCCEEDED' | 'FAILED') => {
      const { operationId, component: name } = operation;
      const [action] = rollback as readonly { readonly type: 'invoke_function' }[];
      await world.store.recordStep({
        ...{ operationId, stepId: 'heal-0', component: name, onError: 'rollback', targets: [], outcome },
        ...{ action: action?.type ?? 'invoke_function', startedAtMs: clock.now, completedAtMs: clock.now },
      });
      const state = outcome === 'SUCCEEDED' ? 'COMPLETED' : 'FAILED';
      const failure = { error: 'FunctionFailed', cause: 'it said no' };
      await conclude(world, { ...inputOf(operation), state, ...(state === 'FAILED' && { failure }) });
    },
  };
}

describe('a change of two components', () => {
  it('is rolled back by one operation at a time, and the other refusal says by which', async () => {
    const run = deployedTogether();
    await run.changed('run-7', 'finished', 0);
    expect(await run.operation(await run.alarmed('orders', 5))).toMatchObject({ strategyId: 'roll-back' });
    expect(await run.alarmed('web', 6)).toEqual({
      decision: 'refuse',
      reason: 'CHANGE_IN_PROGRESS',
      detail: 'an operation on orders is rolling run-7 back, which is the same change',
    });
  });

  it('is rolled back once, and then no longer suspected on the other', async () => {
    const run = deployedTogether();
    await run.changed('run-7', 'finished', 0);
    const first = await run.operation(await run.alarmed('orders', 5));
    await run.alarmed('web', 6);
    await run.ended(first, 'SUCCEEDED');
    const second = await run.operation(await run.alarmed('web', 8));
    expect(second).toMatchObject({ strategyId: 'restart' });
    expect(second.alert).not.toHaveProperty('change');
  });

  it('gets a second rollback from the other component if the first has failed', async () => {
    const run = deployedTogether();
    await run.changed('run-7', 'finished', 0);
    const first = await run.operation(await run.alarmed('orders', 5));
    await run.ended(first, 'FAILED');
    expect(await run.operation(await run.alarmed('web', 8))).toMatchObject({ strategyId: 'roll-back' });
  });

  it('holds nothing back on the other once it has been rolled back, though its end was not reported', async () => {
    const run = deployedTogether();
    await run.changed('run-7', 'started', 0);
    await run.alarmed('orders', 2);
    const first = await run.operation(await run.alarmed('orders', 8));
    await run.ended(first, 'SUCCEEDED');
    expect(await run.operation(await run.alarmed('web', 9))).toMatchObject({ strategyId: 'restart' });
  });

  it('becomes a suspect again when the same run deploys it once more', async () => {
    const run = deployedTogether();
    await run.changed('run-7', 'finished', 0);
    await run.ended(await run.operation(await run.alarmed('orders', 5)), 'SUCCEEDED');
    await run.changed('run-7', 'finished', 10);
    expect(await run.operation(await run.alarmed('web', 12))).toMatchObject({ strategyId: 'roll-back' });
  });

  it('is rolled back on each component that has its own files to restore', async () => {
    const run = deployedTogether(OWN_FILES);
    await run.changed('run-7', 'finished', 0);
    const first = await run.operation(await run.alarmed('orders', 5));
    expect(await run.operation(await run.alarmed('web', 6))).toMatchObject({ strategyId: 'roll-back' });
    await run.ended(first, 'SUCCEEDED');
  });

  it('stays in place while nobody can say whether it was rolled back', async () => {
    const run = deployedTogether();
    await run.changed('run-7', 'finished', 0);
    const { readComponents } = run.world.store;
    const half = withStore(run.world, {
      readComponents: (names) =>
        names.includes('orders') ? Promise.reject(new StoreUnavailable('no answer')) : readComponents(names),
    });
    expect(await run.alarmed('web', 5, half)).toMatchObject({
      decision: 'refuse',
      reason: 'LIMITS_UNKNOWN',
    });
  });
});
