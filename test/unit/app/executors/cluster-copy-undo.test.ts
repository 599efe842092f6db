import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NIGHTLY, shop } from './cluster-copy-operation.ts';

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
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('and its instance are being deleted; snapshot'),
    });
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
