import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, withStore } from '../../../factories/ports/world.ts';
import { acting } from './reconcile-lab.ts';

describe('an operation without an execution', () => {
  it('gets one after a while if it was admitted and never begun', async () => {
    const world = createWorld(configured({ components: { web: {} } }));
    const { operationId, component, fence } = await admitted(world);
    expect((await reconcile(world)).done).toEqual([]);
    world.clock.now += 30_000;
    expect((await reconcile(world)).done).toEqual([
      `started ${operationId}, which was admitted and never begun`,
    ]);
    expect(world.executions.started).toEqual([
      { name: operationId, input: { operationId, component, fence } },
    ]);
  });

  it('fails and is undone, not started late, if it was never begun in time', async () => {
    const world = createWorld(configured({ components: { web: {} } }));
    const { operationId, deadlineMs } = await admitted(world);
    world.clock.now = deadlineMs;
    await reconcile(world);
    expect(world.executions.started).toMatchObject([{ name: `${operationId}-undo` }]);
  });

  it.each(['FAILED', 'ABORTED', 'TIMED_OUT', 'SUCCEEDED'] as const)(
    'is undone if its execution is %s (invariant 5: none is left behind)',
    async (status) => {
      const { world, operation, operationId, later } = await acting();
      world.executions.statuses.set(operationId, status);
      expect((await later(30)).done).toEqual([
        `started to undo ${operationId}, whose execution is ${status}`,
      ]);
      expect(world.executions.started.at(-1)).toMatchObject({
        name: `${operationId}-undo`,
        input: {
          fence: operation.fence + 1,
          failure: { error: 'ExecutionGone', cause: `found by the reconciler: execution ${status}` },
        },
      });
      await later(60);
      expect(world.executions.started).toHaveLength(2);
      world.executions.statuses.set(`${operationId}-undo`, 'ABORTED');
      expect((await later(60)).done).toContain(`ended ${operationId}, whose execution is ABORTED`);
      expect(await world.store.getOperation(operationId)).toMatchObject({ state: 'FAILED' });
      expect(world.notifier.sent).toHaveLength(1);
      expect((await later(60)).claims).toBe(0);
    },
  );

  it('stays untouched while it is undone', async () => {
    const { world, operation, operationId, later } = await acting();
    world.executions.statuses.set(operationId, 'ABORTED');
    await later(30);
    expect(await later(200)).toEqual({ claims: 1, done: [], problems: [] });
    expect(await world.store.getOperation(operationId)).not.toHaveProperty('completedAtMs');
    expect(await world.store.getClaim('web')).toMatchObject({ operationId, fence: operation.fence + 1 });
    expect(world.notifier.sent).toEqual([]);
  });

  it('an operation that had begun is undone, not restarted, when its execution is unknown', async () => {
    const { world, operation, operationId, later } = await acting();
    const pending = {
      stepId: 'heal-0',
      order: 0,
      taskToken: 'lost',
      startedAtMs: NOON,
      deadlineMs: NOON + 60_000,
    } as const;
    await world.store.beginStep(operation, pending, NOON + 120_000);
    world.executions.statuses.delete(operationId);
    expect((await later(30)).done).toEqual([`started to undo ${operationId}, whose execution is NOT_FOUND`]);
    expect(world.executions.started.map(({ name }) => name)).toEqual([operationId, `${operationId}-undo`]);
  });

  it('ends only in a later round if nobody can be notified of its failure', async () => {
    const { world, operationId, later } = await acting();
    world.executions.statuses.set(operationId, 'ABORTED');
    await later(30);
    world.executions.statuses.set(`${operationId}-undo`, 'ABORTED');
    const { notify } = world.notifier;
    world.notifier.notify = () => Promise.reject(new ServiceUnavailable('SNS: throttled'));
    expect(await later(60)).toEqual({
      claims: 1,
      done: [],
      problems: [`execution of ${operationId}: ServiceUnavailable: SNS: throttled`],
    });
    expect(await world.store.getOperation(operationId)).not.toHaveProperty('completedAtMs');
    world.notifier.notify = notify;
    expect((await later(60)).done).toContain(`ended ${operationId}, whose execution is ABORTED`);
    expect(world.notifier.sent).toHaveLength(1);
  });

  it('does not end when another execution took it over at the same moment', async () => {
    const { world, operationId, later } = await acting();
    world.executions.statuses.set(operationId, 'ABORTED');
    Object.assign(world, withStore(world, { takeOver: async () => undefined }));
    expect(await later(30)).toEqual({ claims: 1, done: [], problems: [] });
    expect(world.executions.started).toHaveLength(1);
  });

  it('is not ended by the reconciler when its own execution ended it meanwhile', async () => {
    const { world, operationId, later } = await acting();
    world.executions.statuses.set(operationId, 'SUCCEEDED');
    const { getOperation } = world.store;
    const ended = async (id: string) => {
      const operation = await getOperation(id);
      return operation && { ...operation, state: 'COMPLETED' as const, completedAtMs: world.clock.now };
    };
    Object.assign(world, withStore(world, { getOperation: ended }));
    expect((await later(30)).done).toEqual([]);
    expect(world.executions.started).toHaveLength(1);
  });

  it('causes a report if its record is missing, as nothing else would ever free its component', async () => {
    const { world, operationId, later } = await acting();
    Object.assign(world, withStore(world, { getOperation: async () => undefined }));
    expect((await later(200)).problems).toEqual([
      `execution of ${operationId}: OperationNotEndable: component web is claimed by operation ${operationId}, which is not on record, so no other operation can heal it. Remove \`claim\` from the component's item, and web from \`inFlight\` of the fleet's`,
    ]);
    expect(world.executions.started).toHaveLength(1);
  });

  it.each(['own', 'undoing'])(
    'stays untouched, with a report, if its %s execution is in an unknown state (invariant 10)',
    async (which) => {
      const { world, operation, operationId, later } = await acting();
      const name = which === 'own' ? operationId : `${operationId}-undo`;
      world.executions.statuses.set(name, 'HIBERNATING' as never);
      const { done, problems } = await later(200);
      expect(done).toEqual([]);
      expect(problems).toEqual([
        `execution of ${operationId}: OperationNotEndable: the execution is HIBERNATING, which is not a known status; left alone`,
      ]);
      expect(world.executions.started).toHaveLength(1);
      expect(await world.store.getOperation(operationId)).toMatchObject({ fence: operation.fence });
    },
  );

  it.each(['RUNNING', 'PENDING_REDRIVE'] as const)(
    'stays untouched while its execution is %s',
    async (status) => {
      const { world, operationId, later } = await acting();
      world.executions.statuses.set(operationId, status);
      expect(await later(200)).toEqual({ claims: 1, done: [], problems: [] });
      expect(world.executions.started).toHaveLength(1);
    },
  );
});
