import { describe, expect, it } from 'vitest';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { database, failOnce, INSTANCE, refuseWhileBusy, sendTwice } from './database-operation.ts';

const RESTART = { type: 'restart_service', timeoutSeconds: 600 };

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
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'reboot of orders: the instance is available',
    });
    expect(run.world.tokens.completed).toMatchObject([{ output: { outcome: 'SUCCEEDED' } }]);
  });

  it('counts as under way where the SDK sent it twice and RDS refused the second request', async () => {
    const run = await database(INSTANCE, [RESTART]);
    sendTwice(run, 'reboot');
    await run.step('heal-0');
    expect(run.fleet.effects).toHaveLength(1);
    run.world.endDeployments();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('does not mistake the status from before the reboot for its end', async () => {
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
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail:
        'failover of orders to us-east-1b: the instance is available, and RDS shows it in us-east-1a; it has reported the end of the failover',
    });
  });

  it('goes on where the answer was lost while the instance reboots', async () => {
    const run = await database(INSTANCE, [RESTART]);
    failOnce(run, 'reboot', true);
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    await run.step('heal-0');
    expect(run.fleet.effects).toHaveLength(1);
    expect((await run.record('heal-0'))?.reference).toBeDefined();
  });

  it('happens at most once where nobody knows whether it was made', async () => {
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

  it('names the permission that is missing, though someone else reboots it just then', async () => {
    const run = await database(INSTANCE, [RESTART]);
    const denied = new NotPermitted({ action: 'rds:RebootDBInstance' });
    refuseWhileBusy(run, 'reboot', 'orders', denied, 'rebooting');
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('rds:RebootDBInstance'),
    });
  });
});
