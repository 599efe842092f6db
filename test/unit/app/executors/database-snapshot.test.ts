import { describe, expect, it } from 'vitest';
import { NotPermitted, TargetBusy } from '../../../../functions/ports/errors.ts';
import { CLUSTER, database, INSTANCE } from './database-operation.ts';

describe('a snapshot of a database', () => {
  const COPY = { type: 'snapshot_database', timeoutSeconds: 600 };
  const UNDO = { ...COPY, params: { phase: 'undo' } };

  it.each([
    [INSTANCE, 'orders'],
    [CLUSTER, 'shop'],
  ])('of %o is named after its operation, and waited for', async (targets, id) => {
    const run = await database(targets, [COPY]);
    await run.step('heal-0');
    expect(run.fleet.snapshots()).toEqual([
      expect.stringMatching(new RegExp(`^selfheal-${id}-[0-9]{8}t[0-9]{6}z-[0-9a-f]{12}-heal-0$`)),
    ]);
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it.each([
    [INSTANCE, 'orders', 'backing-up'],
    [CLUSTER, 'shop', 'modifying'],
  ])('of %o waits while RDS is busy with %s (%s), and is taken once', async (targets, id, status) => {
    const run = await database(targets, [COPY]);
    run.fleet.setStatus(id, status);
    for (const _ of ['first', 'second'])
      await expect(run.step('heal-0')).rejects.toThrow(
        expect.objectContaining({
          name: TargetBusy.name,
          message: expect.stringMatching(
            `^RDS takes no snapshot of ${id} yet: .*${id} is not in available state`,
          ),
        }),
      );
    expect(run.fleet.effects).toEqual([]);
    run.fleet.setStatus(id, 'available');
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ kind: 'copied', id }]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('disappears with its undo', async () => {
    const run = await database(CLUSTER, [COPY], { actions: [UNDO] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.snapshots()).toEqual([]);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('is deleted'),
    });
  });

  it('is left to a person by an undo that would have to wait until it is complete', async () => {
    const run = await database(CLUSTER, [COPY], { actions: [UNDO] });
    await run.step('heal-0');
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    const [name] = run.fleet.snapshots();
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringMatching(new RegExp(`^snapshot ${name} is left, .*: delete it`)),
    });
  });

  it.each([
    [true, 0],
    [false, 1],
  ])('with keep: %s has %i undo steps when a later action fails', async (keep, undone) => {
    const notify = { type: 'notify_soc', onError: 'rollback' };
    const run = await database(CLUSTER, [{ ...COPY, params: { keep } }, notify]);
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    Object.assign(run.world, {
      notifier: {
        notify: async () => {
          throw new NotPermitted({ action: 'sns:Publish' });
        },
      },
    });
    await run.step('heal-1');
    expect(await run.undoSteps()).toHaveLength(undone);
  });

  it('is neither reused nor deleted if someone else made it under the same name', async () => {
    const run = await database(CLUSTER, [COPY], { actions: [UNDO] });
    const { databases } = run.world;
    const operations = Object.keys(run.fleet.operations);
    expect(operations).toContain('CreateDBClusterSnapshot');
    const readSnapshot: typeof databases.readSnapshot = async (of, name) => {
      if (run.fleet.snapshots().length === 0) await databases.takeSnapshot(of, 'shop', name);
      return await databases.readSnapshot(of, name);
    };
    Object.assign(run.world, { databases: { ...databases, readSnapshot } });
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('exists already, and is not of this step'),
    });
    run.world.endDeployments();
    const [undo] = await run.undoSteps();
    if (undo) await run.step('rollback-0', undo);
    expect(run.fleet.snapshots()).toHaveLength(1);
  });
});

describe('a check of a database', () => {
  it.each([
    [INSTANCE, 'orders', 'available', 'SUCCEEDED', 'orders is available'],
    [INSTANCE, 'orders', 'storage-full', 'FAILED', 'orders is storage-full'],
    [CLUSTER, 'shop', 'backing-up', 'SUCCEEDED', 'shop: it is backing-up, and shop-1 writes'],
    [CLUSTER, 'shop', 'failing-over', 'FAILED', 'shop: it is failing-over'],
  ])('ends, for %o with %s in state %s, as %s', async (targets, id, status, outcome, detail) => {
    const run = await database(targets, [{ type: 'health_check' }]);
    run.fleet.setStatus(id, status);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({ outcome, detail });
  });

  it('fails where a cluster has no writer', async () => {
    const run = await database(CLUSTER, [{ type: 'health_check' }]);
    run.fleet.moveTo('shop', 'none');
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'FAILED', detail: 'shop: it has no writer' });
  });
});
