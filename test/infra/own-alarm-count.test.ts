import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { ownAlarmCount } from '../../functions/core/cost/own-alarm-count.ts';
import { APPROVALS_CONFIGURATION, SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { synthesizeTemplates } from './synthesized-stacks.ts';

const ANOMALIES = SAMPLE_CONFIGURATION.replace(
  '    alarms:\n',
  '    anomalies:\n      load: { metric: load, namespace: Test, metricName: Load, dimensions: {}, detector: seasonal }\n    alarms:\n',
);

const DISCOVERED = SAMPLE_CONFIGURATION.replace('settings:', 'settings:\n  graph: { discover: [xray] }');

const INVESTIGATED = SAMPLE_CONFIGURATION.replace('    alarms:\n', '    logs: [/web]\n    alarms:\n');

describe('the number of alarms on Selfheal itself', () => {
  it.each([
    ['as shipped', readFileSync(join(import.meta.dirname, '..', '..', 'selfheal.yaml'), 'utf8')],
    ['with two shards, two vantage points and a webhook', SAMPLE_CONFIGURATION],
    ['with channels and approvals', APPROVALS_CONFIGURATION],
    ['with anomalies', ANOMALIES],
    ['with discovered dependencies', DISCOVERED],
    ['with logs that are searched', INVESTIGATED],
    [
      'with changes that are looked up',
      SAMPLE_CONFIGURATION.replace('settings:', 'settings:\n  investigate: [cloudtrail]'),
    ],
    [
      'with traces that are read',
      SAMPLE_CONFIGURATION.replace('settings:', 'settings:\n  investigate: [xray]'),
    ],
    ['without the watchdog', SAMPLE_CONFIGURATION.replace('watchdog:\n', 'watchdog:\n  enabled: false\n')],
  ])('equals what the templates create: %s', (_, yaml) => {
    const loaded = loadConfiguration(yaml, 'selfheal.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const names = Object.values(synthesizeTemplates(yaml)).flatMap(({ Resources = {} }) =>
      Object.values(
        Resources as Readonly<Record<string, { Type: string; Properties?: Record<string, unknown> }>>,
      )
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => String(Properties?.['AlarmName'])),
    );
    const own = names.filter((name) => name.startsWith('SelfhealEngine-'));
    expect(ownAlarmCount(loaded.compiled)).toBe(own.length);
  });
});
