import { describe, expect, it } from 'vitest';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { reconcileStep } from '../../../../functions/app/recover/reconcile-step.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const BOTH_HEALTHY = { [A]: 'healthy', [B]: 'healthy' } as const;

/** Two hosts behind a load balancer, restarted one after the other. */
async function balanced({ strategy = {}, component = {} }: { strategy?: object; component?: object } = {}) {
  const hosts = await twoHosts({
    health: BOTH_HEALTHY,
    component: { targetGroup: GROUP, minHealthyTargets: 1, ...component },
    strategy: { actions: [{ type: 'start_component', params: { mode: 'restart' } }], ...strategy },
  });
  const { world, operation } = hosts;
  const groups = world.balancedGroups;
  groups.create(GROUP, 80);
  for (const id of [A, B]) groups.put(GROUP, id, 80, 'healthy');
  await hosts.diagnose();
  return {
    ...hosts,
    groups,
    serving: () => groups.serving(GROUP),
    /** A step whose end only shows in the load balancer, from its beginning to its end. */
    balance: async (stepId: StepId) => {
      await hosts.step(stepId);
      world.endDeployments();
      world.clock.now += 60_000;
      const claim = await world.store.getClaim('web');
      if (claim) await reconcileStep(world, { ...claim, component: 'web' });
      return (await hosts.record(stepId))?.outcome;
    },
    undo: async () => {
      const failure = { error: 'ActionFailed', cause: 'it did not start' };
      const { steps } = await prepareRollback(world, { operationId: operation.operationId, failure });
      return steps;
    },
  };
}

describe('a rolling repair behind a load balancer', () => {
  it('begins with a host that serves nobody, though no other is healthy', async () => {
    const { found, groups, balance } = await balanced();
    found.set(A, 'unhealthy').set(B, 'unknown');
    groups.put(GROUP, A, 80, 'unregistered');
    expect(await balance('heal-0')).toBe('SUCCEEDED');
  });

  it('drains a host, repairs it, checks it, and puts it back before the next', async () => {
    const { balance, step, ends, serving, acted } = await balanced();
    expect(await balance('heal-0')).toBe('SUCCEEDED');
    expect(serving()).toEqual([B]);
    for (const stepId of ['heal-1', 'heal-2'] as const) {
      await step(stepId);
      expect(serving()).toEqual([B]);
      await ends('Success');
    }
    expect(await balance('heal-3')).toBe('SUCCEEDED');
    expect(serving().toSorted()).toEqual([A, B]);
    expect(await balance('heal-4')).toBe('SUCCEEDED');
    expect(serving()).toEqual([A]);
    expect(acted()).toEqual([`start-component: ${A}`, `verify-health: ${A}`]);
  });

  it('waits for connections to end before it takes the host down', async () => {
    const { world, step, record } = await balanced();
    await step('heal-0');
    world.clock.now += 60_000;
    const claim = await world.store.getClaim('web');
    if (claim) await reconcileStep(world, { ...claim, component: 'web' });
    expect((await record('heal-0'))?.outcome).toBeUndefined();
  });

  it('does not begin while the load balancer sends requests to too few other hosts', async () => {
    const { step, groups, record } = await balanced();
    groups.put(GROUP, B, 80, 'unregistered');
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({ outcome: 'FAILED', failsAs: 'TooFewHealthyTargets' });
    expect(groups.effects).toEqual([]);
  });

  it('does not drain a host whose agent could not repair it then', async () => {
    const { step, lies, record, groups } = await balanced();
    lies(A);
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({ outcome: 'SKIPPED', skipped: { [A]: 'offline' } });
    expect(groups.effects).toEqual([]);
  });

  it('puts a host back that a failed repair has drained, on the ports that it had', async () => {
    const { balance, step, ends, undo, serving, world, operation } = await balanced();
    await balance('heal-0');
    await step('heal-1');
    await ends('Failed');
    const [readmission, ...others] = await undo();
    expect(others).toEqual([]);
    expect(readmission).toMatchObject({
      action: { type: 'restore_target' },
      undoes: 'heal-0',
      targets: [A],
    });
    expect(serving()).toEqual([B]);
    const { stepId = 'rollback-0' as const } = readmission ?? {};
    const state = { operationId: operation.operationId, component: 'web', fence: operation.fence };
    const { act } = await import('../../../../functions/app/heal/act.ts');
    await act(world, { ...state, step: readmission ?? { stepId }, attempt: 0, taskToken: 'undo' });
    world.endDeployments();
    expect(serving().toSorted()).toEqual([A, B]);
  });

  it('leaves a host out that was out before', async () => {
    const { balance, step, ends, undo, groups } = await balanced();
    groups.put(GROUP, A, 80, 'unregistered');
    expect(await balance('heal-0')).toBe('SUCCEEDED');
    await step('heal-1');
    await ends('Success');
    await step('heal-2');
    await ends('Success');
    expect(await balance('heal-3')).toBe('SUCCEEDED');
    expect(groups.effects).toEqual([]);
    expect(await undo()).toEqual([]);
  });

  it('waits for no host of the batch that was out before, neither when it drains nor when it puts others back', async () => {
    const both = { maxConcurrentTargets: 2, minHealthyTargets: 0 };
    const { balance, step, ends, groups, serving } = await balanced({ component: both });
    groups.put(GROUP, B, 80, 'unregistered');
    expect(await balance('heal-0')).toBe('SUCCEEDED');
    expect(serving()).toEqual([]);
    for (const stepId of ['heal-1', 'heal-2'] as const) {
      await step(stepId);
      await ends('Success');
    }
    expect(await balance('heal-3')).toBe('SUCCEEDED');
    expect(serving()).toEqual([A]);
  });

  it('puts a host back that another try of the step has drained at the same time', async () => {
    const { world, operation, balance, step, record, undo, groups } = await balanced();
    const { read } = world.targetGroups;
    let tries = 0;
    Object.assign(world.targetGroups, {
      read: async (arn: string) => {
        tries += 1;
        if (tries === 1) {
          const change = { before: `{"${A}":"80"}`, intended: `{"${A}":""}` };
          await world.store.recordChange(operation, { ...stepOf(operation), targets: [], change });
          groups.put(GROUP, A, 80, 'unregistered');
        }
        return await read(arn);
      },
    });
    await expect(step('heal-0')).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: `another try of heal-0 of operation ${operation.operationId} has begun to change something: ask for its outcome`,
    });
    expect((await record('heal-0'))?.outcome).toBeUndefined();
    expect(await balance('heal-0')).toBe('SUCCEEDED');
    expect(await undo()).toEqual([expect.objectContaining({ undoes: 'heal-0', targets: [A] })]);
    expect((await record('heal-0'))?.change?.before).toBe(`{"${A}":"80"}`);
  });

  it('leaves a host alone that someone else has registered on another port meanwhile', async () => {
    const { balance, step, ends, groups, record } = await balanced();
    await balance('heal-0');
    for (const stepId of ['heal-1', 'heal-2'] as const) {
      await step(stepId);
      await ends('Success');
    }
    groups.put(GROUP, A, 8443, 'healthy');
    await step('heal-3');
    expect(await record('heal-3')).toMatchObject({ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' });
    expect(groups.effects.map(({ kind }) => kind)).toEqual(['deregistered']);
  });

  it('drains nothing in a group that does not list instances', async () => {
    const { step, groups, record } = await balanced({ component: { minHealthyTargets: 0 } });
    groups.put(GROUP, '10.0.0.7', 80, 'healthy');
    await step('heal-0');
    expect(await record('heal-0')).toMatchObject({ outcome: 'FAILED' });
    expect((await record('heal-0'))?.detail).toContain('10.0.0.7, which is no instance id');
    expect(groups.effects).toEqual([]);
  });

  it('asks the load balancer nothing if the repair takes no host down', async () => {
    const { step, acted, groups } = await balanced({ strategy: { actions: [{ type: 'start_component' }] } });
    await step('heal-0');
    expect(acted()).toEqual([`start-component: ${A}`]);
    expect(groups.effects).toEqual([]);
  });
});
