import { describe, expect, it } from 'vitest';
import { ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const CLASSES = [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.xlarge' }];
const STORAGE = [{ storageGiB: 100 }, { storageGiB: 200 }];

/** An operation that gives an instance of db.r6g.large with 100 GiB more of one. */
async function orders(ladder: readonly object[], more: object = {}) {
  const action = { type: 'increase_resources', timeoutSeconds: 1_200, onError: 'rollback' };
  const undo = { ...action, params: { phase: 'undo' }, onError: 'continue' };
  const strategy = { actions: [{ ...action, params: { ladder } }], rollback: { actions: [undo] } };
  const world = createWorld(resourceConfiguration({ dbInstance: 'orders' }, strategy));
  const fleet = world.databaseFleet;
  fleet.createInstance('orders', more);
  const running = await runningOperation(world);
  return {
    ...running,
    ...{ world, fleet },
    /** Begins it, and has RDS carry it out. */
    done: async () => {
      await running.step('heal-0');
      world.endDeployments();
      return await running.reconciled('heal-0');
    },
    undo: async () => (await running.undo(1_800_000))[0],
    /** Someone else’s change. */
    modify: (change: object) =>
      fleet.operations['ModifyDBInstance']?.({ DBInstanceIdentifier: 'orders', ...change }),
  };
}

type Run = Awaited<ReturnType<typeof orders>>;

/** Loses the answer to the first change, or has it fail before it is made. */
function failOnce({ world }: Run, isMade: boolean): void {
  const { resize } = world.databases;
  let isFirst = true;
  const failing: typeof resize = async (...asked) => {
    const fails = isFirst;
    isFirst = false;
    if (!fails || isMade) await resize(...asked);
    if (fails) throw new ServiceUnavailable('rds:ModifyDBInstance: timed out');
  };
  Object.assign(world, { databases: { ...world.databases, resize: failing } });
}

describe('a greater class for a database', () => {
  it('comes from the next step of the ladder, and the step ends when the instance has it', async () => {
    const run = await orders(CLASSES, { standbyZone: 'us-east-1b' });
    expect(await run.step('heal-0')).toMatchObject({
      reference: { id: expect.stringMatching(/^rds:class:\d+:orders:db\.r6g\.xlarge$/) },
      change: { before: '{"instanceClass":"db.r6g.large"}', intended: '{"instanceClass":"db.r6g.xlarge"}' },
    });
    expect((await run.reconciled('heal-0'))?.outcome).toBeUndefined();
    run.world.endDeployments();
    expect(await run.reconciled('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('change of orders to db.r6g.xlarge'),
    });
    expect(run.fleet.effects).toEqual([{ kind: 'resized', id: 'orders', to: 'db.r6g.xlarge' }]);
  });

  it.each([true, false])(
    'is requested once where an answer was lost after it was made: %s',
    async (isMade) => {
      const run = await orders(CLASSES);
      failOnce(run, isMade);
      await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
      expect(await run.step('heal-0')).toMatchObject({ reference: { executor: 'resource' } });
      expect(run.fleet.effects).toHaveLength(1);
    },
  );

  it('goes away with the undo', async () => {
    const run = await orders(CLASSES);
    await run.done();
    await run.undo();
    run.world.endDeployments();
    expect(await run.reconciled('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'change of orders to db.r6g.large: the instance is available, with db.r6g.large and 100 GiB',
    });
    expect(run.fleet.effects.map(({ to }) => to)).toEqual(['db.r6g.xlarge', 'db.r6g.large']);
  });

  it('is still being undone until the instance has the smaller one again', async () => {
    const run = await orders(CLASSES);
    await run.done();
    const undoing = await run.undo();
    expect(undoing).toMatchObject({
      reference: { id: expect.stringMatching(/^rds:class:\d+:orders:db\.r6g\.large$/) },
    });
    expect(undoing?.outcome).toBeUndefined();
  });

  it('has nothing to undo where it was never asked for', async () => {
    const run = await orders(CLASSES, { instanceClass: 'db.r6g.xlarge' });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'class of orders: it is db.r6g.xlarge, the last class on the ladder',
    });
    const undo = {
      type: 'increase_resources',
      params: { phase: 'undo' },
      timeoutSeconds: 60,
      onError: 'continue',
    };
    await run.undoSteps();
    expect(await run.step('rollback-0', { action: undo })).toMatchObject({
      ...{ outcome: 'SUCCEEDED', detail: 'the size of orders was never changed' },
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('stays while RDS still changes it, and where someone else has changed it since', async () => {
    const run = await orders(CLASSES);
    await run.step('heal-0');
    await expect(run.undo()).rejects.toThrow(/orders: it is modifying/);
    run.world.endDeployments();
    run.modify({ DBInstanceClass: 'db.r6g.4xlarge', ApplyImmediately: true });
    expect(await run.undo()).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('class of orders has db.r6g.4xlarge'),
    });
    expect(run.fleet.effects.map(({ to }) => to)).toEqual(['db.r6g.xlarge', 'db.r6g.4xlarge']);
  });

  it('fails where it would apply what someone else has scheduled', async () => {
    const scheduled = await orders(CLASSES);
    scheduled.modify({ MultiAZ: true });
    expect(await scheduled.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('changes by someone else are pending (MultiAZ)'),
    });
    const meanwhile = await orders(CLASSES);
    failOnce(meanwhile, false);
    await expect(meanwhile.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    meanwhile.modify({ MultiAZ: true });
    expect(await meanwhile.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('changes by someone else are pending (MultiAZ)'),
    });
    expect([...scheduled.fleet.effects, ...meanwhile.fleet.effects]).toEqual([]);
  });

  it.each(['db.r6g.xlarge', 'db.r6g.4xlarge'])(
    'fails where someone else has scheduled a change to %s, whatever the ladder says',
    async (DBInstanceClass) => {
      const run = await orders(CLASSES);
      run.modify({ DBInstanceClass });
      expect(await run.step('heal-0')).toMatchObject({
        outcome: 'FAILED',
        detail: expect.stringContaining(`a change by someone else to ${DBInstanceClass} is pending`),
      });
      expect(run.fleet.effects).toEqual([]);
    },
  );

  it('fails where RDS accepts the change and does not carry it out', async () => {
    const run = await orders(CLASSES);
    await run.step('heal-0');
    run.fleet.setStatus('orders', 'insufficient-capacity');
    expect(await run.reconciled('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('the instance is insufficient-capacity'),
    });
  });
});

describe('a greater size for a database that RDS is busy with', () => {
  it.each([
    ['a class', 'backing-up', 'available', CLASSES],
    ['a class', 'modifying', 'storage-optimization', CLASSES],
    ['storage', 'backing-up', 'storage-full', STORAGE],
    ['storage', 'configuring-enhanced-monitoring', 'available', STORAGE],
  ])('waits, and nothing is recorded before: %s, %s', async (_, busy, free, ladder) => {
    const run = await orders(ladder);
    run.fleet.setStatus('orders', busy);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    expect(await run.record('heal-0')).toBeUndefined();
    run.fleet.setStatus('orders', free);
    expect(await run.done()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('is waited for by the undo as well', async () => {
    const run = await orders(CLASSES);
    await run.done();
    run.fleet.setStatus('orders', 'backing-up');
    await expect(run.undo()).rejects.toThrow(TargetBusy);
    expect(run.fleet.effects).toHaveLength(1);
  });

  it.each([
    ['a class', 'storage-full', 'it is storage-full', CLASSES],
    ['a class', 'stopped', 'it is stopped', CLASSES],
    ['storage', 'incompatible-parameters', 'it is incompatible-parameters', STORAGE],
    ['storage', 'storage-optimization', 'still optimizing its storage', STORAGE],
  ])('fails at once where that does not pass in time: %s, %s', async (_, status, why, ladder) => {
    const run = await orders(ladder);
    run.fleet.setStatus('orders', status);
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(why),
    });
  });

  it('waits where RDS refuses it, though it still shows the database as available', async () => {
    const run = await orders(CLASSES);
    const { databases } = run.world;
    const before = await databases.readInstance('orders');
    failOnce(run, true);
    Object.assign(run.world.databases, { readInstance: async () => before });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await expect(run.step('heal-0')).rejects.toThrow(TargetBusy);
    Object.assign(run.world.databases, { readInstance: databases.readInstance });
    expect(await run.done()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'change of orders to db.r6g.xlarge: the instance is available, with db.r6g.xlarge and 100 GiB',
    });
    expect(run.fleet.effects).toHaveLength(1);
  });
});

describe('more storage for a database', () => {
  it('ends before RDS has optimized it, and stays when it is undone', async () => {
    const run = await orders(STORAGE, { storageType: 'io1' });
    expect(await run.done()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('the instance is storage-optimization, with db.r6g.large and 200 GiB'),
    });
    expect(await run.undo()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'storage of orders stays at 200 GiB, as RDS cannot make it smaller',
    });
    expect(run.fleet.effects).toEqual([{ kind: 'resized', id: 'orders', to: '200 GiB' }]);
  });

  it('helps an instance whose disk is full', async () => {
    const run = await orders(STORAGE, { status: 'storage-full' });
    expect(await run.done()).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'change of orders to 200 GiB: the instance is storage-optimization, with db.r6g.large and 200 GiB',
    });
  });

  it('fails within six hours of the last change of storage, and says so', async () => {
    const run = await orders(STORAGE, { takesStorage: false });
    expect(await run.step('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringMatching(/previous storage change.*six hours after the last one at the earliest/),
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('fails for a member of a cluster, whose class may be changed', async () => {
    const more = await orders(STORAGE, { cluster: 'shop' });
    expect((await more.step('heal-0'))?.detail).toContain('belongs to the cluster shop');
    const greater = await orders(CLASSES, { cluster: 'shop' });
    expect(await greater.done()).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});
