import { describe, expect, it } from 'vitest';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { BACK, CLUSTER, database, FAILOVER, failOnce, refuseWhileBusy } from './database-operation.ts';

type Run = Awaited<ReturnType<typeof database>>;

const CLUSTER_IS_BUSY = new RequestRefused('shop is not in available state', {
  serviceCode: 'InvalidDBClusterStateFault',
});
/** Has RDS itself, or someone else, make a member the writer, a second from now. @param to `undefined` has RDS choose it */
async function failOverByOthers({ world }: Run, to: string | undefined): Promise<void> {
  world.clock.now += 1_000;
  await world.databases.failOver('shop', to);
  world.endDeployments();
  world.clock.now += 1_000;
}

/** An operation whose failover to shop-2 RDS has accepted, though its answer was lost. */
async function unanswered(): Promise<Run> {
  const run = await database(CLUSTER, [FAILOVER]);
  failOnce(run, 'failOver', true);
  await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
  run.world.clock.now += 1_000;
  return run;
}

describe('a failover of a cluster that RDS fails over itself', () => {
  /** A cluster that RDS has failed over to shop-2 while the step waited. */
  const healedByRds = async (params: object, engine = 'aurora-postgresql') => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params }], { actions: [BACK] });
    run.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine });
    run.fleet.setStatus('shop', 'failing-over');
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.fleet.setStatus('shop', 'available');
    await failOverByOthers(run, engine === 'mysql' ? undefined : 'shop-2');
    await run.step('heal-0');
    return run;
  };

  it.each(['aurora-postgresql', 'postgres', 'mysql'])('is not requested any more on %s', async (engine) => {
    const run = await healedByRds({}, engine);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'writer of shop: RDS reports that shop-2 has become the writer since this repair began, so it is not moved again',
    });
  });

  it('leaves nothing to undo', async () => {
    const run = await healedByRds({});
    expect(await run.undo()).toMatchObject([
      { outcome: 'SUCCEEDED', detail: 'writer of shop was never moved' },
    ]);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
  });

  it('fails where the strategy names another member', async () => {
    const run = await healedByRds({ to: 'shop-1' });
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('it is not moved again'),
    });
  });

  /** A cluster of Aurora that RDS has failed over to shop-2 before the repair began. */
  const healedBefore = async (agoMs: number, params: object = {}) => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params }], { actions: [BACK] });
    run.world.clock.now -= agoMs + 1_000;
    await failOverByOthers(run, 'shop-2');
    run.world.clock.now += agoMs;
    await run.step('heal-0');
    return run;
  };

  it.each([1_000, 599_000])(
    'is not requested where RDS did so %i ms before the repair began',
    async (agoMs) => {
      const run = await healedBefore(agoMs);
      expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
      expect(await run.record('heal-0')).toMatchObject({
        outcome: 'SUCCEEDED',
        detail:
          'writer of shop: RDS reports that shop-2 has become the writer less than 10 minutes before this repair began, so it is not moved again',
      });
      expect(await run.undo()).toMatchObject([{ detail: 'writer of shop was never moved' }]);
    },
  );

  it('fails where RDS did so shortly before the repair began, and the strategy names another member', async () => {
    const run = await healedBefore(60_000, { to: 'shop-1' });
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(
        'less than 10 minutes before this repair began, so it is not moved again',
      ),
    });
  });

  it('is requested where RDS did so more than ten minutes before the repair began', async () => {
    const run = await healedBefore(601_000);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
  });

  it('is requested where an earlier step of the same repair has had it fail over', async () => {
    const run = await database(CLUSTER, [FAILOVER, { ...FAILOVER, params: { to: 'shop-3' } }]);
    await run.step('heal-0');
    run.world.clock.now += 1_000;
    run.world.endDeployments();
    await run.reconcile();
    await run.step('heal-1');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-3' }]);
  });
});

describe('a failover of a cluster that RDS was too busy to accept', () => {
  /** A cluster with three members whose failover to shop-2 is on record, and waits. */
  const waiting = async (params: object = {}) => {
    const run = await database(CLUSTER, [{ ...FAILOVER, params }], { actions: [BACK] });
    run.fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine: 'aurora-postgresql' });
    refuseWhileBusy(run, 'failOver', 'shop', CLUSTER_IS_BUSY, 'failing-over', 1);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.fleet.setStatus('shop', 'available');
    return run;
  };

  it('is requested as soon as RDS accepts it', async () => {
    const run = await waiting();
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
  });

  it('has nothing more to do, or to undo, where RDS has made a third member the writer meanwhile', async () => {
    const run = await waiting();
    await failOverByOthers(run, 'shop-3');
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-3' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'writer of shop: RDS reports that shop-3 has become the writer, so it is not moved on to shop-2',
    });
    expect(await run.undo()).toMatchObject([{ detail: 'writer of shop was never moved' }]);
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-3' }]);
  });

  it('leaves a third member the writer where the strategy names another one', async () => {
    const run = await waiting({ to: 'shop-2' });
    await failOverByOthers(run, 'shop-3');
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-3' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
    });
  });

  it('is not requested where others have moved the writer away and back meanwhile', async () => {
    const run = await waiting();
    await failOverByOthers(run, 'shop-3');
    await failOverByOthers(run, 'shop-1');
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-3' }, { to: 'shop-1' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail:
        'writer of shop is shop-1 again, after it was shop-3: someone else has moved it, and it is left as it is',
    });
  });
});

describe('a failover of a cluster whose answer was lost', () => {
  it('is not requested again where someone else has moved the writer back since', async () => {
    const run = await unanswered();
    run.world.endDeployments();
    await failOverByOthers(run, 'shop-1');
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-1' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('writer of shop is shop-1 again, after it was shop-2 as intended'),
    });
  });

  it('is not requested again where RDS reports its end before the cluster shows it', async () => {
    const run = await unanswered();
    const { databases } = run.world;
    run.world.endDeployments();
    const shown = await databases.readCluster('shop');
    const members = shown.members.map((member) => ({ ...member, isWriter: member.id === 'shop-1' }));
    Object.assign(run.world.databases, { readCluster: async () => ({ ...shown, members }) });
    await run.step('heal-0');
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    Object.assign(run.world.databases, { readCluster: async () => shown });
    await run.reconcile();
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('leaves a third member the writer that RDS reports before the cluster shows it', async () => {
    const run = await unanswered();
    const shown = await run.world.databases.readCluster('shop');
    run.world.endDeployments();
    await failOverByOthers(run, 'shop-3');
    Object.assign(run.world.databases, { readCluster: async () => ({ ...shown, status: 'available' }) });
    await run.step('heal-0');
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }, { to: 'shop-3' }]);
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('writer of shop is shop-3, neither shop-1 as before nor shop-2'),
    });
  });

  it.each([
    ['is busy, and no member', 'failing-over', 'none'],
    ['is available, but no member', 'available', 'none'],
    ['is busy, and a third member', 'failing-over', 'shop-3'],
  ])('is waited for while the cluster %s is the writer', async (_, status, writer) => {
    const run = await unanswered();
    run.fleet.moveTo('shop', writer);
    run.fleet.setStatus('shop', status);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    run.world.endDeployments();
    await run.step('heal-0');
    await run.reconcile();
    expect(run.fleet.effects).toMatchObject([{ to: 'shop-2' }]);
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});
