import { describe, expect, it, vi } from 'vitest';
import { RequestRefused } from '../../../../functions/ports/errors.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { BEFORE, BY_GROUPS, GROUP, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted } from '../../../factories/ports/world.ts';

describe('the time limit of an isolation', () => {
  it('begins when its operation is over, and names the hosts', async () => {
    const { operation, limits, world } = await isolatedHost(BY_GROUPS);
    expect(await limits()).toEqual({
      [operation.operationId]: {
        component: 'web',
        targets: [NODE],
        dueAtMs: world.clock.now + HOUR_MS,
        limitSeconds: 3_600,
        afterLimit: 'remind',
      },
    });
  });

  it('exists for a host that its agent may have isolated, and its reminder says no more than that', async () => {
    const run = await isolatedHost({}, [], [], { status: 'TimedOut' });
    expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { targets: [NODE] } });
    await run.after(HOUR_MS);
    const [reminder] = run.world.notifier.sent.filter(({ body }) => body['kind'] === 'isolation-limit');
    expect(reminder?.body['message']).toContain(`may have isolated ${NODE}`);
  });

  it('leads to a lift of what an agent may have isolated', async () => {
    const run = await isolatedHost({ afterLimit: 'lift' }, [], [], { status: 'TimedOut' });
    const { signals } = await run.after(HOUR_MS);
    const lift = await run.admit(signals[0] ?? {});
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ action: 'restore_network', targets: [NODE] });
    await run.end(lift);
    expect(await run.limits()).toBeUndefined();
  });

  it('does not exist for a host whose agent has refused', async () => {
    const run = await isolatedHost({}, [], [], { status: 'Failed' });
    expect(await run.limits()).toBeUndefined();
  });

  it('does not exist for an isolation that its own operation has lifted', async () => {
    const run = await isolatedHost(BY_GROUPS, [
      { type: 'restore_network', params: { by: 'security_groups' } },
    ]);
    expect(run.groups()).toEqual(BEFORE);
    expect(await run.limits()).toBeUndefined();
  });

  it('reminds the architect at the limit, and again after a day', async () => {
    const run = await isolatedHost(BY_GROUPS);
    await run.after(HOUR_MS - 1);
    expect(run.world.notifier.sent).toEqual([]);
    for (const laterMs of [1, 60_000, 24 * HOUR_MS - 60_000, 60_000]) await run.after(laterMs);
    const reminders = run.world.notifier.sent.filter(({ body }) => body['kind'] === 'isolation-limit');
    expect(reminders).toHaveLength(2);
    expect(reminders[0]).toMatchObject({ topic: 'architect', body: { component: 'web', hosts: [NODE] } });
    expect(reminders[0]?.body['message']).toContain(`has isolated ${NODE}`);
  });

  it('leads to an operation that restores the groups, and is then forgotten', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' });
    const { signals, done } = await run.after(HOUR_MS);
    const { operationId } = run.operation;
    expect(signals).toEqual([
      {
        ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', origin: 'reconciler' },
        signalId: `isolation_limit:${operationId}:${run.world.clock.now}`,
        ...{ strategy: 'lift-isolation', lifts: operationId, targets: [NODE] },
        reason: `the isolation of ${NODE} by ${operationId} has reached its limit of 1h`,
      },
    ]);
    expect(done).toEqual([`asked to lift the isolation of ${NODE} by ${operationId}`]);
    const lift = await run.admit(signals[0] ?? {});
    expect(lift).toMatchObject({ strategyId: 'lift-isolation', alert: { targets: [NODE] } });
    expect(lift.fence).toBeGreaterThan(run.operation.fence);
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [NODE] });
    expect(run.groups()).toEqual(BEFORE);
    await run.end(lift);
    expect(await run.limits()).toBeUndefined();
  });

  it('is asked for under another name each time, also if that could not be noted', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' });
    const { world } = run;
    vi.spyOn(world.store, 'setTimeLimit').mockRejectedValue(new RequestRefused('UpdateItem: refused'));
    const names: unknown[] = [];
    for (const laterMs of [HOUR_MS, 60_000]) {
      await expect(run.after(laterMs)).rejects.toThrow('refused');
      names.push(world.events.signals.at(-1)?.['signalId']);
    }
    expect(names).toHaveLength(2);
    expect(new Set(names).size).toBe(2);
  });

  it('neither counts as trouble nor calls people about spent attempts while its lift is refused', async () => {
    const lift = {
      id: 'lift-isolation',
      components: ['web'],
      trigger: { metrics: ['isolation_limit'] },
      actions: [{ type: 'restore_network', params: { by: 'security_groups' } }],
      maxAttempts: 1,
    };
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' }, [], [lift]);
    const [signal = {}] = (await run.after(HOUR_MS)).signals;
    await run.end(await run.admit(signal), 'FAILED');
    const { unhealthy } = await run.world.store.readFleet();
    await expect(run.admit({ ...signal, signalId: 'again' })).rejects.toThrow('ATTEMPTS_SPENT');
    expect(run.world.notifier.sent.filter(({ body }) => body['kind'] === 'attempts-spent')).toEqual([]);
    expect((await run.world.store.readFleet()).unhealthy).toEqual(unhealthy);
  });

  it('leads to a lift by the agent where the agent has isolated the host', async () => {
    const run = await isolatedHost({ afterLimit: 'lift' });
    const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.world.runbooks.sent.at(-1)).toMatchObject({
      document: 'selfheal-restore-network',
      instanceIds: [NODE],
      parameters: { fence: String(lift.fence) },
    });
    await run.end(lift);
    expect(await run.limits()).toBeUndefined();
  });

  it('leads to a lift of each host that fits how it was isolated', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, by: 'agent_first', afterLimit: 'lift' });
    const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ outcome: 'SKIPPED' });
    expect(await run.carryOut(lift, 'heal-1')).toMatchObject({ outcome: 'SUCCEEDED', targets: [NODE] });
  });

  describe('for a host that its agent may have isolated before security groups did', () => {
    const UNHEARD = { status: 'TimedOut', statusDetails: 'DeliveryTimedOut', hasBegun: false } as const;

    async function isolatedTwice() {
      const params = { ...BY_GROUPS, by: 'agent_first', afterLimit: 'lift' };
      const run = await isolatedHost(params, [], [], UNHEARD);
      expect(run.groups()).toEqual({ 'eni-a': [GROUP] });
      const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
      await run.carryOut(lift, 'heal-0');
      expect(run.groups()).toEqual(BEFORE);
      return { run, lift };
    }

    it('ends once its agent has lifted what it may have done, too', async () => {
      const { run, lift } = await isolatedTwice();
      expect(await run.carryOut(lift, 'heal-1')).toMatchObject({ outcome: 'SUCCEEDED', targets: [NODE] });
      await run.end(lift);
      expect(await run.limits()).toBeUndefined();
    });

    it('stays where its groups cannot be put back: its agent is not asked', async () => {
      const params = { ...BY_GROUPS, by: 'agent_first', afterLimit: 'lift' };
      const run = await isolatedHost(params, [], [], UNHEARD);
      const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
      const setGroups = () => Promise.reject(new RequestRefused('InvalidGroup.NotFound'));
      Object.assign(run.world.instances, { setGroups });
      expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ outcome: 'FAILED' });
      expect(await run.carryOut(lift, 'heal-1')).toMatchObject({ outcome: 'SKIPPED' });
      await run.end(lift, 'FAILED');
      expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { targets: [NODE] } });
    });

    it('stays where its agent does not answer, and ends with a later lift', async () => {
      const { run, lift } = await isolatedTwice();
      run.world.runbooks.nodes = [node(NODE, { online: false })];
      expect(await run.carryOut(lift, 'heal-1')).toMatchObject({ outcome: 'FAILED' });
      await run.end(lift, 'FAILED');
      expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { targets: [NODE] } });

      run.world.runbooks.nodes = [node(NODE)];
      const again = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
      expect(await run.carryOut(again, 'heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
      expect(await run.carryOut(again, 'heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
      await run.end(again);
      expect(await run.limits()).toBeUndefined();
    });
  });

  it('leads to another lift where one was refused or has failed', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' });
    const [first] = (await run.after(HOUR_MS)).signals;
    expect((await run.after(60_000)).signals).toEqual([]);
    const [second] = (await run.after(240_000)).signals;
    expect(second?.['signalId']).not.toBe(first?.['signalId']);
    const lift = await run.admit(second ?? {});
    await run.end(lift, 'FAILED');
    expect(await run.limits()).toHaveProperty(run.operation.operationId);
  });

  it('waits while another operation is under way on the component', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' });
    run.world.clock.now += HOUR_MS;
    await admitted(run.world);
    expect((await run.after(0)).signals).toEqual([]);
  });

  it.each(['remind', 'lift'])(
    'overwrites nothing where someone else has lifted it (%s)',
    async (afterLimit) => {
      const run = await isolatedHost({ ...BY_GROUPS, afterLimit });
      run.world.instanceFleet.attach(NODE, 'eni-a', ['sg-0000000f']);
      const { signals, done } = await run.after(HOUR_MS);
      expect(signals).toEqual([]);
      const { operationId } = run.operation;
      expect(done).toEqual([`the isolation of ${NODE} by ${operationId} was lifted by something else`]);
      expect(run.groups()).toEqual({ 'eni-a': ['sg-0000000f'] });
      expect(run.world.notifier.sent.at(-1)?.body['message']).toBe(
        `Something else has lifted the isolation of ${NODE}.`,
      );
      expect(await run.limits()).toBeUndefined();
    },
  );

  it('leaves groups alone that someone else sets while it is being lifted', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' });
    const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
    run.world.instanceFleet.attach(NODE, 'eni-a', ['sg-0000000f']);
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({ failsAs: 'ChangedBySomeoneElse' });
    await run.end(lift, 'FAILED');
    expect((await run.after(300_000)).signals).toEqual([]);
    expect(run.groups()).toEqual({ 'eni-a': ['sg-0000000f'] });
    expect(await run.limits()).toBeUndefined();
  });

  it('lifts no isolation of another component', async () => {
    const run = await isolatedHost({ ...BY_GROUPS, afterLimit: 'lift' });
    const [signal] = (await run.after(HOUR_MS)).signals;
    const lift = await run.admit({ ...signal, origin: 'manual', lifts: 'no-such-operation' });
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({
      ...{ outcome: 'FAILED', detail: 'no-such-operation: no isolation of this component on record' },
    });
    expect(run.groups()).toEqual({ 'eni-a': [GROUP] });
  });
});

describe('the strategy that lifts isolations', () => {
  const withLimit = (params: object) => ({
    strategies: [{ components: ['web'], actions: [{ type: 'isolate_network', params }] }],
  });

  it('exists only where an isolation is to be lifted at its limit, for its components', () => {
    const ids = (params: object) => configured(withLimit(params)).strategies.map(({ id }) => id);
    expect(ids({ limitSeconds: '1h' })).toEqual(['restart']);
    expect(ids({ limitSeconds: '1h', afterLimit: 'lift' })).toEqual(['restart', 'lift-isolation']);
    const [, lift] = configured(withLimit({ limitSeconds: '1h', afterLimit: 'lift' })).strategies;
    expect(lift).toMatchObject({ components: ['web'], trigger: { metrics: ['isolation_limit'] } });
  });

  it('comes from the file where that declares it', () => {
    const own = { id: 'lift-isolation', actions: [{ type: 'restore_network' }], maxAttempts: 7 };
    const { strategies } = withLimit({ limitSeconds: '1h', afterLimit: 'lift' });
    const compiled = configured({ strategies: [...strategies, own] }).strategies;
    expect(compiled.map(({ id, maxAttempts }) => [id, maxAttempts])).toEqual([
      ['restart', 3],
      ['lift-isolation', 7],
    ]);
  });
});
