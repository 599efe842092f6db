import { describe, expect, it } from 'vitest';
import { reconcileStep } from '../../../../functions/app/recover/reconcile-step.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';

/** Two hosts whose files are cleared one after the other, and of whose health only their target group says anything. */
async function inGroup(verify: object = {}) {
  const hosts = await twoHosts({
    component: { targetGroup: GROUP, service: undefined, tempPaths: ['/var/tmp/app'] },
    strategy: { actions: [{ type: 'clear_temp_files' }], verify: { by: 'resource', ...verify } },
  });
  const { world } = hosts;
  const groups = world.balancedGroups;
  groups.create(GROUP, 80);
  for (const id of [A, B]) groups.put(GROUP, id, 80, 'healthy');
  await hosts.diagnose();
  return {
    ...hosts,
    groups,
    clear: async (stepId: 'heal-0' | 'heal-2') => {
      await hosts.step(stepId);
      await hosts.ends('Success');
    },
    reconcileAfter: async (seconds: number) => {
      world.clock.now += seconds * 1_000;
      const claim = await world.store.getClaim('web');
      if (claim) await reconcileStep(world, { ...claim, component: 'web' });
    },
  };
}

describe('the check of a batch whose repair is verified by its target group', () => {
  it('lets the next batch begin once the hosts are healthy there', async () => {
    const { clear, step, reconcileAfter, record, acted } = await inGroup();
    await clear('heal-0');
    await step('heal-1');
    expect((await record('heal-1'))?.outcome).toBeUndefined();
    await reconcileAfter(60);
    expect(await record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
    await clear('heal-2');
    expect(acted()).toEqual([`clear-temp-files: ${A}`, `clear-temp-files: ${B}`]);
  });

  it('waits for a host that is not healthy yet', async () => {
    const { groups, clear, step, reconcileAfter, record } = await inGroup();
    await clear('heal-0');
    groups.put(GROUP, A, 80, 'unregistered');
    await step('heal-1');
    await reconcileAfter(60);
    expect((await record('heal-1'))?.outcome).toBeUndefined();
    groups.put(GROUP, A, 80, 'healthy');
    await reconcileAfter(60);
    expect(await record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('fails once verification would have given up, and says what the group said', async () => {
    const { groups, clear, step, reconcileAfter, record } = await inGroup();
    await clear('heal-0');
    groups.put(GROUP, A, 80, 'unregistered');
    await step('heal-1');
    await reconcileAfter(220);
    expect((await record('heal-1'))?.outcome).toBeUndefined();
    await reconcileAfter(10);
    expect(await record('heal-1')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'BatchNotHealthy',
      detail: `${A} is not in the target group`,
    });
  });

  it('ignores the group before the repair has settled', async () => {
    const { clear, step, reconcileAfter, record } = await inGroup({ settleSeconds: 90 });
    await clear('heal-0');
    await step('heal-1');
    await reconcileAfter(60);
    expect((await record('heal-1'))?.outcome).toBeUndefined();
    await reconcileAfter(60);
    expect(await record('heal-1')).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('fails where Selfheal may not read the group, and names the permission', async () => {
    const { world, clear, step, record } = await inGroup();
    await clear('heal-0');
    const denied = new NotPermitted({ action: 'elasticloadbalancing:DescribeTargetHealth' });
    Object.assign(world, { targetGroups: { ...world.targetGroups, read: () => Promise.reject(denied) } });
    await step('heal-1');
    expect(await record('heal-1')).toMatchObject({
      outcome: 'FAILED',
      failsAs: 'BatchNotHealthy',
      detail: expect.stringContaining('elasticloadbalancing:DescribeTargetHealth'),
    });
  });
});
