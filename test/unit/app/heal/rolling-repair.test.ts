import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { inputOf, plannedStep, withStore } from '../../../factories/ports/world.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

const BOTH_HEALTHY = { [A]: 'healthy', [B]: 'healthy' } as const;

describe('laying out batches', () => {
  it('checks all targets at once, and repairs the unhealthy ones', async () => {
    const { diagnose, looks, stored } = await twoHosts({ health: { [A]: 'unhealthy', [B]: 'healthy' } });
    await diagnose();
    expect(looks()).toMatchObject([{ instanceIds: [A, B], maxConcurrency: 2 }]);
    expect((await stored())?.layout).toEqual({ batches: [[A]], skipped: { [B]: 'healthy' } });
  });

  it('goes through all of them, one at a time, when none is found unhealthy', async () => {
    const { diagnose, stored } = await twoHosts({ health: BOTH_HEALTHY });
    const { steps } = await diagnose();
    expect((await stored())?.layout).toEqual({ batches: [[A], [B]], skipped: {} });
    // Two actions and a check for each.
    expect(steps.map(({ stepId }) => stepId)).toEqual(
      Array.from({ length: 6 }, (_, index) => `heal-${index}`),
    );
  });

  it('happens once: a second diagnosis checks nothing, and finds the same batches', async () => {
    const { diagnose, looks, found, stored } = await twoHosts({ health: { [A]: 'unhealthy' } });
    const first = await diagnose();
    found.set(A, 'healthy').set(B, 'unhealthy');
    expect(await diagnose()).toEqual(first);
    expect(looks()).toHaveLength(1);
    expect((await stored())?.layout?.batches).toEqual([[A]]);
  });

  it('checks nothing when the alert names its targets', async () => {
    const { diagnose, looks, stored } = await twoHosts({ signal: { targets: [B] } });
    await diagnose();
    expect(looks()).toEqual([]);
    expect((await stored())?.layout?.batches).toEqual([[B]]);
  });

  it('does not happen for a component with a single target', async () => {
    const { diagnose, looks, stored } = await twoHosts({ component: { targets: { instanceIds: [A] } } });
    await diagnose();
    expect(looks()).toEqual([]);
    expect(await stored()).not.toHaveProperty('layout');
  });

  it('skips nobody when the check is refused for good', async () => {
    const { world, diagnose, stored } = await twoHosts();
    world.runbooks.onSend = () => Promise.reject(new RequestRefused('InvalidDocument'));
    await diagnose();
    expect((await stored())?.layout).toEqual({ batches: [[A], [B]], skipped: {} });
  });

  it.each([new NotPermitted({ action: 'ssm:SendCommand' }), new ServiceUnavailable('throttled')])(
    'lays out nothing when the check fails with $name: healthy targets might be taken down',
    async (error) => {
      const { world, diagnose, stored } = await twoHosts();
      world.runbooks.onSend = () => Promise.reject(error);
      await expect(diagnose()).rejects.toBe(error);
      expect(await stored()).not.toHaveProperty('layout');
    },
  );
});

describe('a target that can’t be reached', () => {
  it('is skipped when it is offline before its batch begins, and the other is repaired', async () => {
    const { diagnose, step, lies, acted, record } = await twoHosts({ component: { minHealthyTargets: 0 } });
    await diagnose();
    lies(A);
    for (const stepId of ['heal-0', 'heal-1', 'heal-2', 'heal-3'] as const) await step(stepId);
    expect(await record('heal-0')).toMatchObject({
      outcome: 'SKIPPED',
      skipped: { [A]: 'offline' },
      detail: `${A} (offline): nothing is left to repair`,
    });
    expect(await record('heal-1')).toMatchObject({ outcome: 'SKIPPED', detail: 'nothing is left to repair' });
    expect(acted()).toEqual([`graceful-stop: ${B}`]);
  });

  it('fails the operation when no target is left to repair', async () => {
    const { diagnose, step, lies, record } = await twoHosts({ component: { minHealthyTargets: 0 } });
    await diagnose();
    lies(A, B);
    for (const stepId of ['heal-0', 'heal-1', 'heal-2', 'heal-3'] as const) await step(stepId);
    expect(await record('heal-3')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'TargetsUnavailable',
      skipped: { [B]: 'offline' },
    });
  });

  it('fails the step when it goes offline in the middle of its batch: its repair is half done', async () => {
    const { diagnose, step, ends, lies, record } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    await step('heal-0');
    await ends('Success');
    lies(A);
    await step('heal-1');
    expect(await record('heal-1')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'TargetsUnavailable',
      detail: `${A} (offline): not an online Linux node`,
    });
  });

  it('fails the check of its batch when it is offline then', async () => {
    const { diagnose, step, ends, lies, record } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    for (const stepId of ['heal-0', 'heal-1'] as const) {
      await step(stepId);
      await ends('Success');
    }
    lies(A);
    await step('heal-2');
    expect(await record('heal-2')).toMatchObject({ outcome: 'FAILED', failsAs: 'BatchNotHealthy' });
  });

  it('ends its own part when it leaves the fleet in the middle, and no other’s', async () => {
    const { diagnose, step, ends, leaves, record, acted } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    await step('heal-0');
    leaves(A);
    await ends('Failed');
    expect(await record('heal-0')).toMatchObject({
      outcome: 'SKIPPED',
      targets: [],
      skipped: { [A]: 'gone' },
      detail: `${A}: no longer a managed node`,
    });
    await step('heal-1');
    expect(await record('heal-1')).toMatchObject({ outcome: 'SKIPPED' });
    expect(acted()).toEqual([`graceful-stop: ${A}`]);
  });

  it('is left out if it has left before its turn, also for actions that do not open its batch', async () => {
    const { diagnose, step, leaves, record } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    leaves(A);
    for (const stepId of ['heal-0', 'heal-1'] as const) {
      await step(stepId);
      expect(await record(stepId)).toMatchObject({ outcome: 'SKIPPED', targets: [] });
    }
    expect(await record('heal-0')).toMatchObject({
      ...{ skipped: { [A]: 'gone' }, detail: `${A} (gone): nothing is left to repair` },
    });
  });

  it('fails the undo if it disappears meanwhile: nobody knows what is left of it', async () => {
    const { world, operation, diagnose, ends, leaves, record } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    const { action } = plannedStep(world, operation, 1);
    const step = { stepId: 'rollback-0', action, targets: [A] } as const;
    await act(world, { ...inputOf(operation), step });
    leaves(A);
    await ends('Failed');
    expect(await record('rollback-0')).toMatchObject({ outcome: 'FAILED', targets: [A] });
    expect(await record('rollback-0')).not.toHaveProperty('skipped');
  });

  it('causes no search when its command has succeeded', async () => {
    const { world, diagnose, step, ends, leaves, record } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    await step('heal-0');
    leaves(A);
    const before = world.runbooks.selectors.length;
    await ends('Success');
    expect(await record('heal-0')).toMatchObject({ outcome: 'SUCCEEDED', targets: [A] });
    expect(world.runbooks.selectors).toHaveLength(before);
  });

  it('is left out of a second try if it disappears between the check and the sending', async () => {
    const { world, diagnose, step, leaves, acted } = await twoHosts({
      component: { minHealthyTargets: 0, maxConcurrentTargets: 2 },
    });
    await diagnose();
    let refusals = 0;
    world.runbooks.onSend = ({ instanceIds }) => {
      if (!instanceIds.includes(A)) return;
      refusals += 1;
      leaves(A);
      throw new RequestRefused('one is no managed node', { serviceCode: 'InvalidInstanceId' });
    };
    await step('heal-0');
    expect(refusals).toBe(1);
    expect(acted()).toEqual([`graceful-stop: ${B}`]);
  });

  it('fails the step when SSM refuses the second try as well, or for another reason', async () => {
    for (const serviceCode of ['InvalidInstanceId', 'InvalidParameters']) {
      const { world, diagnose, step, record } = await twoHosts({ component: { minHealthyTargets: 0 } });
      await diagnose();
      let refusals = 0;
      world.runbooks.onSend = () => {
        refusals += 1;
        throw new RequestRefused('refused', { serviceCode });
      };
      await step('heal-0');
      expect(refusals).toBe(serviceCode === 'InvalidInstanceId' ? 2 : 1);
      expect(await record('heal-0')).toMatchObject({ outcome: 'FAILED', detail: 'refused' });
    }
  });
});

describe('the check of a batch', () => {
  it('fails as such when the hosts are not healthy', async () => {
    const { diagnose, step, ends, record, acted } = await twoHosts({ health: BOTH_HEALTHY });
    await diagnose();
    for (const stepId of ['heal-0', 'heal-1'] as const) {
      await step(stepId);
      await ends('Success');
    }
    await step('heal-2');
    await ends('Failed');
    expect(await record('heal-2')).toMatchObject({ outcome: 'FAILED', failsAs: 'BatchNotHealthy' });
    expect(acted()).toEqual([`graceful-stop: ${A}`, `start-component: ${A}`, `verify-health: ${A}`]);
  });
});

describe('targets that a completed operation had to skip', () => {
  async function healedExceptA() {
    const hosts = await twoHosts({ component: { minHealthyTargets: 0 } });
    await hosts.diagnose();
    hosts.lies(A);
    for (const stepId of ['heal-0', 'heal-1', 'heal-2'] as const) await hosts.step(stepId);
    for (const stepId of ['heal-3', 'heal-4', 'heal-5'] as const) {
      await hosts.step(stepId);
      await hosts.ends('Success');
    }
    return hosts;
  }
  const message = `Healed, but not everywhere. Repaired: ${B}. Skipped: ${A} (offline).`;

  it('appear in a report to the architect, in the record and in the answer', async () => {
    const { world, operation, stored } = await healedExceptA();
    const ended = await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    expect(ended).toMatchObject({ state: 'COMPLETED', warnings: [message] });
    expect(world.notifier.sent).toMatchObject([{ topic: 'architect', body: { message } }]);
    expect(await stored()).toMatchObject({ warnings: [message] });
    expect(await world.store.getStep(operation.operationId, 'escalate-1')).toMatchObject({
      component: 'web',
      action: 'notify_architect',
      outcome: 'SUCCEEDED',
      startedAtMs: world.clock.now,
      completedAtMs: world.clock.now,
    });
  });

  it('appear in one report, though the conclusion takes a second try', async () => {
    const { world, operation } = await healedExceptA();
    const failing = withStore(world, { conclude: () => Promise.reject(new ServiceUnavailable('throttled')) });
    const input = { ...inputOf(operation), state: 'COMPLETED' as const };
    await expect(conclude(failing, input)).rejects.toThrow(ServiceUnavailable);
    expect(await conclude(world, input)).toMatchObject({ warnings: [message] });
    expect(world.notifier.sent).toHaveLength(1);
  });

  it('cause no report where every target was repaired, or was healthy', async () => {
    const { world, operation, diagnose } = await twoHosts({
      health: { [A]: 'unhealthy', [B]: 'healthy' },
    });
    await diagnose();
    expect(await conclude(world, { ...inputOf(operation), state: 'COMPLETED' })).toEqual({
      operationId: operation.operationId,
      state: 'COMPLETED',
      durationMs: world.clock.now - NOON,
    });
    expect(world.notifier.sent).toEqual([]);
  });
});
