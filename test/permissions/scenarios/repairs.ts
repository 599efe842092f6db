import { expect } from 'vitest';
import { METRIC } from '../../factories/deployed-engine/landscape.ts';
import { healed, type Scenario } from './scenario.ts';

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

/** Repairs that hold. */
export const REPAIRS: readonly Scenario[] = [
  {
    name: 'heals by alarm',
    component: {
      strategies: [
        { actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }] },
      ],
    },
    run: async (place, component) => {
      await place.setAlarm(component, 'ALARM', 'too many errors');
      await healed(place, component, 3);
    },
  },
  {
    name: 'verifies on the hosts',
    component: { strategies: [{ verify: { by: 'runbook', timeoutSeconds: 5, stableSeconds: 0 } }] },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 1);
      expect(place.requestsOf(component).map(({ action }) => action)).toContain('verify_health');
    },
  },
  {
    name: 'verifies by the alarm',
    component: { strategies: [{ verify: { by: 'alarm', stableSeconds: 0 } }] },
    run: async (place, component) => {
      await place.setAlarm(component, 'OK', 'fine');
      await place.signal(component);
      await healed(place, component, 1);
    },
  },
  {
    name: 'keeps, checks and restores configuration files',
    component: {
      more: { configPaths: ['/etc/selfheal-test.conf'] },
      strategies: [
        {
          actions: [
            { type: 'freeze_config' },
            { type: 'verify_config' },
            { type: 'rollback_config' },
            { type: 'start_component' },
            { type: 'verify_health' },
          ],
        },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 5);
      await place.poll(() => place.requestsOf(component).map(({ stepId }) => stepId)).toContain('keep-0');
    },
  },
  {
    name: 'enters and leaves safe mode and isolation',
    component: {
      strategies: [
        {
          actions: [
            { type: 'enter_safe_mode' },
            { type: 'leave_safe_mode' },
            { type: 'isolate_network' },
            { type: 'restore_network' },
            { type: 'start_component' },
          ],
        },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 5);
    },
  },
  {
    name: 'acts on a database',
    component: {
      more: { database: { engine: 'postgresql', dataDirectory: '/srv/test/data' } },
      strategies: [
        {
          actions: [
            { type: 'switch_to_readonly' },
            { type: 'backup_db', timeoutSeconds: 60 },
            { type: 'restore_snapshot', timeoutSeconds: 60 },
            { type: 'verify_integrity', timeoutSeconds: 60 },
            { type: 'resume_writes' },
            { type: 'start_component' },
          ],
        },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 6);
    },
  },
  {
    name: 'regenerates a certificate',
    component: {
      more: {
        certificate: {
          keyFile: '/etc/web/tls/key.pem',
          certificateFile: '/etc/web/tls/certificate.pem',
          names: ['web.example.com'],
        },
      },
      strategies: [{ actions: [{ type: 'regenerate_certs' }, { type: 'start_component' }] }],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 2);
    },
  },
  {
    name: 'has certbot renew a certificate',
    component: {
      more: {
        certificate: {
          keyFile: '/etc/letsencrypt/live/web.example.com/privkey.pem',
          certificateFile: '/etc/letsencrypt/live/web.example.com/fullchain.pem',
          names: ['web.example.com'],
          certbot: {},
        },
      },
      strategies: [{ actions: [{ type: 'regenerate_certs' }, { type: 'start_component' }] }],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 2);
    },
  },
  {
    name: 'goes back to the release before',
    component: {
      more: { release: { link: '/srv/web/current', directory: '/srv/web/releases' } },
      strategies: [{ actions: [{ type: 'rollback_deployment' }] }],
    },
    run: async (place, component) => {
      place.health.recover(component);
      await place.signal(component);
      await healed(place, component, 1);
    },
  },
  {
    name: 'raises the limits of a unit',
    component: {
      strategies: [{ actions: [{ type: 'increase_resources', params: { ladder: [{ memoryMiB: 512 }] } }] }],
    },
    run: async (place, component) => {
      place.health.recover(component);
      await place.signal(component);
      await healed(place, component, 1);
    },
  },
  {
    name: 'has a unit log in more detail',
    component: {
      strategies: [{ actions: [{ type: 'enable_monitoring', params: { logLevel: 'DEBUG' } }] }],
    },
    run: async (place, component) => {
      place.health.recover(component);
      await place.signal(component);
      await healed(place, component, 1);
    },
  },
  {
    name: 'changes the rules of an engine',
    component: {
      more: { rules: { engine: 'haproxy', files: ['/etc/haproxy/rules/one.cfg'] } },
      strategies: [
        {
          actions: [
            { type: 'disable_rules', params: { files: ['/etc/haproxy/rules/one.cfg'] } },
            { type: 'revert_rules' },
            { type: 'reload_engine' },
          ],
        },
      ],
    },
    run: async (place, component) => {
      place.health.recover(component);
      await place.signal(component);
      await healed(place, component, 3);
    },
  },
  {
    name: 'notifies both topics',
    component: {
      strategies: [
        { actions: [{ type: 'start_component' }, { type: 'notify_soc' }, { type: 'notify_architect' }] },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 3);
      await place.poll(() => place.notifications('soc', component)).toHaveLength(1);
      await place.poll(() => place.notifications('architect', component)).toHaveLength(1);
    },
  },
  {
    name: 'refuses during a cooldown',
    component: { strategies: [{ cooldownSeconds: 60 }] },
    run: async (place, component) => {
      await place.signal(component);
      await healed(place, component, 1);
      await place.signal(component);
      await place.poll(() => place.reasons(component)).toEqual(['COOLDOWN']);
    },
  },
  {
    name: 'completes a containment, and calls a person',
    component: {
      strategies: [
        {
          actions: [{ type: 'isolate_network' }, { type: 'verify_containment' }],
          verify: { timeoutSeconds: 5, stableSeconds: 0 },
          rollback: { onFailure: 'maintain_isolation' },
        },
      ],
    },
    run: async (place, component) => {
      await place.signal(component);
      const { operation, steps } = await place.ended(component);
      expect(operation).toMatchObject({ state: 'COMPLETED', result: 'CONTAINED' });
      expect(steps.map(({ action }) => action)).toEqual([
        ...['isolate_network', 'verify_containment', 'verify_containment', 'notify_architect'],
      ]);
      await place.poll(() => place.notifications('architect', component)).toHaveLength(1);
    },
  },
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
