import { describe, expect, it } from 'vitest';
import type { ActionParams } from '../../../../functions/core/actions/action-definition.ts';
import { type ActionType, actionDefinition } from '../../../../functions/core/actions/action-table.ts';
import { documentsOf, runbookFor, runbookOf } from '../../../../functions/core/actions/runbook-of.ts';
import { component as componentSchema } from '../../../../functions/core/configuration/schema/component-schema.ts';

const database = { engine: 'postgresql', dataDirectory: '/srv/data', backupDirectory: '/srv/backups' };
const certificate = {
  ...{ keyFile: '/etc/tls/key.pem', certificateFile: '/etc/tls/web.pem' },
  names: ['web.example.com', 'example.com'],
};
const FIELDS = {
  ...{ targets: { tags: { role: 'web' } }, service: 'web.service', database, certificate },
  configPaths: ['/etc/web.conf'],
  rules: { engine: 'haproxy', files: ['/etc/haproxy/one.cfg', '/etc/haproxy/two.cfg'] },
  release: { link: '/srv/web/current', directory: '/srv/web/releases' },
};

/** What an action sends to the hosts of a component with other fields than these. */
function sent(type: ActionType, params: ActionParams = {}, fields: object = {}) {
  const component = componentSchema.parse({ ...FIELDS, ...fields });
  const definition = actionDefinition(type);
  const runbook = runbookOf(definition, 'host');
  if (!runbook) throw new Error(`${type} has no runbook`);
  return runbookFor(runbook, component).parameters(component, definition.params.parse(params));
}

const SERVICE = { service: 'web.service' };
const DATA = { ...SERVICE, dataDirectory: '/srv/data' };
const BACKUPS = { ...DATA, engine: 'postgresql', backupDirectory: '/srv/backups' };
const RULES = { ...SERVICE, rulesEngine: 'haproxy' };
const CERTIFICATE = {
  ...{ ...SERVICE, keyFile: '/etc/tls/key.pem', certificateFile: '/etc/tls/web.pem' },
  ...{ names: 'web.example.com,example.com', port: '443', applyBy: 'reload', phase: 'do' },
};

describe('what hosts are sent', () => {
  it.each<[ActionType, ActionParams, object]>([
    ['graceful_stop', {}, { ...SERVICE, graceSeconds: '30' }],
    ['start_component', { mode: 'restart' }, { ...SERVICE, mode: 'restart', settleSeconds: '2' }],
    ['enter_safe_mode', {}, SERVICE],
    ['leave_safe_mode', {}, SERVICE],
    ['restore_network', {}, {}],
    ['switch_to_readonly', { graceSeconds: 20 }, { ...DATA, graceSeconds: '20' }],
    ['resume_writes', {}, DATA],
    ['backup_db', {}, { ...BACKUPS, keepBackups: '3' }],
    ['restore_snapshot', { maxAgeSeconds: 60 }, { ...BACKUPS, maxAgeSeconds: '60', phase: 'do' }],
    ['verify_integrity', {}, { ...DATA, engine: 'postgresql' }],
    [
      'disable_rules',
      { files: ['/etc/haproxy/one.cfg', '/etc/haproxy/two.cfg'] },
      { ...RULES, paths: '/etc/haproxy/one.cfg,/etc/haproxy/two.cfg', phase: 'do' },
    ],
    [
      'revert_rules',
      { phase: 'undo' },
      { ...RULES, paths: '/etc/haproxy/one.cfg,/etc/haproxy/two.cfg', phase: 'undo' },
    ],
    ['reload_engine', {}, RULES],
    [
      'rollback_deployment',
      {},
      {
        ...{ ...SERVICE, releaseLink: '/srv/web/current', releasesDirectory: '/srv/web/releases' },
        ...{ release: '', phase: 'do' },
      },
    ],
    [
      'increase_resources',
      { ladder: [{ memoryMiB: 512 }, { memoryMiB: 1_024, cpuPercent: 50 }, { cpuPercent: 100 }] },
      { ...SERVICE, ladder: '512/,1024/50,/100', phase: 'do' },
    ],
    ['enable_monitoring', { logLevel: 'WARN' }, { ...SERVICE, level: 'warning', phase: 'do' }],
    ['regenerate_certs', {}, { ...CERTIFICATE, validDays: '90', caKeyFile: '', caCertificateFile: '' }],
  ])('follows from the component and %s %j', (type, params, expected) => {
    expect(sent(type, params)).toStrictEqual(expected);
  });

  it('names a release if a strategy does', () => {
    expect(sent('rollback_deployment', { release: 'v41' })).toMatchObject({ release: 'v41' });
  });

  it('names where backups are in S3, with a region and a key if they are known', () => {
    const inS3 = { database: { ...database, s3: { bucket: 'backups', prefix: 'web/db' } } };
    const copy = { s3Directory: 's3://backups/web/db', s3Region: '' };
    expect(sent('backup_db', {}, inS3)).toStrictEqual({ ...BACKUPS, keepBackups: '3', ...copy, kmsKey: '' });
    expect(sent('restore_snapshot', {}, inS3)).toStrictEqual({
      ...{ ...BACKUPS, ...copy, maxAgeSeconds: '86400', phase: 'do' },
    });
    const s3 = { ...inS3.database.s3, region: 'eu-west-1', kmsKey: 'alias/backups' };
    expect(sent('backup_db', {}, { database: { ...database, s3 } })).toMatchObject({
      ...{ s3Region: 'eu-west-1', kmsKey: 'alias/backups' },
    });
  });

  it('names the authority that signs a certificate, if there is one', () => {
    const authority = { keyFile: '/etc/ca/key.pem', certificateFile: '/etc/ca/ca.pem' };
    expect(
      sent('regenerate_certs', { apply: 'restart' }, { certificate: { ...certificate, authority } }),
    ).toEqual({
      ...{ ...CERTIFICATE, applyBy: 'restart', validDays: '90' },
      ...{ caKeyFile: '/etc/ca/key.pem', caCertificateFile: '/etc/ca/ca.pem' },
    });
  });

  it('leaves a certificate of certbot to certbot', () => {
    const live = '/etc/letsencrypt/live/web.example.com';
    const files = { keyFile: `${live}/privkey.pem`, certificateFile: `${live}/fullchain.pem` };
    const certbot = { certificate: { ...certificate, ...files, certbot: {} } };
    expect(sent('regenerate_certs', {}, certbot)).toStrictEqual({
      ...{ ...CERTIFICATE, ...files, renewalsPerWeek: '3' },
    });
    const definition = actionDefinition('regenerate_certs');
    const runbook = runbookOf(definition, 'host');
    const documentFor = (fields: object) =>
      runbook && runbookFor(runbook, componentSchema.parse({ ...FIELDS, ...fields })).document;
    expect([documentFor({}), documentFor(certbot)]).toEqual(documentsOf(definition));
  });

  it('includes rule files in what is frozen only where there are some', () => {
    const { rules: _, ...without } = FIELDS;
    const component = componentSchema.parse(without);
    const { params } = actionDefinition('freeze_config');
    const parameters = runbookOf(actionDefinition('freeze_config'), 'host')?.parameters(
      component,
      params.parse({}),
    );
    expect(parameters).toStrictEqual({ paths: '/etc/web.conf', verified: 'false', keepVersions: '10' });
  });
});
