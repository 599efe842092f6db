import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { COPY, NIGHTLY, shop } from './cluster-copy-operation.ts';

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
    expect(await run.step('heal-1')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('is restored from rds:shop-2026-11-22-03-00, and answers at'),
    });
    expect(run.fleet.effects).toMatchObject([{ kind: 'restored', to: NIGHTLY }]);
  });

  it('waits with its second step, too, while RDS upgrades the copy', async () => {
    const run = await shop({}, { engine });
    await run.ended('heal-0');
    run.fleet.setStatus(run.name(), 'upgrading');
    expect(await run.step('heal-1')).toMatchObject({ reference: { executor: 'resource' } });
    expect((await run.reconciled('heal-1'))?.outcome).toBeUndefined();
    run.fleet.setStatus(run.name(), 'available');
    expect(await run.reconciled('heal-1')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('is restored from rds:shop-2026-11-22-03-00, and answers at'),
    });
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
    expect(await run.undo()).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('from deletion: it is left as it is'),
    });
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
      expect(await run.reconciled('heal-0')).toMatchObject({
        outcome: 'SUCCEEDED',
        detail: expect.stringContaining('is restored from rds:shop-2026-11-22-03-00; its instance is next'),
      });
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
