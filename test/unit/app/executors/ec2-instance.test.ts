import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { LaunchedInstance } from '../../../../local/embedded/ec2/instance-fleet.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { runningOperation } from '../../../factories/operations/running-operation.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const OTHER = 'i-00000000000000002';

/** An operation on one host, whose agent is dead unless said otherwise. */
async function repair(
  actions: readonly object[],
  { instance = {}, isOnline = false }: { instance?: Partial<LaunchedInstance>; isOnline?: boolean } = {},
) {
  const world = createWorld(
    configured({ settings: { repairTimeoutSeconds: 3_600 }, strategies: [{ actions }] }),
  );
  world.runbooks.nodes = [node(NODE, { online: isOnline })];
  world.instanceFleet.launch({ instanceId: NODE, ...instance });
  // Systems Manager lists no instance that is stopped or terminated.
  const { resolveTargets } = world.runbooks;
  const isListed = (id: string) => ['pending', 'running'].includes(world.instanceFleet.stateOf(id));
  Object.assign(world.runbooks, {
    resolveTargets: async (...asked: Parameters<typeof resolveTargets>) =>
      (await resolveTargets(...asked)).filter(({ instanceId }) => isListed(instanceId)),
  });
  const running = await runningOperation(world);
  return {
    ...running,
    ...{ world, fleet: world.instanceFleet },
    /** Later, when what EC2 does by itself is done. */
    reconcile: async (afterMs = 180_000) => {
      world.endDeployments();
      return await running.reconcile(afterMs);
    },
  };
}

describe('a reboot by EC2', () => {
  it('works though the agent is dead, and ends when the checks pass and the agent is back', async () => {
    const run = await repair([{ type: 'reboot_instance' }]);
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ instanceId: NODE, kind: 'rebooted' }]);
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.runbooks.nodes = [node()];
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [NODE] });
  });

  it('does not mistake the checks from before the reboot for its end', async () => {
    const run = await repair([{ type: 'reboot_instance' }], { isOnline: true });
    await run.step('heal-0');
    await run.reconcile(60_000);
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    await run.reconcile(60_000);
    expect((await run.record('heal-0'))?.outcome).toBe('SUCCEEDED');
  });

  it('does not mistake what the agent reported before the reboot for its return', async () => {
    const run = await repair([{ type: 'reboot_instance' }], { isOnline: true });
    const rebootedAtMs = run.world.clock.now;
    run.world.runbooks.nodes = [{ ...node(), lastPingAtMs: rebootedAtMs - 1_000 }];
    await run.step('heal-0');
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBeUndefined();
    run.world.runbooks.nodes = [{ ...node(), lastPingAtMs: rebootedAtMs + 60_000 }];
    await run.reconcile();
    expect((await run.record('heal-0'))?.outcome).toBe('SUCCEEDED');
  });

  it('happens at most once, even if its answer was lost', async () => {
    const run = await repair([{ type: 'reboot_instance' }]);
    const { reboot } = run.world.instances;
    Object.assign(run.world.instances, {
      reboot: async (ids: readonly string[]) => {
        await reboot(ids);
        throw new ServiceUnavailable('the answer was lost');
      },
    });
    await expect(run.step('heal-0')).rejects.toThrow(ServiceUnavailable);
    Object.assign(run.world.instances, { reboot });
    await expect(run.step('heal-0')).rejects.toThrow(/not rebooted again/);
    expect(run.fleet.effects).toHaveLength(1);
  });

  it.each([
    ['stopping', 'it is stopping'],
    ['terminated', 'SSM does not know it'],
  ])('leaves an instance alone that is %s', async (state, why) => {
    const run = await repair([{ type: 'reboot_instance' }]);
    if (state === 'terminated') run.fleet.terminate(NODE);
    else await run.world.instances.stop(NODE);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(why),
    });
    expect(run.fleet.effects.filter(({ kind }) => kind === 'rebooted')).toEqual([]);
  });

  it('fails when someone else stops the instance meanwhile', async () => {
    const run = await repair([{ type: 'reboot_instance' }]);
    await run.step('heal-0');
    await run.world.instances.stop(NODE);
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('someone else has stopped it'),
    });
  });

  it('goes on to what needs the agent once that is back', async () => {
    const run = await repair([
      { type: 'graceful_stop', onError: 'continue' },
      { type: 'reboot_instance' },
      { type: 'start_component' },
    ]);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'TargetsUnavailable',
      detail: 'i-0123456789abcdef0 (offline): not an online Linux node',
    });
    await run.step('heal-1');
    run.world.runbooks.nodes = [node()];
    await run.reconcile();
    await run.step('heal-2');
    expect(run.world.runbooks.sent).toMatchObject([{ document: 'selfheal-start-component' }]);
  });
});

const UNDO = {
  action: { type: 'stop_instance', params: { phase: 'undo' }, timeoutSeconds: 600, onError: 'continue' },
  undoes: 'heal-0',
};

describe('a stop by EC2', () => {
  it('has a start as its undo', async () => {
    const run = await repair([{ type: 'stop_instance', onError: 'rollback' }, { type: 'start_instance' }]);
    await run.step('heal-0');
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      change: { before: `{"${NODE}":"running"}`, intended: `{"${NODE}":"stopped"}` },
    });
    await run.step('rollback-0', UNDO);
    run.world.runbooks.nodes = [node()];
    await run.reconcile();
    await run.reconcile();
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'i-0123456789abcdef0 is running, passes EC2’s checks, and its agent is online',
    });
    expect(run.fleet.stateOf(NODE)).toBe('running');
  });

  it('may precede a start though Systems Manager no longer knows the instance', async () => {
    const run = await repair([{ type: 'stop_instance', onError: 'rollback' }, { type: 'start_instance' }]);
    await run.step('heal-0');
    await run.reconcile();
    await run.step('heal-1');
    run.world.runbooks.nodes = [node()];
    await run.reconcile();
    await run.reconcile();
    expect(await run.record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED', targets: [NODE] });
    expect(run.fleet.stateOf(NODE)).toBe('running');
  });

  it('fails if EC2 stops the instance again that was started', async () => {
    const run = await repair([{ type: 'stop_instance', onError: 'rollback' }, { type: 'start_instance' }]);
    await run.step('heal-0');
    await run.reconcile();
    await run.step('heal-1');
    run.world.endDeployments();
    await run.world.instances.stop(NODE);
    await run.reconcile();
    expect(await run.record('heal-1')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining('kms:CreateGrant'),
    });
  });

  it('lasts while the instance stops', async () => {
    const run = await repair([{ type: 'stop_instance', onError: 'rollback' }, { type: 'start_instance' }]);
    await run.step('heal-0');
    expect((await run.reconciled('heal-0', 10_000))?.outcome).toBeUndefined();
  });

  it('leaves its undo nothing to start that it has not stopped', async () => {
    const run = await repair([{ type: 'stop_instance', onError: 'rollback' }, { type: 'start_component' }]);
    await run.world.instances.stop(NODE);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: expect.stringContaining('already'),
    });
    await run.step('rollback-0', UNDO);
    run.world.endDeployments();
    expect(run.fleet.stateOf(NODE)).toBe('stopped');
  });

  it.each([
    ['its root volume', { rootDeviceType: 'instance-store' }],
    ['instance store, whose data would be lost', { instanceType: 'm6gd.large' }],
    ['Spot instance', { lifecycle: 'spot' }],
    ['Auto Scaling group web', { tags: { 'aws:autoscaling:groupName': 'web' } }],
  ] as const)('fails where it would lose something: %s', async (what, instance) => {
    const run = await repair([{ type: 'stop_instance' }, { type: 'start_instance' }], { instance });
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'FAILED',
      detail: expect.stringContaining(what),
    });
    expect(run.fleet.effects).toEqual([]);
  });

  it('may lose instance store where the strategy says so', async () => {
    const run = await repair(
      [{ type: 'stop_instance', params: { loseInstanceStore: true } }, { type: 'start_instance' }],
      { instance: { instanceType: 'm6gd.large' } },
    );
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ instanceId: NODE, kind: 'stopped' }]);
  });

  it('leaves an instance of another name alone', async () => {
    const run = await repair([{ type: 'stop_instance' }, { type: 'start_instance' }]);
    run.fleet.launch({ instanceId: OTHER });
    await run.step('heal-0');
    expect(run.fleet.effects).toEqual([{ instanceId: NODE, kind: 'stopped' }]);
  });
});

describe('a start by EC2', () => {
  const START = [{ type: 'start_instance', onError: 'rollback' }, { type: 'start_component' }];
  const undo = { ...UNDO, action: { ...UNDO.action, type: 'start_instance' } };

  it('has a stop as its undo', async () => {
    const run = await repair(START);
    await run.world.instances.stop(NODE);
    run.world.endDeployments();
    await run.step('heal-0');
    run.world.runbooks.nodes = [node()];
    await run.reconcile();
    await run.reconcile();
    expect(await run.record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED' });
    await run.step('rollback-0', undo);
    await run.reconcile();
    expect(await run.record('rollback-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'i-0123456789abcdef0 is stopped',
    });
    expect(run.fleet.stateOf(NODE)).toBe('stopped');
  });

  it('has nothing to undo on an instance that ran already', async () => {
    const run = await repair(START);
    await run.step('heal-0');
    expect(await run.record('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: 'state of i-0123456789abcdef0 is running already',
    });
    await run.step('rollback-0', undo);
    run.world.endDeployments();
    expect(run.fleet.stateOf(NODE)).toBe('running');
  });
});
