import { describe, expect, it } from 'vitest';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import {
  BACK,
  database,
  FAILOVER,
  failOnce,
  INSTANCE,
  refuseWhileBusy,
  sendTwice,
} from './database-operation.ts';

const REFUSALS = [
  ['a missing permission', new NotPermitted({ action: 'rds:RebootDBInstance' }, { attempts: 2 })],
  ['a request that was sent once', new RequestRefused('not in a state to move')],
] as const;

describe('a failover of an instance', () => {
  it('fails without a standby, and for a member of a cluster', async () => {
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

  it('does not ask again where it may have begun, as that would fail back', async () => {
    const run = await database(INSTANCE, [FAILOVER]);
    failOnce(run, 'reboot', false);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await expect(run.step('heal-0')).rejects.toThrow(/RDS cannot tell, so it is not asked again/);
    expect(run.fleet.effects).toEqual([]);
  });

  it('learns from RDS’s reports where an answer was lost, and does not ask twice', async () => {
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

  it('can be undone though RDS still shows the old zone, and the undo ends only with its own failover', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
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
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'failover of orders to us-east-1a: the instance is available, and RDS shows it in us-east-1b; it has reported the end of the failover',
    });
  });

  it('is not turned back where the answer of RDS was lost, since it may be someone else’s', async () => {
    for (const isOurs of [true, false]) {
      const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
      failOnce(run, 'reboot', isOurs);
      await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
      if (!isOurs) await run.world.databases.reboot('orders', true);
      run.world.endDeployments();
      await run.step('heal-0');
      await run.reconcile();
      expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
      const [undo] = await run.undoSteps(60_000);
      await run.step('rollback-0', undo);
      expect(run.fleet.effects).toMatchObject([{ to: 'us-east-1b' }]);
      expect(await run.record('rollback-0')).toMatchObject({
        outcome: 'FAILED',
        detail: expect.stringContaining(
          "its events do not say who requested it: it may be someone else's, so the primary stays where it is, and `aws rds reboot-db-instance --db-instance-identifier orders --force-failover` moves it back",
        ),
      });
    }
  });

  it('counts as under way where the SDK sent it twice and RDS refused the second request, but is not turned back', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    sendTwice(run, 'reboot');
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('it has reported the end of the failover'),
    });
    const [undo] = await run.undoSteps(60_000);
    await run.step('rollback-0', undo);
    expect(run.fleet.effects).toMatchObject([{ to: 'us-east-1b' }]);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('the answer of RDS was lost'),
    });
  });

  it('is not turned back yet where someone else has it fail over while it is being looked at', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    await run.reconcile();
    const [undo] = await run.undoSteps(60_000);
    const { databases } = run.world;
    const readInstance = async (id: string) => {
      const seen = await databases.readInstance(id);
      Object.assign(run.world, { databases });
      await databases.reboot('orders', true);
      run.world.endDeployments();
      return seen;
    };
    Object.assign(run.world, { databases: { ...databases, readInstance } });
    await expect(run.step('rollback-0', undo)).rejects.toThrow('RDS last reported a failover 0 s ago');
    expect(run.fleet.effects).toHaveLength(2);
  });

  it('is not turned back where someone else has had it fail over back and forth since', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    await run.step('heal-0');
    run.world.endDeployments();
    for (const _ of ['back', 'forth']) {
      run.world.clock.now += 60_000;
      await run.world.databases.reboot('orders', true);
      run.world.endDeployments();
    }
    run.world.endDeployments();
    const [undo] = await run.undoSteps();
    await run.step('rollback-0', undo);
    expect(run.fleet.zoneOf('orders')).toBe('us-east-1b');
    expect(run.fleet.effects).toHaveLength(3);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining('orders has failed over more than once since'),
    });
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

  it('fails soon after another one, since RDS may show the zone from before that', async () => {
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

  it.each(REFUSALS)('fails by %s, though RDS is busy with it just then', async (_, refusal) => {
    const run = await database(INSTANCE, [FAILOVER]);
    refuseWhileBusy(run, 'reboot', 'orders', refusal);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(refusal.message),
    });
  });

  it('leaves its undo nothing to do where RDS refused it', async () => {
    const run = await database(INSTANCE, [FAILOVER], { actions: [BACK] });
    const reboot = async () => {
      throw new NotPermitted({ action: 'rds:RebootDBInstance' });
    };
    Object.assign(run.world, { databases: { ...run.world.databases, reboot } });
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: 'zone of orders: missing permission: rds:RebootDBInstance',
    });
    const [undo] = await run.undoSteps(1_000);
    await run.step('rollback-0', undo);
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'zone of orders was never moved',
    });
  });

  it('fails where RDS abandons it, and says why', async () => {
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
    const before = await databases.listFailovers('instance', 'orders', 360);
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

  it('stays where someone else has moved the primary to a third zone', async () => {
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
      detail:
        'zone of orders is us-east-1c, neither us-east-1b as before nor us-east-1a as intended: someone else has moved it, and it is left as it is',
    });
  });
});
