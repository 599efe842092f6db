import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { Instance } from '../../../../local/embedded/rds/database-state.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NIGHTLY = 'rds:orders-2026-11-22-03-00';
const COPY = /^selfheal-orders-[0-9]{8}t[0-9]{6}z-[0-9a-f]{12}$/;
const LIKE_ORIGINAL: Partial<Instance> = {
  ...{ instanceClass: 'db.m6g.2xlarge', subnetGroup: 'private', securityGroups: ['sg-1', 'sg-2'] },
  ...{ parameterGroup: 'orders-16', standbyZone: 'us-east-1b' },
};

/** An operation that restores the nightly snapshot of an instance beside it. */
async function orders(params: object = {}, more: Partial<Instance> = {}) {
  const action = { type: 'restore_snapshot', timeoutSeconds: 1_800, onError: 'rollback' };
  const undo = { ...action, params: { phase: 'undo' }, onError: 'continue' };
  const strategy = { actions: [{ ...action, params }], rollback: { actions: [undo] } };
  const world = createWorld(resourceConfiguration({ dbInstance: 'orders' }, strategy));
  const fleet = world.databaseFleet;
  fleet.createInstance('orders', { ...LIKE_ORIGINAL, ...more });
  fleet.addSnapshot(NIGHTLY, { id: 'orders', type: 'automated', takenAtMs: world.clock.now - 7_200_000 });
  const running = await runningOperation(world);
  const name = () => fleet.effects.find(({ kind }) => kind === 'restored')?.id ?? '';
  return {
    ...running,
    ...{ world, fleet, name },
    done: async () => {
      await running.step('heal-0');
      world.endDeployments();
      return await running.reconciled('heal-0');
    },
    undo: async () => (await running.undo(3_600_000))[0],
    describe: () =>
      fleet.operations['DescribeDBInstances']?.({ DBInstanceIdentifier: name() }) as {
        readonly DBInstances: readonly Readonly<Record<string, unknown>>[];
      },
  };
}

describe('restoring a snapshot of a database', () => {
  it('makes a new instance like the original, in one zone, and ends when it answers', async () => {
    const run = await orders();
    expect(await run.step('heal-0')).toMatchObject({ reference: { executor: 'resource' } });
    expect((await run.reconciled('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    expect(await run.reconciled('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringMatching(
        /is restored from rds:orders-2026-11-22-03-00, and answers at selfheal-orders-.*\.rds\.amazonaws\.com:5432/,
      ),
    });
    expect(run.fleet.effects).toEqual([{ kind: 'restored', id: expect.stringMatching(COPY), to: NIGHTLY }]);
    expect(run.describe().DBInstances[0]).toMatchObject({
      ...{ DBInstanceClass: 'db.m6g.2xlarge', MultiAZ: false, PubliclyAccessible: false },
      DBSubnetGroup: { DBSubnetGroupName: 'private' },
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }, { VpcSecurityGroupId: 'sg-2' }],
      DBParameterGroups: [{ DBParameterGroupName: 'orders-16' }],
      TagList: [
        { Key: 'selfheal:step', Value: `${run.operationId}/heal-0` },
        { Key: 'selfheal:copy-of', Value: 'orders' },
        { Key: 'selfheal:snapshot', Value: NIGHTLY },
      ],
    });
  });

  it.each([true, false])(
    'makes one instance where an answer was lost after it was made: %s',
    async (isMade) => {
      const run = await orders();
      const { restoreCopy } = run.world.databases;
      let calls = 0;
      const failing: typeof restoreCopy = async (...asked) => {
        calls += 1;
        if (calls > 1 || isMade) await restoreCopy(...asked);
        if (calls === 1) throw new ServiceUnavailable('rds:RestoreDBInstanceFromDBSnapshot: timed out');
      };
      Object.assign(run.world, { databases: { ...run.world.databases, restoreCopy: failing } });
      await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
      // A newer snapshot does not change what the step has on record.
      const takenAtMs = run.world.clock.now;
      run.fleet.addSnapshot('newer', { id: 'orders', type: 'manual', takenAtMs });
      expect(await run.step('heal-0')).toMatchObject({ reference: { executor: 'resource' } });
      expect(run.fleet.effects).toMatchObject([{ kind: 'restored', to: NIGHTLY }]);
    },
  );

  it.each<[string, object, Partial<Instance>, string]>([
    ['too old', { maxAgeSeconds: 3_600 }, {}, 'is 7200 s old, and `maxAgeSeconds` is 3600'],
    ['not there', { from: 'operation' }, {}, 'no complete snapshot that this operation has taken'],
    ['of a whole cluster', {}, { cluster: 'shop' }, 'belongs to the cluster shop'],
  ])('makes nothing where the snapshot is %s', async (_, params, more, why) => {
    const run = await orders(params, more);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(why),
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('fails where RDS cannot restore it', async () => {
    const run = await orders();
    await run.step('heal-0');
    run.fleet.setStatus(run.name(), 'incompatible-restore');
    expect(await run.reconciled('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('is incompatible-restore'),
    });
  });
});

describe('undoing the restoring of a database', () => {
  it('deletes the copy and leaves a snapshot of it, as somebody may have used it', async () => {
    const run = await orders();
    await run.done();
    const undone = await run.undo();
    expect(undone).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('is being deleted; snapshot'),
    });
    expect(undone?.detail).toBe(`${run.name()} is being deleted; snapshot ${run.name()}-final is left`);
    run.world.endDeployments();
    expect(run.fleet.snapshots()).toEqual([NIGHTLY, `${run.name()}-final`]);
  });

  it('takes no snapshot of a copy that never served', async () => {
    const run = await orders();
    await run.step('heal-0');
    run.fleet.setStatus(run.name(), 'incompatible-restore');
    await run.reconciled('heal-0');
    expect((await run.undo())?.detail).toContain('without a snapshot');
  });

  it('leaves a snapshot of a copy that served before its storage was full', async () => {
    const run = await orders();
    await run.done();
    run.fleet.setStatus(run.name(), 'storage-full');
    expect((await run.undo())?.detail).toContain(`snapshot ${run.name()}-final is left`);
  });

  it('waits until RDS has restored the copy', async () => {
    const run = await orders();
    await run.step('heal-0');
    const refused = run.undo();
    await expect(refused).rejects.toThrow(/is creating, and is not deleted before that ends/);
    await expect(refused).rejects.toThrow(
      `aws rds delete-db-instance --db-instance-identifier ${run.name()} `,
    );
  });

  it('asks again where RDS refuses to delete the copy in the state that it has come to meanwhile', async () => {
    const run = await orders();
    await run.done();
    const { databases } = run.world;
    const deleteCopy: typeof databases.deleteCopy = async (...asked) => {
      run.fleet.setStatus(run.name(), 'creating');
      await databases.deleteCopy(...asked);
    };
    Object.assign(run.world, { databases: { ...databases, deleteCopy } });
    await expect(run.undo()).rejects.toThrow(ServiceUnavailable);
    Object.assign(run.world, { databases });
    run.fleet.setStatus(run.name(), 'available');
    expect(await run.undo()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('leaves a copy that somebody has protected from deletion', async () => {
    const run = await orders();
    await run.done();
    const { databases } = run.world;
    const readCopy: typeof databases.readCopy = async (name) => {
      const copy = await databases.readCopy(name);
      return copy && { ...copy, isProtected: true };
    };
    Object.assign(run.world, { databases: { ...databases, readCopy } });
    expect(await run.undo()).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('someone has protected'),
    });
    expect(run.fleet.effects).toHaveLength(1);
  });

  it.each(['another/heal-0', undefined])(
    'leaves an instance that is not tagged as its own: %s',
    async (madeBy) => {
      const run = await orders();
      await run.done();
      const { databases } = run.world;
      const readCopy: typeof databases.readCopy = async (name) => {
        const { madeBy: _, ...copy } = (await databases.readCopy(name)) ?? {};
        return { ...copy, ...(madeBy !== undefined && { madeBy }) } as never;
      };
      Object.assign(run.world, { databases: { ...databases, readCopy } });
      expect(await run.undo()).toMatchObject({
        ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' },
        detail: expect.stringContaining(`${run.name()} is not tagged as a copy of this operation`),
      });
      expect(run.fleet.effects).toHaveLength(1);
    },
  );

  it('has nothing left to do where the copy is gone, or is being deleted', async () => {
    const gone = await orders();
    await gone.done();
    const { databases } = gone.world;
    Object.assign(gone.world, { databases: { ...databases, readCopy: async () => undefined } });
    expect(await gone.undo()).toMatchObject({
      ...{ outcome: 'SUCCEEDED', detail: `there is no instance ${gone.name()}` },
    });
    const deleting = await orders();
    await deleting.done();
    deleting.fleet.setStatus(deleting.name(), 'deleting');
    expect(await deleting.undo()).toMatchObject({
      ...{ outcome: 'SUCCEEDED', detail: `${deleting.name()} is being deleted` },
    });
  });

  it('touches no instance of the same name that it has not made', async () => {
    const run = await orders();
    const name = `selfheal-orders-${run.operationId}`.toLowerCase();
    run.fleet.createInstance(name);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('exists already, and is not of this step'),
    });
    expect(run.fleet.effects).toEqual([]);
  });
});
