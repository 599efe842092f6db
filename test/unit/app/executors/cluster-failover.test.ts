import { describe, expect, it } from 'vitest';
import {
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
  TargetBusy,
} from '../../../../functions/ports/errors.ts';
import {
  BACK,
  CLUSTER,
  database,
  FAILOVER,
  failOnce,
  refuseWhileBusy,
  sendTwice,
} from './database-operation.ts';

const REFUSALS = [
  ['a missing permission', new NotPermitted({ action: 'rds:FailoverDBCluster' }, { attempts: 2 })],
  ['a request that was sent once', new RequestRefused('not in a state to move')],
] as const;

const BUSY = new RequestRefused('shop is not in available state', {
  serviceCode: 'InvalidDBClusterStateFault',
});

describe('a failover of a cluster', () => {
  it.each(REFUSALS)('fails by %s, though RDS is busy with the cluster just then', async (_, refusal) => {
    const run = await database(CLUSTER, [FAILOVER]);
    refuseWhileBusy(run, 'failOver', 'shop', refusal);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(refusal.message),
    });
  });

  it('makes the reader of the lowest tier the writer, and ends when that serves', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    await run.step('heal-0');
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    await run.reconcile();
    expect(run.fleet.effects).toEqual([{ kind: 'failed-over', id: 'shop', to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      change: { before: '"shop-1"', intended: '"shop-2"' },
    });
  });

  it('makes the member the writer that the strategy names', async () => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params: { to: 'shop-3' } }]);
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-3' }]);
  });

  it('fails for a member that the cluster does not have', async () => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params: { to: 'orders' } }]);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'writer of shop: orders is not one of its members (shop-1, shop-2, shop-3)',
    });
  });

  it.each([{}, { to: 'shop-2' }])('fails with %o where the cluster has readers only', async (params) => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params }]);
    run.fleet.moveTo('shop', 'none');
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([]);
    const record = await run.record('heal-0');
    expect(record).toMatchObject({
      outcome: 'FAILED',
      detail: 'writer of shop: it has no writer that could be moved',
    });
    expect(record?.change).toBeUndefined();
  });

  it('asks again where the first request got lost, as it names the writer', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    failOnce(run, 'failOver', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ kind: 'failed-over', id: 'shop', to: 'shop-2' }]);
  });

  it('does not ask again while it is under way, and waits for what comes of it', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    failOnce(run, 'failOver', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.world.endDeployments();
    await run.step('heal-0');
    await run.reconcile();
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'failover of shop to shop-2: the cluster is available, its writer is shop-2',
    });
  });

  it('waits where RDS refuses the second request, and still shows the cluster as it was before the first', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    const { databases } = run.world;
    const before = await databases.readCluster('shop');
    failOnce(run, 'failOver', true);
    Object.assign(run.world.databases, { readCluster: async () => before });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    Object.assign(run.world.databases, { readCluster: databases.readCluster });
    run.world.endDeployments();
    await run.step('heal-0');
    await run.reconcile();
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('fails where the cluster does not become available by itself', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    run.fleet.setStatus('shop', 'stopped');
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('InvalidDBClusterState'),
    });
  });

  it('waits where the SDK sent it twice and RDS refused the second request', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    sendTwice(run, 'failOver');
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.world.endDeployments();
    await run.step('heal-0');
    await run.reconcile();
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('has an undo that fails back', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    run.world.endDeployments();
    await run.reconcile();
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
    expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('stays where someone else has made another member the writer', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    run.fleet.moveTo('shop', 'shop-3');
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('writer of shop is shop-3, neither shop-2 as before nor shop-1'),
    });
  });

  it('waits with the undo until the former writer of a Multi-AZ cluster can be the writer again', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    run.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine: 'postgres' });
    await run.step('heal-0');
    run.world.endDeployments();
    run.fleet.setStatus('shop-1', 'rebooting');
    const [undo] = await run.undoSteps();
    await expect(run.step('rollback-0', undo)).rejects.toThrow(TargetBusy);
    run.fleet.setStatus('shop-1', 'available');
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
  });

  it.each([
    ['has nothing to do', 'shop-3', { outcome: 'SUCCEEDED', detail: 'writer of shop is shop-3 already' }],
    [
      'fails for a member that it does not have',
      'orders',
      { detail: expect.stringContaining('orders is not') },
    ],
  ])('%s on a Multi-AZ cluster that has just failed over', async (_, to, ended) => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params: { to } }]);
    run.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine: 'postgres' });
    await run.world.databases.failOver('shop', 'shop-3');
    run.world.endDeployments();
    await run.step('heal-0');
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject(ended);
  });

  it('is not requested on a Multi-AZ cluster within 20 minutes of another one, as it is on one of Aurora', async () => {
    for (const [engine, effects] of [
      ['postgres', 1],
      ['aurora-postgresql', 2],
    ] as const) {
      const run = await database(CLUSTER, [FAILOVER]);
      run.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine });
      run.world.clock.now -= 660_000;
      await run.world.databases.failOver('shop', 'shop-3');
      run.world.endDeployments();
      run.world.clock.now += 660_000;
      run.fleet.setStatus('shop-1', 'available');
      await run.step('heal-0');
      expect(run.fleet.effects).toHaveLength(effects);
    }
  });

  it('waits with the undo until a failover that is under way has ended', async () => {
    const run = await database(CLUSTER, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    const [undo] = await run.undoSteps();
    await expect(run.step('rollback-0', undo)).rejects.toThrow(/may be about to move/);
    run.world.endDeployments();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
  });
});

describe('a failover of a cluster that RDS refused, as it was busy with the cluster', () => {
  /** RDS is busy, and does not show it before it refuses the first request. */
  const refused = async (status: string, actions: readonly object[] = []) => {
    const run = await database(CLUSTER, [FAILOVER], { actions });
    refuseWhileBusy(run, 'failOver', 'shop', BUSY, status, 1);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.fleet.setStatus('shop', 'available');
    return run;
  };

  it('is requested once RDS is no longer busy', async () => {
    const run = await refused('modifying');
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ kind: 'failed-over', id: 'shop', to: 'shop-2' }]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('is not requested where someone else has meanwhile moved the writer elsewhere', async () => {
    const run = await refused('failing-over');
    run.fleet.moveTo('shop', 'shop-3');
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
    });
  });

  it('is not turned back where someone else has made the same member the writer', async () => {
    const run = await refused('failing-over', [BACK]);
    run.fleet.moveTo('shop', 'shop-2');
    await run.step('heal-0');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toEqual([]);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail:
        "writer of shop is shop-2, but RDS has not confirmed the failover that was requested, and does not say who requested one: it may be someone else's, so the writer stays where it is, and `aws rds failover-db-cluster --db-cluster-identifier shop --target-db-instance-identifier shop-1` moves it back",
    });
  });

  it('is turned back where RDS has accepted it after all', async () => {
    const run = await refused('modifying', [BACK]);
    await run.step('heal-0');
    run.world.endDeployments();
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
  });
});
