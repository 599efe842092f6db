import { expect } from 'vitest';
import { healed, type Scenario } from './scenario.ts';

/** Repairs of one host that hold. */
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
];
