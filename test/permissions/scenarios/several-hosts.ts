import { expect } from 'vitest';
import { METRIC } from '../../factories/deployed-engine/landscape.ts';
import type { Scenario } from './scenario.ts';

/** An alarm over each instance of a group. */
export const PER_INSTANCE = {
  errors: { metric: METRIC, namespace: 'Test', metricName: 'errors', perInstance: true, threshold: 5 },
};

const ROLLING = {
  hosts: 3,
  more: { configPaths: ['/etc/selfheal-test.conf'] },
  strategies: [
    {
      actions: [{ type: 'graceful_stop' }, { type: 'start_component' }],
      verify: { by: 'runbook', timeoutSeconds: 5, stableSeconds: 0 },
    },
  ],
};

/** Repairs of components that run on several hosts. */
export const SEVERAL_HOSTS: readonly Scenario[] = [
  {
    name: 'verifies by an alarm that tells instances apart',
    component: {
      hosts: 2,
      autoScalingGroup: 'verified',
      more: { alarms: PER_INSTANCE },
      strategies: [{ cooldownSeconds: 0, verify: { by: 'alarm', stableSeconds: 0, timeoutSeconds: 1 } }],
    },
    run: async (place, component) => {
      const [first = '', second = ''] = place.landscape.instancesOf(component);
      await place.setContributor(component, second, 'ALARM', 'too many errors');
      expect((await place.ended(component)).operation).toMatchObject({ state: 'FAILED' });
      await place.sleep(1_000);
      // The alarm stays red for the other instance, which says nothing of the first.
      await place.signal(component, { targets: [first] });
      await place.completed(component, 2);
      await place.setContributor(component, second, 'OK', 'fine again');
    },
  },
  {
    name: 'repairs the unhealthy of several hosts, and reports the one that is offline',
    component: ROLLING,
    run: async (place, component) => {
      const [away = '', unhealthy = '', healthy = ''] = place.landscape.instancesOf(component);
      place.hosts.disconnect([away]);
      place.hosts.sicken([unhealthy]);
      await place.signal(component);
      const { layout, warnings } = await place.completed(component);
      expect(layout).toMatchObject({
        batches: [[unhealthy]],
        skipped: { [away]: 'offline', [healthy]: 'healthy' },
      });
      expect(warnings).toEqual([expect.stringContaining('not everywhere')]);
      await place.poll(() => place.notifications('architect', component)).toHaveLength(1);
      await place.poll(() => place.requestsOf(component).map(({ stepId }) => stepId)).toContain('keep-0');
    },
  },
  {
    name: 'takes no host down while too few others are healthy',
    component: {
      hosts: 3,
      more: { minHealthyTargets: 1 },
      strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }],
    },
    run: async (place, component) => {
      const [away = '', unhealthy = '', healthy = ''] = place.landscape.instancesOf(component);
      place.hosts.disconnect([away]);
      await place.signal(component, { targets: [unhealthy] });
      await place.completed(component);
      expect(place.requestsOf(component).map(({ instanceId }) => instanceId)).toContain(healthy);
    },
  },
  {
    name: 'ends a repair that would leave too few hosts healthy',
    component: {
      hosts: 2,
      more: { minHealthyTargets: 1 },
      strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }],
    },
    run: async (place, component) => {
      const [away = '', serving = ''] = place.landscape.instancesOf(component);
      place.hosts.disconnect([away]);
      await place.signal(component, { targets: [serving] });
      const { operation } = await place.ended(component);
      expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'TooFewHealthyTargets' } });
      const acted = place.effectsOf(component).filter(({ stepId }) => stepId.startsWith('heal'));
      expect(acted).toEqual([]);
    },
  },
  {
    name: 'verifies more hosts than one command reaches',
    component: {
      hosts: 51,
      more: { maxConcurrentTargets: 50 },
      strategies: [{ verify: { by: 'runbook', timeoutSeconds: 30, stableSeconds: 0 } }],
    },
    run: async (place, component) => {
      place.hosts.sicken(place.landscape.instancesOf(component));
      await place.signal(component);
      const { layout } = await place.completed(component);
      expect(layout?.batches.map(({ length }) => length)).toEqual([50, 1]);
    },
  },
  {
    name: 'repairs nodes outside EC2',
    component: { ...ROLLING, hybrid: true },
    run: async (place, component) => {
      const [first = ''] = place.landscape.instancesOf(component);
      place.hosts.sicken([first]);
      await place.signal(component);
      const { layout, warnings } = await place.completed(component);
      expect({ batches: layout?.batches, warnings }).toEqual({ batches: [[first]] });
      await place.poll(() => place.requestsOf(component).map(({ stepId }) => stepId)).toContain('keep-0');
    },
  },
];
