import { describe, expect, it } from 'vitest';
import {
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
  TargetBusy,
} from '../../../../functions/ports/errors.ts';
import { BACK, CLUSTER, database, FAILOVER, failOnce, refuseWhileBusy } from './database-operation.ts';

const CLUSTER_IS_BUSY = new RequestRefused('shop is not in available state', {
  serviceCode: 'InvalidDBClusterStateFault',
});
const MEMBER_IS_BUSY = new RequestRefused('shop-1 is not in available state', {
  serviceCode: 'InvalidDBInstanceStateFault',
});

describe('the undo of a failover of a cluster', () => {
  it('leaves the writer where the answer of RDS was lost, since someone else may have moved it', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    failOnce(run, 'failOver', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await run.step('heal-0');
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('does not say who requested one'),
    });
  });

  it('has nothing to do where RDS refused the failover, though the writer has moved to the same member', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    const denied = new NotPermitted({ action: 'rds:FailoverDBCluster' });
    refuseWhileBusy(run, 'failOver', 'shop', denied, 'failing-over');
    await run.step('heal-0');
    run.fleet.moveTo('shop', 'shop-2');
    run.fleet.setStatus('shop', 'available');
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'writer of shop was never moved',
    });
  });

  it('waits while someone else moves the writer, and does not move it then', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    const [undo] = await run.undoSteps();
    refuseWhileBusy(run, 'failOver', 'shop', CLUSTER_IS_BUSY, 'failing-over', 1);
    await expect(run.step('rollback-0', undo)).rejects.toThrow(TargetBusy);
    await expect(run.step('rollback-0', undo)).rejects.toThrow(TargetBusy);
    run.fleet.moveTo('shop', 'shop-3');
    run.fleet.setStatus('shop', 'available');
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
    });
  });

  /** An operation that has moved the writer to shop-2, and then to shop-3; and the undo of the second move. */
  const movedTwice = async () => {
    const run = await database(CLUSTER, [FAILOVER, { ...FAILOVER, params: { to: 'shop-3' } }], {
      actions: [BACK],
    });
    for (const stepId of ['heal-0', 'heal-1'] as const) {
      await run.step(stepId);
      run.world.clock.now += 1_000;
      run.world.endDeployments();
      await run.reconcile();
    }
    const undo = (await run.undoSteps()).find((step) => 'undoes' in step && step.undoes === 'heal-1');
    return { run, undo, stepId: undo?.stepId ?? 'rollback-0' };
  };

  it('is requested again after a refusal, though an earlier step had made the same member the writer', async () => {
    const { run, undo, stepId } = await movedTwice();
    refuseWhileBusy(run, 'failOver', 'shop', MEMBER_IS_BUSY, 'available', 1);
    await expect(run.step(stepId, undo)).rejects.toThrow(TargetBusy);
    await run.step(stepId, undo);
    run.world.endDeployments();
    await run.reconcile();
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-3' }, { to: 'shop-2' }]);
    expect(await run.record(stepId)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('does not take the moves of its operation for those of others where Lambda invokes a try twice', async () => {
    const { run, undo, stepId } = await movedTwice();
    const { store } = run.world;
    const recordChange: typeof store.recordChange = async (key, step) => {
      await store.recordChange(key, structuredClone(step));
      return await store.recordChange(key, step);
    };
    Object.assign(run.world, { store: { ...store, recordChange } });
    await run.step(stepId, undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-3' }, { to: 'shop-2' }]);
    expect((await run.record(stepId))?.failsAs).toBeUndefined();
  });
});
