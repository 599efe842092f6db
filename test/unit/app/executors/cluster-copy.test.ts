import { describe, expect, it } from 'vitest';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { Cluster } from '../../../../local/embedded/rds/database-state.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NIGHTLY = 'rds:shop-2026-11-22-03-00';
const COPY = /^selfheal-shop-[0-9]{8}t[0-9]{6}z-[0-9a-f]{12}$/;

/** An operation that restores the nightly snapshot of a cluster of two beside it. */
async function shop(params: object = {}, more: Partial<Cluster> = {}) {
  const action = { type: 'restore_snapshot', timeoutSeconds: 1_500, onError: 'rollback' };
  const undo = { ...action, params: { phase: 'undo' }, onError: 'continue' };
  const strategy = { actions: [{ ...action, params }], rollback: { actions: [undo] } };
  const world = createWorld(resourceConfiguration({ dbCluster: 'shop' }, strategy));
  const fleet = world.databaseFleet;
  fleet.createCluster('shop', ['shop-1', 'shop-2'], {
    ...{ subnetGroup: 'private', securityGroups: ['sg-1', 'sg-2'], parameterGroup: 'shop-16' },
    ...more,
  });
  fleet.createInstance('shop-1', {
    ...{ engine: 'aurora-postgresql', cluster: 'shop', instanceClass: 'db.r6g.2xlarge' },
    parameterGroup: 'writers-16',
  });
  const taken = { id: 'shop', type: 'automated', takenAtMs: world.clock.now - 7_200_000 } as const;
  fleet.addSnapshot(NIGHTLY, { ...taken, engineVersion: '15.8' }, 'cluster');
  const running = await runningOperation(world);
  const ended = async (stepId: StepId) => {
    await running.step(stepId);
    world.endDeployments();
    return await running.reconciled(stepId);
  };
  const described = (operation: string, input: object) =>
    (fleet.operations[operation]?.(input) ?? {}) as Readonly<Record<string, readonly unknown[]>>;
  const name = () => fleet.effects.find(({ kind }) => kind === 'restored')?.id ?? '';
  return {
    ...running,
    ...{ world, fleet, ended, name },
    done: async () => {
      await ended('heal-0');
      return await ended('heal-1');
    },
    undo: async () => {
      const [record, ...more] = await running.undo(3_600_000);
      expect(more).toEqual([]);
      return record;
    },
    cluster: () => described('DescribeDBClusters', { DBClusterIdentifier: name() })['DBClusters']?.[0],
    instanceOf: (id: string) =>
      described('DescribeDBInstances', { DBInstanceIdentifier: id })['DBInstances']?.[0],
    instance: () => described('DescribeDBInstances', { DBInstanceIdentifier: name() })['DBInstances']?.[0],
  };
}

describe('restoring a snapshot of a cluster', () => {
  it('makes a new cluster like the original, and then an instance like its writer', async () => {
    const run = await shop();
    expect(await run.step('heal-0')).toMatchObject({ reference: { executor: 'resource' } });
    expect((await run.reconciled('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    expect(await run.reconciled('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining(`is restored from ${NIGHTLY}; its instance is next`),
    });
    expect(run.cluster()).toMatchObject({
      ...{ Engine: 'aurora-postgresql', DBSubnetGroup: 'private', DBClusterParameterGroup: 'shop-16' },
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }, { VpcSecurityGroupId: 'sg-2' }],
      TagList: [
        { Key: 'selfheal:step', Value: `${run.operationId}/heal-0` },
        { Key: 'selfheal:copy-of', Value: 'shop' },
        { Key: 'selfheal:snapshot', Value: NIGHTLY },
      ],
    });
    expect(await run.ended('heal-1')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringMatching(/of rds:shop-.*, answers at selfheal-shop-.*\.cluster-.*:5432$/),
    });
    expect(run.instance()).toMatchObject({
      ...{ DBInstanceClass: 'db.r6g.2xlarge', Engine: 'aurora-postgresql', PubliclyAccessible: false },
      ...{ DBClusterIdentifier: run.name(), DBParameterGroups: [{ DBParameterGroupName: 'writers-16' }] },
    });
    expect(run.fleet.effects).toEqual([
      { kind: 'restored', id: expect.stringMatching(COPY), to: NIGHTLY },
      { kind: 'added', id: run.name(), to: run.name() },
    ]);
  });

  it.each(['restoreCluster', 'addInstance'] as const)(
    'makes one where the answer was lost after it was made: %s',
    async (method) => {
      const run = await shop();
      const call = run.world.databases[method] as (...asked: readonly unknown[]) => Promise<void>;
      let calls = 0;
      const failing = async (...asked: readonly unknown[]) => {
        calls += 1;
        await call(...asked);
        if (calls === 1) throw new ServiceUnavailable('its answer was lost');
      };
      Object.assign(run.world, { databases: { ...run.world.databases, [method]: failing } });
      if (method === 'addInstance') await run.ended('heal-0');
      const stepId = method === 'addInstance' ? 'heal-1' : 'heal-0';
      await expect(run.step(stepId)).rejects.toThrow(ServiceUnavailable);
      expect(await run.step(stepId)).toMatchObject({ reference: { executor: 'resource' } });
      expect(calls).toBe(1);
    },
  );

  it('adds no instance to a cluster of the same name that it has not made', async () => {
    const run = await shop();
    const name = `selfheal-shop-${run.operationId}`.toLowerCase();
    run.fleet.createCluster(name, []);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('exists already, and is not of this step'),
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('refuses a cluster of another engine, and names the remedy', async () => {
    const run = await shop({}, { engine: 'neptune' });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringMatching(
        /shop runs neptune, and only clusters of .* are restored; .*run_automation/,
      ),
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('fails where the cluster has no snapshot that is young enough', async () => {
    const run = await shop({ maxAgeSeconds: 3_600 });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('is 7200 s old, and `maxAgeSeconds` is 3600'),
    });
  });
});

describe.each(['mysql', 'postgres'])('restoring a snapshot of a Multi-AZ cluster of %s', (engine) => {
  it('makes one like the original, whose instances RDS makes itself', async () => {
    const run = await shop({}, { engine });
    await run.step('heal-0');
    expect((await run.reconciled('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    const answers = expect.stringMatching(/restored from rds:shop-.*, and answers at selfheal-shop-.*:5432$/);
    expect(await run.reconciled('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', detail: answers });
    expect(run.cluster()).toMatchObject({
      ...{ Engine: engine, EngineVersion: '15.8', DBSubnetGroup: 'private' },
      ...{ DBClusterInstanceClass: 'db.m6gd.large', StorageType: 'io1', Iops: 1_000 },
      PubliclyAccessible: false,
      DBClusterMembers: [1, 2, 3].map((number) => ({
        DBInstanceIdentifier: `${run.name()}-instance-${number}`,
      })),
    });
    expect(await run.step('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.fleet.effects).toMatchObject([{ kind: 'restored', to: NIGHTLY }]);
  });

  it('waits with its second step, too, while RDS upgrades the copy', async () => {
    const run = await shop({}, { engine });
    await run.ended('heal-0');
    run.fleet.setStatus(run.name(), 'upgrading');
    expect(await run.step('heal-1')).toMatchObject({ reference: { executor: 'resource' } });
    expect((await run.reconciled('heal-1'))?.outcome).toBeUndefined();
    run.fleet.setStatus(run.name(), 'available');
    expect(await run.reconciled('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('is undone by deleting the cluster with its instances, of which a final snapshot is left', async () => {
    const run = await shop({}, { engine });
    await run.done();
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: `cluster ${run.name()} and its instances are being deleted; snapshot ${run.name()}-final is left`,
    });
    run.world.endDeployments();
    expect(run.fleet.effects.slice(1)).toEqual([
      { kind: 'deleted', id: run.name(), to: `${run.name()}-final` },
    ]);
    expect(() => run.instanceOf(`${run.name()}-instance-1`)).toThrow(/not found/);
    expect(run.instanceOf('shop-1')).toMatchObject({ DBInstanceStatus: 'available' });
  });

  it('leaves a copy that someone has protected', async () => {
    const run = await shop({}, { engine });
    await run.done();
    run.fleet.protect(run.name());
    expect(await run.undo()).toMatchObject({ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' });
    expect(run.fleet.effects).toHaveLength(1);
  });
});

describe('the cluster that is restored', () => {
  it('has the version of the snapshot, neither the original’s of today nor RDS’s default', async () => {
    const run = await shop({}, { engineVersion: '16.4' });
    await run.step('heal-0');
    expect(run.cluster()).toMatchObject({ EngineVersion: '15.8' });
  });

  it.each(['backing-up', 'modifying', 'upgrading'])(
    'gets its instance only once RDS calls it available, not while it is %s',
    async (status) => {
      const run = await shop();
      await run.step('heal-0');
      run.world.endDeployments();
      run.fleet.setStatus(run.name(), status);
      expect((await run.reconciled('heal-0'))?.outcome).toBeUndefined();
      run.fleet.setStatus(run.name(), 'available');
      expect(await run.reconciled('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
      run.fleet.setStatus(run.name(), status);
      const waiting = run.step('heal-1');
      await expect(waiting).rejects.toThrow(ServiceUnavailable);
      await expect(waiting).rejects.toThrow(/takes an instance only once it is available/);
      run.fleet.setStatus(run.name(), 'available');
      expect(await run.step('heal-1')).toMatchObject({ reference: { executor: 'resource' } });
    },
  );

  it('gets its instance by another try where RDS began a backup after the check', async () => {
    const run = await shop();
    await run.ended('heal-0');
    const { databases } = run.world;
    const addInstance: typeof databases.addInstance = async (...asked) => {
      run.fleet.setStatus(run.name(), 'backing-up');
      await databases.addInstance(...asked);
    };
    Object.assign(run.world, { databases: { ...databases, addInstance } });
    await expect(run.step('heal-1')).rejects.toThrow(ServiceUnavailable);
    Object.assign(run.world, { databases });
    run.fleet.setStatus(run.name(), 'available');
    expect(await run.step('heal-1')).toMatchObject({ reference: { executor: 'resource' } });
  });

  it('gets no instance, and fails for good, where it does not become available by itself', async () => {
    const run = await shop();
    await run.ended('heal-0');
    run.fleet.setStatus(run.name(), 'inaccessible-encryption-credentials');
    expect(await run.step('heal-1')).toMatchObject({
      outcome: 'FAILED',
      detail: `cluster ${run.name()} is inaccessible-encryption-credentials`,
    });
  });
});

describe('the undo of restoring a snapshot of a cluster', () => {
  it('deletes cluster and instance, leaves a final snapshot, and touches the original never', async () => {
    const run = await shop();
    await run.done();
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining(`snapshot ${run.name()}-final is left`),
    });
    expect(run.fleet.effects.slice(2)).toEqual([
      { kind: 'deleted', id: run.name() },
      { kind: 'deleted', id: run.name(), to: `${run.name()}-final` },
    ]);
    run.world.endDeployments();
    expect(run.fleet.snapshots()).toEqual([NIGHTLY, `${run.name()}-final`]);
    expect(`${run.name()}-final`.length).toBeLessThanOrEqual(63);
  });

  it('deletes the cluster where its instance was never made', async () => {
    const run = await shop();
    await run.ended('heal-0');
    expect(await run.undo()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.fleet.effects).toMatchObject([{ kind: 'restored' }, { kind: 'deleted', id: run.name() }]);
  });

  it('goes on with the cluster where it ended after deleting the instance', async () => {
    const run = await shop();
    await run.done();
    const { deleteCluster } = run.world.databases;
    let calls = 0;
    const failing: typeof deleteCluster = async (...asked) => {
      calls += 1;
      if (calls === 1) throw new ServiceUnavailable('rds:DeleteDBCluster: timed out');
      await deleteCluster(...asked);
    };
    Object.assign(run.world, { databases: { ...run.world.databases, deleteCluster: failing } });
    await expect(run.undo()).rejects.toThrow(ServiceUnavailable);
    expect(await run.undo()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.fleet.effects.filter(({ kind }) => kind === 'deleted')).toHaveLength(2);
  });

  it('asks again where RDS does not see yet that the instance is being deleted', async () => {
    const run = await shop();
    await run.done();
    const { databases } = run.world;
    const deleteCopy = async () => {};
    Object.assign(run.world, { databases: { ...databases, deleteCopy } });
    const refused = run.undo();
    await expect(refused).rejects.toThrow(ServiceUnavailable);
    await expect(refused).rejects.toThrow(/still contains DB instances in non-deleting state/);
    Object.assign(run.world, { databases });
    expect(await run.undo()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('leaves no snapshot where RDS could not restore the cluster', async () => {
    const run = await shop();
    await run.step('heal-0');
    run.fleet.setStatus(run.name(), 'failed');
    await run.reconciled('heal-0');
    expect((await run.undo())?.detail).toMatch(/are being deleted; without a snapshot, as it never served$/);
    run.world.endDeployments();
    expect(run.fleet.snapshots()).toEqual([NIGHTLY]);
  });

  it('names the cluster and how to delete it, in case that it gives up before RDS has made it', async () => {
    const run = await shop();
    await run.step('heal-0');
    const refused = run.undo();
    await expect(refused).rejects.toThrow(`cluster ${run.name()} is creating`);
    await expect(refused).rejects.toThrow(
      `aws rds delete-db-cluster --db-cluster-identifier ${run.name()} --final-db-snapshot-identifier ${run.name()}-final`,
    );
  });

  it('waits until RDS has made the instance', async () => {
    const run = await shop();
    await run.ended('heal-0');
    await run.step('heal-1');
    await expect(run.undo()).rejects.toThrow(/is creating, and is not deleted before that ends/);
    expect(run.fleet.effects).toHaveLength(2);
  });

  it.each([
    ['someone has protected', { isProtected: true }],
    ['someone has added reporting', { members: ['reporting'] }],
    ['is not tagged as a copy', { madeBy: 'another/heal-0' }],
  ])('leaves a cluster alone: %s', async (why, more) => {
    const run = await shop();
    await run.done();
    const { databases } = run.world;
    const readClusterCopy: typeof databases.readClusterCopy = async (name) => {
      const copy = await databases.readClusterCopy(name);
      return copy && { ...copy, ...more };
    };
    Object.assign(run.world, { databases: { ...databases, readClusterCopy } });
    expect(await run.undo()).toMatchObject({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' },
      detail: expect.stringContaining(why),
    });
    expect(run.fleet.effects).toHaveLength(2);
  });
});
