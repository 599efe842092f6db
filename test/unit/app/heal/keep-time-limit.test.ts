import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NODE } from '../../../factories/configuration.ts';
import { BEFORE, BY_GROUPS, GROUP, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { admitted, inputOf } from '../../../factories/ports/world.ts';

const LET_IN = {
  id: 'let-in',
  components: ['web'],
  trigger: { metrics: ['let_in'] },
  actions: [{ type: 'restore_network' }],
};
const AGAIN = {
  id: 'again',
  components: ['web'],
  trigger: { metrics: ['again'] },
  cooldownSeconds: 0,
};
const isolatingAgain = (params: object) => ({ ...AGAIN, actions: [{ type: 'isolate_network', params }] });
const BOTH_WAYS = { ...BY_GROUPS, afterLimit: 'lift' };

describe('the time limit of a host', () => {
  it('stays where a lift ends before it has reached the host', async () => {
    const run = await isolatedHost(BOTH_WAYS);
    const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
    await run.end(lift, 'FAILED');
    expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { targets: [NODE] } });
  });

  it('stays where the only action of the lift undoes another way of isolating, and the lift fails', async () => {
    const own = { id: 'lift-isolation', components: ['web'], trigger: { metrics: ['isolation_limit'] } };
    const run = await isolatedHost(BOTH_WAYS, [], [{ ...own, actions: [{ type: 'restore_network' }] }]);
    const lift = await run.admit({
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', signalId: 'by-hand' },
      ...{ strategy: 'lift-isolation', lifts: run.operation.operationId, targets: [NODE] },
    });
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('add one with `by: security_groups`'),
    });
    await run.end(lift, 'FAILED');
    expect(await run.limits()).toHaveProperty(run.operation.operationId);
  });

  it('begins though the function that changed the groups has died before it noted that', async () => {
    const run = await isolatedHost({}, [], [isolatingAgain({ ...BY_GROUPS, limitSeconds: '1h' })]);
    const { store, clock, executions } = run.world;
    const again = await admitted(run.world, { metric: 'again', signalId: 'later' });
    await executions.start(again.operationId, inputOf(again));
    const { recordOwnOutcome } = store;
    Object.assign(store, { recordOwnOutcome: () => Promise.reject(new ServiceUnavailable('no answer')) });
    await expect(run.carryOut(again, 'heal-0')).rejects.toThrow(ServiceUnavailable);
    Object.assign(store, { recordOwnOutcome });
    clock.now += HOUR_MS;
    await reconcile(run.world);
    expect(await store.getStep(again.operationId, 'heal-0')).toMatchObject({ outcome: 'TIMED_OUT' });
    await run.end(again, 'FAILED');
    expect(await run.limits()).toMatchObject({ [again.operationId]: { targets: [NODE] } });
  });

  it('stays where a host is isolated in both ways, and the lift begins with the wrong one', async () => {
    const own = { id: 'lift-isolation', components: ['web'], trigger: { metrics: ['isolation_limit'] } };
    const actions = [
      { type: 'restore_network' },
      { type: 'restore_network', params: { by: 'security_groups' } },
    ];
    const unheard = { status: 'TimedOut', statusDetails: 'DeliveryTimedOut', hasBegun: false } as const;
    const run = await isolatedHost({ ...BOTH_WAYS, by: 'agent_first' }, [], [{ ...own, actions }], unheard);
    const lift = await run.admit({
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING', signalId: 'by-hand' },
      ...{ strategy: 'lift-isolation', lifts: run.operation.operationId, targets: [NODE] },
    });
    expect(await run.carryOut(lift, 'heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: `${NODE}: isolated by security groups, and by the agent: put \`restore_network\` with \`by: security_groups\` before the one with \`by: agent\``,
    });
  });

  it('exists whatever else its operation does', async () => {
    const run = await isolatedHost({}, [{ type: 'notify_soc' }]);
    expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { targets: [NODE] } });
  });

  it('is written only if it changes, and another component’s is left alone', async () => {
    const run = await isolatedHost(BOTH_WAYS);
    const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
    const limit = (await run.limits())?.[run.operation.operationId];
    if (!limit) throw new Error('no limit is kept');
    await run.world.store.setTimeLimit('others', { ...limit, component: 'other', targets: [NODE] });
    const before = await run.limits();
    const written: string[] = [];
    const setTimeLimit = async (id: string) => written.push(id) > 0;
    run.world.store = { ...run.world.store, setTimeLimit };
    await run.end(lift, 'FAILED');
    expect(written).toEqual([]);
    expect(await run.limits()).toEqual(before);
  });

  it('ends without that of another component that names the same host', async () => {
    const run = await isolatedHost(BOTH_WAYS);
    const lift = await run.admit((await run.after(HOUR_MS)).signals[0] ?? {});
    const limit = (await run.limits())?.[run.operation.operationId];
    if (!limit) throw new Error('no limit is kept');
    const others = { ...limit, component: 'other' };
    await run.world.store.setTimeLimit('others', others);
    await run.carryOut(lift, 'heal-0');
    await run.end(lift);
    expect(await run.limits()).toEqual({ others });
  });

  it('ends with any operation whose agent lets it back in', async () => {
    const run = await isolatedHost({}, [], [LET_IN]);
    const other = await admitted(run.world, { metric: 'let_in', signalId: 'later' });
    await run.carryOut(other, 'heal-0');
    await run.end(other);
    expect(await run.limits()).toBeUndefined();
  });

  it('stays where an agent undoes what security groups do', async () => {
    const run = await isolatedHost(BY_GROUPS, [], [LET_IN]);
    const other = await admitted(run.world, { metric: 'let_in', signalId: 'later' });
    expect(await run.carryOut(other, 'heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    await run.end(other);
    expect(await run.limits()).toHaveProperty(run.operation.operationId);
  });

  it('is that of its latest isolation, and the records of the first say how to lift it', async () => {
    const run = await isolatedHost(BOTH_WAYS, [], [isolatingAgain({ ...BOTH_WAYS, limitSeconds: '2h' })]);
    const again = await admitted(run.world, { metric: 'again', signalId: 'later' });
    await run.carryOut(again, 'heal-0');
    await run.end(again);
    expect((await run.after(HOUR_MS)).signals).toEqual([]);
    expect(run.groups()).toEqual({ 'eni-a': [GROUP] });
    const { signals } = await run.after(HOUR_MS);
    expect(signals).toMatchObject([{ lifts: run.operation.operationId }]);
    const lift = await run.admit(signals[0] ?? {});
    await run.carryOut(lift, 'heal-0');
    await run.end(lift);
    expect(run.groups()).toEqual(BEFORE);
    expect(await run.limits()).toBeUndefined();
  });

  it('survives the end of the process between two writes', async () => {
    const run = await isolatedHost(BOTH_WAYS, [], [isolatingAgain({ ...BOTH_WAYS, limitSeconds: '2h' })]);
    const { operationId } = run.operation;
    const limit = (await run.limits())?.[operationId];
    if (!limit) throw new Error('no limit is kept');
    await run.world.store.setTimeLimit(operationId, { ...limit, targets: [NODE, 'i-0fffffffffffffff0'] });
    const again = await admitted(run.world, { metric: 'again', signalId: 'later' });
    await run.carryOut(again, 'heal-0');
    const { setTimeLimit } = run.world.store;
    let writes = 0;
    const once: typeof setTimeLimit = async (...args) => {
      writes += 1;
      if (writes > 1) throw new Error('the process ends');
      return await setTimeLimit(...args);
    };
    run.world.store = { ...run.world.store, setTimeLimit: once };
    await expect(run.end(again)).rejects.toThrow('the process ends');
    const hosts = Object.values((await run.limits()) ?? {}).flatMap(({ targets }) => targets);
    expect(hosts).toContain(NODE);
  });

  it('passes to the later isolation where agents make both', async () => {
    const run = await isolatedHost({}, [], [isolatingAgain({ limitSeconds: '2h' })]);
    const again = await admitted(run.world, { metric: 'again', signalId: 'later' });
    await run.carryOut(again, 'heal-0');
    await run.end(again);
    expect(await run.limits()).toMatchObject({ [again.operationId]: { limitSeconds: 7_200 } });
    expect(Object.keys((await run.limits()) ?? {})).toHaveLength(1);
  });

  it('lifts nothing where people are to be reminded of the later isolation, after a day by default', async () => {
    const run = await isolatedHost(BOTH_WAYS, [], [isolatingAgain(BY_GROUPS)]);
    const again = await admitted(run.world, { metric: 'again', signalId: 'later' });
    await run.carryOut(again, 'heal-0');
    await run.end(again);
    const { length } = run.world.notifier.sent;
    await run.after(24 * HOUR_MS - 1);
    expect(run.world.notifier.sent).toHaveLength(length);
    expect((await run.after(1)).signals).toEqual([]);
    expect(run.world.notifier.sent.at(-1)?.body).toMatchObject({ kind: 'isolation-limit', hosts: [NODE] });
  });

  it('is lost, with a warning of the operation, where a thousand hosts have one', async () => {
    const run = await isolatedHost({}, [], [isolatingAgain({ limitSeconds: '2h' })]);
    const limit = (await run.limits())?.[run.operation.operationId];
    if (!limit) throw new Error('no limit is kept');
    const targets = Array.from({ length: 1_000 }, (_, host) => `i-${String(host).padStart(17, '0')}`);
    await run.world.store.setTimeLimit('others', { ...limit, component: 'other', targets });
    await run.world.store.setTimeLimit(run.operation.operationId, undefined);
    const again = await admitted(run.world, { metric: 'again', signalId: 'later' });
    await run.carryOut(again, 'heal-0');
    const { warnings } = await run.end(again);
    expect(warnings).toEqual([
      `The isolation has no time limit, so that a person has to lift it: there are limits of 100 isolations or 1000 hosts already. Isolated: ${NODE}`,
    ]);
    expect(Object.keys((await run.limits()) ?? {})).toEqual(['others']);
  });
});
