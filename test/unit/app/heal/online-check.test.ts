import { describe, expect, it } from 'vitest';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { A, twoHosts } from '../two-hosts.ts';

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';

describe('the check of hosts without a service', () => {
  it('asks nothing but whether they are online', async () => {
    const { diagnose, step, ends, record, looks } = await twoHosts({
      component: { service: undefined },
      strategy: { actions: [{ type: 'clear_temp_files' }] },
    });
    await diagnose();
    await step('heal-0');
    await ends('Success');
    const asked = looks().length;
    await step('heal-1');
    expect(await record('heal-1')).toMatchObject({
      ...{ action: 'verify_health', outcome: 'SUCCEEDED', detail: `${A}: online` },
    });
    expect(looks()).toHaveLength(asked);
  });

  it('asks nothing else of a single host before it is put back into its load balancer', async () => {
    const hosts = await twoHosts({
      component: {
        targets: { instanceIds: [A] },
        service: undefined,
        targetGroup: GROUP,
        minHealthyTargets: 0,
      },
      strategy: { actions: [{ type: 'clear_temp_files' }, { type: 'restore_target' }] },
    });
    hosts.world.balancedGroups.create(GROUP, 80);
    hosts.world.balancedGroups.put(GROUP, A, 80, 'healthy');
    await hosts.diagnose();
    const steps = ['heal-0', 'heal-1'] as const satisfies readonly StepId[];
    await hosts.step(steps[0]);
    await hosts.ends('Success');
    await hosts.step(steps[1]);
    expect(await hosts.record(steps[1])).toMatchObject({
      ...{ action: 'verify_health', outcome: 'SUCCEEDED', detail: `${A}: online` },
    });
    expect(hosts.acted()).toEqual([`clear-temp-files: ${A}`]);
  });
});
