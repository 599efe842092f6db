import { describe, expect, it } from 'vitest';
import {
  alarmSource,
  anomalySource,
  isAnswered,
  monitorSource,
  profileSources,
} from '../../../functions/core/configuration/alert-source.ts';
import { configured } from '../../factories/configuration.ts';

const TIERS = { critical: 'signal', high: 'notify', medium: 'notify' } as const;

function webOf(fields: object) {
  const { web } = configured({ components: { web: { ...fields } } }).components;
  if (web === undefined) throw new Error('no component');
  return web;
}

const alarmsOf = (severity: string) =>
  Object.values(webOf({ alarms: { a: { metric: 'errors', adopt: 'shop-errors', severity } } }).alarms);

describe('an alarm', () => {
  it('alerts in its own severity', () => {
    expect(alarmsOf('WARNING').map(alarmSource)).toEqual([
      { metric: 'errors', alerts: [{ origin: 'alarm', metric: 'errors', severity: 'WARNING' }] },
    ]);
  });

  it('alerts nobody who heals if it is for information', () => {
    expect(alarmsOf('INFO').map(alarmSource)).toEqual([{ metric: 'errors', alerts: [] }]);
  });
});

describe('a series', () => {
  it.each([
    [{}, ['CRITICAL']],
    [{ high: 'signal' }, ['CRITICAL', 'WARNING']],
    [{ medium: 'signal' }, ['CRITICAL', 'WARNING']],
    [{ critical: 'notify', medium: 'signal' }, ['WARNING']],
    [{ critical: 'notify' }, []],
  ] as const)('alerts in the severities of the tiers that signal: %j', (tiers, severities) => {
    expect(anomalySource('latency', { tiers: { ...TIERS, ...tiers } })).toEqual({
      metric: 'latency',
      alerts: severities.map((severity) => ({ origin: 'anomaly', metric: 'latency', severity })),
    });
  });
});

describe('a profile', () => {
  const sourcesOf = (tiers: object) =>
    profileSources(webOf({ profile: { runtime: 'none', custom: [], tiers: { ...TIERS, ...tiers } } }));

  it('alerts in no severity above that of its kind of leak, each once', () => {
    expect(sourcesOf({ high: 'signal' })).toEqual([
      {
        metric: 'goroutine_leak',
        alerts: [{ origin: 'anomaly', metric: 'goroutine_leak', severity: 'WARNING' }],
      },
      {
        metric: 'memory_leak',
        alerts: [
          { origin: 'anomaly', metric: 'memory_leak', severity: 'CRITICAL' },
          { origin: 'anomaly', metric: 'memory_leak', severity: 'WARNING' },
        ],
      },
      {
        metric: 'descriptor_leak',
        alerts: [{ origin: 'anomaly', metric: 'descriptor_leak', severity: 'WARNING' }],
      },
    ]);
  });

  it('alerts nobody if the component has none', () => {
    expect(profileSources(webOf({}))).toEqual([]);
  });
});

describe('another monitor', () => {
  it('may alert in any severity that heals, and suggest anything', () => {
    expect(
      monitorSource('errors').alerts.map(({ severity, suggestedAction }) => [severity, suggestedAction]),
    ).toEqual([
      ['CRITICAL', undefined],
      ['CRITICAL', 'restart'],
      ['CRITICAL', 'isolate'],
      ['WARNING', undefined],
      ['WARNING', 'restart'],
      ['WARNING', 'isolate'],
    ]);
  });
});

it('counts an alert of a component as answered by the strategies that triage would choose', () => {
  const source = monitorSource('errors');
  const answering = (trigger: object) =>
    configured({ strategies: [{ trigger }] }).strategies.map((strategy) => isAnswered(strategy, source));
  expect(answering({ metrics: ['errors'] })).toEqual([true]);
  expect(answering({ metrics: ['latency'] })).toEqual([false]);
});
