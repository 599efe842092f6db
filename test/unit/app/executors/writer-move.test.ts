import { describe, expect, it } from 'vitest';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import {
  BACK,
  CLUSTER,
  database,
  FAILOVER,
  failOnce,
  refuseWhileBusy,
  sendTwice,
} from './database-operation.ts';

/** An operation on a Multi-AZ cluster of MySQL. */
async function mysql(action: object = FAILOVER) {
  const run = await database(CLUSTER, [action], { actions: [BACK] });
  run.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine: 'mysql' });
  return run;
}

/** Has someone else have the cluster fail over. */
const moveByHand = (run: Awaited<ReturnType<typeof mysql>>) =>
  run.world.databases.failOver('shop', undefined);

describe('a failover of a Multi-AZ cluster of MySQL', () => {
  it('leaves the choice of the writer to RDS, which accepts none by name, and ends when that serves', async () => {
    const run = await mysql();
    await expect(run.world.databases.failOver('shop', 'shop-2')).rejects.toThrow(RequestRefused);
    await run.step('heal-0');
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    await run.reconcile();
    expect(run.fleet.effects).toEqual([{ kind: 'failed-over', id: 'shop', to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'failover of shop away from shop-1: the cluster is available, its writer is shop-2',
    });
  });

  it('refuses a writer that the strategy names', async () => {
    const run = await mysql({ ...FAILOVER, params: { to: 'shop-3' } });
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('leave out `to: shop-3`'),
    });
  });

  it.each([
    ['without a reader', ['shop-1'], 'it has no reader that could take over from shop-1'],
    ['without a writer', [], 'it has no writer that could be moved'],
  ])('fails %s', async (_, members, why) => {
    const run = await mysql();
    run.fleet.createCluster('shop', members, { engine: 'mysql' });
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(why),
    });
  });

  it('waits while RDS is busy with the cluster', async () => {
    const run = await mysql();
    run.fleet.setStatus('shop', 'backing-up');
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    expect(run.fleet.effects).toEqual([]);
  });

  it.each([
    [19, 1, 'FAILED'],
    [21, 2, undefined],
  ])(
    'does not move on a writer that RDS moved within 20 minutes: %i minutes later',
    async (minutes, effects, outcome) => {
      const run = await mysql();
      await moveByHand(run);
      run.world.endDeployments();
      run.world.clock.now += minutes * 60_000;
      await run.step('heal-0');
      expect(run.fleet.effects).toHaveLength(effects);
      const record = await run.record('heal-0');
      expect(record?.outcome).toBe(outcome);
      if (outcome) expect(record?.detail).toContain('RDS last reported a failover of shop 1140 s ago');
    },
  );

  it('counts as under way where the SDK sent it twice and RDS refused the second request', async () => {
    const run = await mysql();
    sendTwice(run, 'failOver');
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'failover of shop away from shop-1: the cluster is available, its writer is shop-2',
    });
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('writer of shop is no longer shop-1'),
    });
  });

  it('does not ask again where it may have begun, as that would move the writer on', async () => {
    const run = await mysql();
    failOnce(run, 'failOver', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await expect(run.step('heal-0')).rejects.toThrow(/RDS cannot tell, so it is not asked again/);
    expect(run.fleet.effects).toEqual([]);
  });

  it('learns from the writer where an answer was lost, and does not ask twice', async () => {
    const run = await mysql();
    failOnce(run, 'failOver', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    run.world.endDeployments();
    await run.step('heal-0');
    await run.reconcile();
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('leaves the writer where it has moved, and its undo says how to move it', async () => {
    const run = await mysql();
    await run.step('heal-0');
    const [undo] = await run.undoSteps(1_000);
    await expect(run.step('rollback-0', undo)).rejects.toThrow(TargetBusy);
    run.world.endDeployments();
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toHaveLength(1);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(
        'writer of shop is no longer shop-1, and stays where it is: RDS itself chooses the next writer of a Multi-AZ cluster of MySQL, and `aws rds failover-db-cluster --db-cluster-identifier shop` moves it',
      ),
    });
  });

  it('leaves its undo nothing to do where RDS refused it', async () => {
    const run = await mysql();
    refuseWhileBusy(run, 'failOver', 'shop', new RequestRefused('not in a state to move'));
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'writer of shop: not in a state to move',
    });
    const [undo] = await run.undoSteps(1_000);
    await run.step('rollback-0', undo);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'writer of shop was never moved',
    });
  });

  it('counts as not made if RDS shows and reports nothing of it for five minutes', async () => {
    const run = await mysql({ ...FAILOVER, timeoutSeconds: 60 });
    failOnce(run, 'failOver', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    const [undo] = await run.undoSteps(280_000);
    await expect(run.step('rollback-0', undo)).rejects.toThrow(/may be about to move/);
    run.world.clock.now += 300_000;
    await run.step('rollback-0', undo);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'writer of shop is shop-1, as before',
    });
  });
});
