import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Trouble } from '../../../functions/core/actions/action-definition.ts';
import { ACTION_TYPES, ACTIONS, actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { runbookOf } from '../../../functions/core/actions/runbook-of.ts';
import { component as componentSchema } from '../../../functions/core/configuration/schema/component-schema.ts';

const component = componentSchema.parse({
  targets: { tags: { role: 'web' } },
  service: 'nginx.service',
  health: { url: 'https://web.example.com/health', hostUrl: 'http://127.0.0.1/health' },
  configPaths: ['/etc/nginx/nginx.conf', '/etc/nginx/mime.types'],
  tempPaths: ['/var/cache/nginx'],
  certificate: {
    keyFile: '/etc/web/tls/key.pem',
    certificateFile: '/etc/web/tls/certificate.pem',
    names: ['web.example.com'],
  },
  release: { link: '/srv/web/current', directory: '/srv/web/releases' },
  rules: { engine: 'haproxy', files: ['/etc/haproxy/rules/one.cfg', '/etc/haproxy/rules/two.cfg'] },
  database: { engine: 'postgresql', dataDirectory: '/var/lib/postgresql/15/main' },
});

const GIVEN_PARAMS: Readonly<Record<string, unknown>> = {
  verify_config: { validator: 'nginx' },
  disable_rules: { files: ['/etc/haproxy/rules/one.cfg'] },
};

/** `params` of the actions whose undo has some. */
const UNDONE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  invoke_function: { function: 'f', parameters: {}, effect: 'none', phase: 'do', undo: true },
  rollback_deployment: { version: '3', phase: 'do' },
  disable_rules: { files: ['/etc/haproxy/rules/one.cfg'], phase: 'do' },
  scale_resources: { to: 5, atLeast: 1, concurrency: 'reserved', phase: 'do' },
  increase_resources: { ladder: [{ memoryMiB: 512 }], phase: 'do' },
  adjust_timeout: { to: 30, phase: 'do' },
  enable_monitoring: { tracing: true, phase: 'do' },
  run_document: { document: 'acme', accepts: {}, parameters: {}, undoParameters: {}, effect: 'none' },
  run_automation: { document: 'acme', accepts: {}, parameters: {}, undoParameters: {}, effect: 'none' },
};

describe.each(ACTION_TYPES)('%s', (type) => {
  const definition = actionDefinition(type);

  it('has the key of the table as its type', () => {
    expect(definition.type).toBe(type);
  });

  it('has an undo that accepts the parameters derived from its own, if any', () => {
    const { undo } = definition;
    if (undo === undefined) return;
    expect(ACTION_TYPES).toContain(undo);
    const undoing = actionDefinition(undo as (typeof ACTION_TYPES)[number]);
    expect(undoing.params.safeParse(definition.undoParams?.(UNDONE[type] ?? {}) ?? {}).success).toBe(true);
  });

  it('refuses parameters that it does not know', () => {
    expect(definition.params.safeParse({ commands: 'reboot' }).success).toBe(false);
  });

  it('passes parameters as text, and only those that its runbook declares', () => {
    if (definition.executor !== 'run_command') return;
    const parameters = definition.parameters(component, definition.params.parse(GIVEN_PARAMS[type] ?? {}));
    const file = `${definition.document.replace('selfheal-', '')}.yaml`;
    const runbook = readFileSync(join(import.meta.dirname, '../../../infra/runbooks', file), 'utf8');
    for (const [name, value] of Object.entries(parameters)) {
      expect(typeof value).toBe('string');
      expect(runbook).toContain(`  ${name}:`);
    }
  });
});

describe('an action by the same name on every kind of target', () => {
  it.each([
    [
      'restart_service',
      'selfheal-start-component',
      { service: 'nginx.service', mode: 'restart', settleSeconds: '2' },
    ],
    [
      'health_check',
      'selfheal-verify-health',
      {
        service: 'nginx.service',
        url: 'http://127.0.0.1/health',
        stableSeconds: '5',
        timeoutSeconds: '15',
      },
    ],
  ] as const)(
    'runs the host’s own runbook on hosts, and none on an ECS service: %s',
    (type, document, expected) => {
      const runbook = runbookOf(actionDefinition(type), 'host');
      expect(runbook?.document).toBe(document);
      expect(runbook?.needs).toEqual(['service']);
      expect(runbook?.parameters(component, actionDefinition(type).params.parse({}))).toEqual(expected);
      expect(runbookOf(actionDefinition(type), 'ecs_service')).toBeUndefined();
    },
  );
});

describe('the parameters of a runbook', () => {
  const two = { ...component, tempPaths: ['/var/cache/nginx', '/var/tmp/nginx'] };
  const configPaths = '/etc/nginx/nginx.conf,/etc/nginx/mime.types';

  it.each([
    [
      'clear_temp_files',
      { olderThanSeconds: 61 },
      { paths: '/var/cache/nginx,/var/tmp/nginx', olderThanMinutes: '2' },
    ],
    [
      'freeze_config',
      {},
      {
        paths: configPaths,
        rulePaths: '/etc/haproxy/rules/one.cfg,/etc/haproxy/rules/two.cfg',
        verified: 'false',
        keepVersions: '10',
      },
    ],
    ['rollback_config', {}, { paths: configPaths, service: 'nginx.service', apply: 'restart' }],
    ['verify_config', { validator: 'nginx' }, { paths: configPaths, validator: 'nginx' }],
    [
      'isolate_network',
      { managementCidrs: ['10.0.0.0/8', 'fd00::/8'] },
      { managementCidrs: '10.0.0.0/8,fd00::/8' },
    ],
    [
      'verify_containment',
      { containment: 'safe-mode' },
      { containment: 'safe-mode', service: 'nginx.service', stableSeconds: '5', timeoutSeconds: '30' },
    ],
    [
      'verify_containment',
      {},
      { containment: 'isolation', service: '', stableSeconds: '5', timeoutSeconds: '30' },
    ],
  ] as const)('follow, for %s, from %j', (type, params, expected) => {
    const definition = ACTIONS[type];
    expect(definition.parameters(two, definition.params.parse(params))).toEqual(expected);
  });

  it.each(['rollback_config', 'revert_rules'] as const)(
    'say since when a verified version is suspected, for %s',
    (type) => {
      const suspectSince = (params: object, trouble: Trouble) =>
        ACTIONS[type].parameters(two, ACTIONS[type].params.parse(params), trouble)['suspectSince'];
      const began = { occurredAtMs: 1_800_000_000_999 };
      expect(suspectSince({}, began)).toBe('1800000000');
      expect(suspectSince({ latentSeconds: '1h' }, began)).toBe('1799996400');
      expect(suspectSince({}, { ...began, change: { startedAtMs: 1_799_990_000_000 } })).toBe('1799990000');
      expect(suspectSince({}, { ...began, change: { startedAtMs: 1_800_000_009_000 } })).toBe('1800000000');
      expect(suspectSince({ latentSeconds: '365d' }, { occurredAtMs: 5_000 })).toBe('0');
    },
  );

  it('name no unit for a component without one', () => {
    const { service: _, ...without } = component;
    const params = ACTIONS.verify_containment.params.parse({ containment: 'safe-mode' });
    expect(ACTIONS.verify_containment.parameters(without as typeof component, params)['service']).toBe('');
  });
});

it.each([
  'freeze_config',
  'verify_config',
  'verify_containment',
  'verify_health',
  'notify_soc',
  'notify_architect',
] as const)('%s changes nothing on a host', (type) => {
  const { params, effect } = actionDefinition(type);
  expect(effect(params.parse({}))).toBe('none');
});

it('restoring a configuration leaves the service alone only when told to apply nothing', () => {
  expect(ACTIONS.rollback_config.effect({ apply: 'none' })).toBe('changes-files');
  for (const apply of ['reload', 'restart'])
    expect(ACTIONS.rollback_config.effect({ apply })).toBe('restarts');
});

it('start_component takes a component down only with mode restart', () => {
  expect(ACTIONS.start_component.effect({ mode: 'restart' })).toBe('restarts');
  expect(ACTIONS.start_component.effect({ mode: 'start' })).toBe('starts');
});

it('verify_health asks the component’s own endpoint on the host, if it has one there', () => {
  const urlOf = (health?: object) =>
    ACTIONS.verify_health.parameters({ ...component, health } as typeof component, {
      stableSeconds: 5,
      timeoutSeconds: 30,
    })['url'];
  expect(urlOf(component.health)).toBe('http://127.0.0.1/health');
  expect(urlOf({ url: 'https://web.example.com/health' })).toBe('');
  expect(urlOf(undefined)).toBe('');
});

it('isolate_network accepts only well-formed management networks that are not too wide (invariant 9)', () => {
  const { params } = ACTIONS.isolate_network;
  expect(params.safeParse({ managementCidrs: ['10.0.0.0/8', '2001:db8::/32', 'fc00::/7'] }).success).toBe(
    true,
  );
  // The least too wide of both kinds.
  for (const wide of ['10.0.0.0/7', 'fc00::/6'])
    expect(params.safeParse({ managementCidrs: [wide] }).success).toBe(false);
  for (const hostile of ['10.0.0.0/8; reboot', '0.0.0.0/0,1.1.1.1', '$(reboot)', '10.0.0.0'])
    expect(params.safeParse({ managementCidrs: [hostile] }).success).toBe(false);
});
