import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { valueFault } from '../../functions/core/actions/document-parameter.ts';
import type { RunbookContent } from '../../infra/constructs/runbook-document.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const { runbooks, laterRunbooks } = synthesizeStacks();
const documents = [runbooks, laterRunbooks]
  .flatMap((template) => [...resourcesOf(template, 'AWS::SSM::Document').values()])
  .map(({ Properties }) => ({
    name: String(Properties['Name']),
    content: Properties['Content'] as RunbookContent,
  }));
const parameters = documents.flatMap(({ name, content }) =>
  Object.entries(content.parameters).map(([parameter, definition]) => ({ name, parameter, definition })),
);
const definitionsOf = (parameter: string) => {
  const found = parameters.filter((each) => each.parameter === parameter);
  expect(found.length).toBeGreaterThan(0);
  return found.map(({ definition }) => definition);
};

const path = `/${'p'.repeat(254)}`;
const network = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128';
const listed = (text: string, count: number) => Array.from({ length: count }, () => text).join(',');

const TAKEN: Readonly<Record<string, readonly string[]>> = {
  operationId: ['op-20260101-0a1b2c3d', 'a'.repeat(80)],
  stepId: ['heal-0', 'rollback-12', 'verify-0', 'keep-0', 'manual-999'],
  fence: ['0', '1', '999999999999999'],
  component: ['a', 'orders-db-2', `a${'b'.repeat(62)}`],
  executionTimeout: ['1', '3600', '99999'],
  serviceManager: ['systemd', 'sysv'],
  containment: ['isolation', 'safe-mode'],
  renewalsPerWeek: ['1', '100'],
  keyFile: ['/etc/nginx/tls/key.pem', path],
  certificateFile: ['/etc/nginx/tls/certificate.pem', path],
  names: ['a.example.com', '*.example.com,10.0.0.1', listed('n'.repeat(251), 20)],
  validDays: ['1', '825'],
  caKeyFile: ['', '/etc/ca/key.pem', path],
  caCertificateFile: ['', '/etc/ca/certificate.pem', path],
  port: ['443', '65535'],
  applyBy: ['reload', 'restart'],
  engine: ['postgresql', 'redis'],
  dataDirectory: ['/var/lib/postgresql/15/main', path],
  backupDirectory: ['/var/backups/selfheal', path],
  keepBackups: ['1', '100'],
  s3Directory: [
    '',
    's3://abc/selfheal',
    's3://backups.example.com/backups/of_all.databases/team=a',
    `s3://a${'b'.repeat(62)}/${'p'.repeat(200)}`,
  ],
  s3Region: ['', 'eu-central-1', 'us-gov-west-1', 'cn-north-1', 'us-isob-east-1'],
  kmsKey: [
    '',
    'alias/backups',
    '1234abcd-12ab-34cd-56ef-1234567890ab',
    'mrk-1234abcd12ab34cd56ef1234567890ab',
    'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'arn:aws:kms:eu-central-1:123456789012:alias/backups/of-orders',
  ],
  maxAgeSeconds: ['60', '31536000'],
  releaseLink: ['/srv/orders/current', path],
  releasesDirectory: ['/srv/orders/releases', path],
  ladder: ['', '512/', '/50', '512/100,1024/200', `${'1234567/12345,'.repeat(19)}1234567/12345`],
  level: ['debug', 'info', 'warning', 'err', 'crit'],
  release: ['', '20261129T0200', 'v1.2.3+4', `a${'b'.repeat(127)}`],
  rulesEngine: ['haproxy', 'nginx', 'prometheus'],
  rulePaths: ['', '/etc/prometheus/rules/disk.yml', listed(path, 20)],
  phase: ['do', 'undo'],
  service: ['nginx.service', 'postgresql@15-main.service', `A${'b'.repeat(120)}.service`],
  paths: ['/etc/app.conf', '/a,/b', path, listed(path, 20)],
  endpoint: ['', 'http://127.0.0.1:9100/metrics', 'https://localhost/debug/vars?a=b'],
  custom: ['', 'queue_depth', listed(`a${'b'.repeat(62)}`, 10)],
  intervalSeconds: ['10', '60'],
  since: ['0', '999999999999'],
  suspectSince: ['', '0', '999999999999'],
  seconds: ['1', '10', '30'],
  olderThanMinutes: ['0', '525600'],
  graceSeconds: ['1', '600'],
  settleSeconds: ['0', '120'],
  mode: ['start', 'restart'],
  stableSeconds: ['0', '99999'],
  timeoutSeconds: ['1', '99999'],
  url: ['', 'http://127.0.0.1:8080/', 'https://a.example.com/health?deep=1'],
  managementCidrs: ['', '10.0.0.0/8', 'fd00::/8', '10.1.0.0/16,fd00::/8', listed(network, 20)],
  verified: ['true', 'held', 'false'],
  keepVersions: ['1', '100'],
  apply: ['reload', 'restart', 'none'],
  validator: ['none', 'nginx', 'sshd', 'systemd', 'json'],
};

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  operationId: ['', 'short', 'a'.repeat(81), 'op_20260101'],
  stepId: ['', 'heal', 'heal-1000', 'undo-1', 'heal-1 '],
  fence: ['', '-1', '1e3', '1000000000000000'],
  component: ['', 'A', '-a', 'a.b', `a${'b'.repeat(63)}`],
  executionTimeout: ['', '1.5', '100000'],
  serviceManager: ['', 'openrc'],
  containment: ['', 'isolated', 'safe mode'],
  renewalsPerWeek: ['0', '1000'],
  keyFile: ['', 'key.pem', '/a,/b'],
  certificateFile: ['', '/a b'],
  names: ['', 'a,', '-a', 'a_b', '*', listed('n'.repeat(251), 21)],
  validDays: ['0', '10000'],
  caKeyFile: ['key.pem'],
  caCertificateFile: ['a b'],
  port: ['0', '100000'],
  applyBy: ['', 'none'],
  engine: ['', 'mysql'],
  backupDirectory: ['', 'var/backups', '/a,/b'],
  keepBackups: ['0', '1000'],
  s3Directory: [
    ...[
      'backups/selfheal',
      's3://ab/selfheal',
      's3://Backups/selfheal',
      's3://-backups/selfheal',
      's3://backups',
    ],
    ...['/selfheal', 'selfheal/', 'a//b', '../a', 'a/.', 'a b', '$(id)'].map(
      (prefix) => `s3://backups/${prefix}`,
    ),
    `s3://a${'b'.repeat(62)}/${'p'.repeat(201)}`,
  ],
  s3Region: ['Frankfurt', 'eu', 'eu-central-1a', '--help'],
  kmsKey: ['--help', 'alias/', 'arn:aws:s3:::backups', 'a b'],
  maxAgeSeconds: ['', '-1', '1234567890'],
  releaseLink: ['', 'current', '/a,/b'],
  releasesDirectory: ['', 'releases'],
  ladder: ['512', '0512/', '1,2', '512/100;reboot', `${'1234567/12345,'.repeat(20)}1/1`],
  level: ['', 'trace', 'debug; reboot'],
  release: ['.', '..', '-a', 'a/b', 'a b', `a${'b'.repeat(128)}`],
  rulesEngine: ['', 'suricata'],
  rulePaths: ['etc/rules', '/a,', listed(path, 21)],
  phase: ['', 'redo'],
  dataDirectory: ['', 'var/lib', '/a,/b', '/a b', `${path}p`],
  service: ['', 'nginx', '-nginx.service', 'a b.service', 'a/b.service', `A${'b'.repeat(121)}.service`],
  paths: ['', 'etc/app.conf', '/a,', '/a,b', '/a b', '/a;b', listed(path, 21)],
  endpoint: [
    'http://10.0.0.1/metrics',
    'http://127.0.0.1.example.com/',
    'file:///etc/passwd',
    'http://localhost/a b',
  ],
  custom: ['Queue', 'a,', 'a b', listed(`a${'b'.repeat(62)}`, 11)],
  intervalSeconds: ['', '5', '61'],
  since: ['', '-1', '1e9', '1234567890123'],
  suspectSince: ['-1', '1e3', '1.5', '1000000000000'],
  seconds: ['', '0', '31', '100'],
  olderThanMinutes: ['', '-1', '12345678'],
  graceSeconds: ['', '12345'],
  settleSeconds: ['', '12345'],
  mode: ['', 'stop'],
  stableSeconds: ['', '123456'],
  timeoutSeconds: ['', '123456'],
  url: ['ftp://a/', 'http://', 'http://a/ b', 'http://user@a/', "http://a/'"],
  managementCidrs: ['10.0.0.0', '10.0.0.0/8,', 'any/0', '64:ff9b::10.0.0.0/104', listed(network, 21)],
  verified: ['', 'yes'],
  keepVersions: ['0', '1000'],
  apply: ['', 'stop'],
  validator: ['', 'apache'],
};

/** What a shell, a YAML file or the agent's own substitution would take for more than text. */
const HOSTILE = [
  '$(id)',
  '`id`',
  '{{ ssm:secret }}',
  'a\nb',
  'a\n',
  '\na',
  '$0',
  "'",
  '"',
  'a\0b',
  'a\u2028b',
  'é',
];

describe('parameters of the synthesized SSM documents', () => {
  it.each(parameters)('$name compiles the pattern of $parameter with RE2', ({ definition }) => {
    const { allowedPattern } = definition;
    if (allowedPattern === undefined) return expect(definition.allowedValues).not.toHaveLength(0);
    expect(() => RE2JS.compile(allowedPattern)).not.toThrow();
  });

  it('are all named in the lists of values below', () => {
    const names = [...new Set(parameters.map(({ parameter }) => parameter))].sort();
    expect(Object.keys(TAKEN).sort()).toEqual(names);
    expect(Object.keys(REFUSED).sort()).toEqual(names);
  });

  it.each(Object.entries(TAKEN))('%s accepts its smallest, usual and largest values', (parameter, values) => {
    for (const definition of definitionsOf(parameter)) {
      expect(values.map((value) => valueFault(definition, value))).toEqual(values.map(() => undefined));
    }
  });

  it.each(Object.entries(REFUSED))(
    '%s refuses what is just outside, and what is not plain',
    (parameter, values) => {
      for (const definition of definitionsOf(parameter)) {
        const refused = [
          ...values,
          ...HOSTILE,
          ...(TAKEN[parameter] ?? []).flatMap((value) => HOSTILE.map((text) => value + text)),
        ];
        // Empty is no fault where it is what the document takes for a value that is left out.
        const isLeftOut = (value: string) => value === '' && definition.default === '';
        const taken = refused.filter(
          (value) => valueFault(definition, value) === undefined && !isLeftOut(value),
        );
        expect(taken).toEqual([]);
      }
    },
  );

  it.each(parameters)('$name accepts the default of $parameter itself', ({ definition }) => {
    if (definition.default !== undefined) expect(valueFault(definition, definition.default)).toBeUndefined();
  });
});
