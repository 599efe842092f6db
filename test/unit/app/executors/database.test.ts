import { describe, expect, it } from 'vitest';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const INSTANCE = { dbInstance: 'orders' };
const CLUSTER = { dbCluster: 'shop' };
const RESTART = { type: 'restart_service', timeoutSeconds: 600 };
const FAILOVER = { type: 'failover', timeoutSeconds: 600 };
const BACK = { type: 'failover', params: { phase: 'undo' }, timeoutSeconds: 600 };

/** An operation on a Multi-AZ instance in us-east-1a, or on a cluster of three whose writer is shop-1. */
async function database(targets: object, actions: readonly object[], rollback: object = {}) {
  const world = createWorld(resourceConfiguration(targets, { actions, rollback }));
  const fleet = world.databaseFleet;
  fleet.createInstance('orders', { zone: 'us-east-1a', standbyZone: 'us-east-1b' });
  fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3']);
  const running = await runningOperation(world);
  return { ...running, world, fleet, undoSteps: (afterMs = 1_800_000) => running.undoSteps(afterMs) };
}

type Run = Awaited<ReturnType<typeof database>>;

/** Loses the answer to the first call of a method, or has it fail before it is made. */
function failOnce(run: Run, method: 'reboot' | 'failOver', isMade: boolean): void {
  const { databases } = run.world;
  let isFirst = true;
  const failing = async (...asked: readonly unknown[]) => {
    const call = databases[method] as (...asked: readonly unknown[]) => Promise<void>;
    const fails = isFirst;
    isFirst = false;
    if (!fails || isMade) await call(...asked);
    if (fails) throw new ServiceUnavailable('its answer was lost');
  };
  Object.assign(run.world, { databases: { ...databases, [method]: failing } });
}

describe('a restart of a database instance', () => {
  it('reboots it, and ends when RDS calls it available again', async () => {
    const run = await database(INSTANCE, [RESTART]);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ kind: 'rebooted', id: 'orders' }]);
    expect(await run.record('heal-0')).toMatchObject({
      reference: { executor: 'resource', id: expect.stringMatching(/^rds:reboot:\d+:orders:$/) },
      targets: ['orders'],
    });
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it('does not take the status from before the reboot for its end', async () => {
    const run = await database(INSTANCE, [RESTART]);
    await run.step('heal-0');
    run.world.endDeployments();
    run.world.clock.now -= 50_000;
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
  });

  it('has the standby take over where the strategy says so', async () => {
    const run = await database(INSTANCE, [{ ...RESTART, params: { failover: true } }]);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ kind: 'failed-over', id: 'orders', to: 'us-east-1b' }]);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('goes on where the answer was lost while the instance reboots', async () => {
    const run = await database(INSTANCE, [RESTART]);
    failOnce(run, 'reboot', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    expect(run.fleet.effects).toHaveLength(1);
    expect((await run.record('heal-0'))?.reference).toBeDefined();
  });

  it('is not made twice where nobody knows whether it was made', async () => {
    const run = await database(INSTANCE, [RESTART]);
    failOnce(run, 'reboot', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await expect(run.step('heal-0')).rejects.toThrow(/may have been rebooted by an earlier try/);
    expect(run.fleet.effects).toHaveLength(1);
  });

  it.each(['modifying', 'backing-up'])(
    'waits while RDS is %s, in which it would refuse a reboot, and nothing is on record of it yet',
    async (status) => {
      const run = await database(INSTANCE, [RESTART]);
      run.fleet.setStatus('orders', status);
      await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
      expect(await run.record('heal-0')).toBeUndefined();
      run.fleet.setStatus('orders', 'available');
      await run.step('heal-0');
      expect(run.fleet.effects).toMatchObject([{ kind: 'rebooted' }]);
    },
  );

  it('fails at once where RDS refuses to reboot an instance that is stuck', async () => {
    const run = await database(INSTANCE, [RESTART]);
    run.fleet.setStatus('orders', 'incompatible-network');
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('not in available state'),
    });
  });

  it('fails where the instance does not come up by itself', async () => {
    const run = await database(INSTANCE, [RESTART]);
    await run.step('heal-0');
    run.fleet.setStatus('orders', 'incompatible-parameters');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('the instance is incompatible-parameters'),
    });
  });

  it('names the permission that is missing', async () => {
    const run = await database(INSTANCE, [RESTART]);
    const reboot = async () => {
      throw new NotPermitted({ action: 'rds:RebootDBInstance' });
    };
    Object.assign(run.world, { databases: { ...run.world.databases, reboot } });
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('rds:RebootDBInstance'),
    });
  });
});

describe('a failover of a cluster', () => {
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

  it('is refused for a member that the cluster does not have', async () => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params: { to: 'orders' } }]);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'writer of shop: orders is not one of its members (shop-1, shop-2, shop-3)',
    });
  });

  it('is asked for again where the first request got lost, as it names the writer', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    failOnce(run, 'failOver', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ kind: 'failed-over', id: 'shop', to: 'shop-2' }]);
  });

  it('is not asked for again while it is under way', async () => {
    const run = await database(CLUSTER, [FAILOVER]);
    failOnce(run, 'failOver', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    expect(run.fleet.effects).toHaveLength(1);
    expect((await run.record('heal-0'))?.reference).toBeDefined();
  });

  it('is undone by failing back', async () => {
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

  it('is not undone where someone else has made another member the writer', async () => {
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

describe('a failover of an instance', () => {
  it('is refused without a standby, and for a member of a cluster', async () => {
    for (const [id, why] of [
      ['single', 'it is not Multi-AZ'],
      ['shop-1', 'it belongs to the cluster shop'],
    ] as const) {
      const run = await database({ dbInstance: id }, [FAILOVER]);
      run.fleet.createInstance('single');
      await run.step('heal-0');
      expect(run.fleet.effects).toEqual([]);
      expect(await run.record('heal-0')).toMatchObject({
        outcome: 'FAILED',
        detail: expect.stringContaining(why),
      });
    }
  });

  it('is not asked for again where it may have been made, as that would fail back', async () => {
    const run = await database(INSTANCE, [FAILOVER]);
    failOnce(run, 'reboot', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await expect(run.step('heal-0')).rejects.toThrow(/RDS cannot tell, so it is not asked again/);
    expect(run.fleet.effects).toEqual([]);
  });

  it('is known by RDS’s reports where an answer was lost, and is not requested twice', async () => {
    const run = await database(INSTANCE, [FAILOVER]);
    failOnce(run, 'reboot', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    expect(await run.world.databases.readInstance('orders')).toMatchObject({ zone: 'us-east-1a' });
    await run.step('heal-0');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('it has reported the end of the failover'),
    });
    expect(run.fleet.effects).toMatchObject([{ to: 'us-east-1b' }]);
  });

  it('is undone though RDS still shows the old zone, and its undo ends only with a failover of its own', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    failOnce(run, 'reboot', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await run.step('heal-0');
    await run.reconcile();
    const [undo] = await run.undoSteps(60_000);
    expect(await run.world.databases.readInstance('orders')).toMatchObject({ zone: 'us-east-1a' });
    await run.step('rollback-0', undo);
    run.fleet.setStatus('orders', 'available');
    await run.reconcile();
    expect((await run.record('rollback-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    await run.reconcile();
    expect(run.fleet.effects).toMatchObject([{ to: 'us-east-1b' }, { to: 'us-east-1a' }]);
    expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('does not count as never made while RDS may not have reported it yet', async () => {
    const run = await database(INSTANCE, [{ ...FAILOVER, timeoutSeconds: 60 }], { actions: [BACK] });
    failOnce(run, 'reboot', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    const [undo] = await run.undoSteps(280_000);
    await expect(run.step('rollback-0', undo)).rejects.toThrow(/may be about to move to us-east-1b/);
    run.world.clock.now += 300_000;
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toEqual([]);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'zone of orders is us-east-1a, as before',
    });
  });

  it('is refused soon after another one, since RDS may show the zone from before that', async () => {
    const run = await database(INSTANCE, [FAILOVER]);
    await run.world.databases.reboot('orders', true);
    run.world.endDeployments();
    run.world.clock.now += 120_000;
    await run.step('heal-0');
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('RDS last reported a failover of orders 120 s ago'),
    });
  });

  it('that RDS has refused leaves its undo nothing to do', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    const reboot = async () => {
      throw new NotPermitted({ action: 'rds:RebootDBInstance' });
    };
    Object.assign(run.world, { databases: { ...run.world.databases, reboot } });
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'FAILED' });
    const [undo] = await run.undoSteps(1_000);
    await run.step('rollback-0', undo);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'zone of orders was never moved',
    });
  });

  it('that RDS has abandoned fails, and says why', async () => {
    const run = await database(INSTANCE, [FAILOVER]);
    await run.step('heal-0');
    const reported = [{ phase: 'abandoned', atMs: run.world.clock.now }] as const;
    const listFailovers = async () => reported;
    Object.assign(run.world, { databases: { ...run.world.databases, listFailovers } });
    run.fleet.setStatus('orders', 'available');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('RDS has abandoned it'),
    });
  });

  it('stays where its undo is abandoned by RDS, which says how to move the primary later', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    const [undo] = await run.undoSteps(60_000);
    const { databases } = run.world;
    const before = await databases.listFailovers('orders', 360);
    const reboot = async () => {
      const abandoned = { phase: 'abandoned', atMs: run.world.clock.now } as const;
      const listFailovers = async () => [...before, abandoned];
      Object.assign(run.world, { databases: { ...databases, reboot, listFailovers } });
    };
    Object.assign(run.world, { databases: { ...databases, reboot } });
    await run.step('rollback-0', undo);
    await run.reconcile();
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(
        'the primary stays where it is, and `aws rds reboot-db-instance --db-instance-identifier orders --force-failover` moves it later',
      ),
    });
    expect(run.fleet.zoneOf('orders')).toBe('us-east-1b');
  });

  it('is not undone where someone else has moved the primary to a third zone', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    run.world.endDeployments();
    run.fleet.moveTo('orders', 'us-east-1c');
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
    });
  });
});

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

  it('is deleted by its undo, but not before it is complete', async () => {
    const run = await database(CLUSTER, [COPY], { actions: [UNDO] });
    await run.step('heal-0');
    const [undo] = await run.undoSteps();
    await expect(run.step('rollback-0', undo)).rejects.toThrow(/is not complete/);
    expect(run.fleet.snapshots()).toHaveLength(1);
    run.world.endDeployments();
    await run.step('rollback-0', undo);
    expect(run.fleet.snapshots()).toEqual([]);
    expect(await run.record('rollback-0')).toMatchObject({ outcome: 'SUCCEEDED' });
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

  it('of someone else by the same name is neither taken for its own nor deleted', async () => {
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
  ])('of %o, %s, that is %s is %s', async (targets, id, status, outcome, detail) => {
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
