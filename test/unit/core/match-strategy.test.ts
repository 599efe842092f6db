import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failuresInWindow, matchingStrategies } from '../../../functions/core/signal/match-strategy.ts';
import { configured } from '../../factories/configuration.ts';
import { alertOf, NOON } from '../../factories/operations/admissions.ts';

const strategiesOf = (...strategies: readonly Readonly<Record<string, unknown>>[]) =>
  configured({ components: { web: {}, db: {} }, strategies }).strategies;
const ids = (strategies: ReturnType<typeof strategiesOf>, alert = alertOf('web')) =>
  matchingStrategies(strategies, alert).map(({ id }) => id);

describe('a strategy', () => {
  it('answers an alert by metric or by status', () => {
    const strategies = strategiesOf(
      { id: 'by-metric', trigger: { metrics: ['memory'] } },
      { id: 'by-status', trigger: { statuses: ['CRITICAL'] } },
      { id: 'by-other', trigger: { metrics: ['cpu'] } },
    );
    expect(ids(strategies)).toEqual(['by-metric', 'by-status']);
    expect(ids(strategies, alertOf('web', { severity: 'WARNING' }))).toEqual(['by-metric']);
    expect(ids(strategies, alertOf('web', { metric: 'disk' }))).toEqual(['by-status']);
  });

  it('answers as OFFLINE only a critical alert that suggests a restart', () => {
    const strategies = strategiesOf({ id: 'offline', trigger: { statuses: ['OFFLINE'] } });
    expect(ids(strategies, alertOf('web', { suggestedAction: 'restart' }))).toEqual(['offline']);
    expect(ids(strategies, alertOf('web', { suggestedAction: 'isolate' }))).toEqual([]);
    expect(ids(strategies, alertOf('web', { suggestedAction: 'restart', severity: 'WARNING' }))).toEqual([]);
    expect(ids(strategies)).toEqual([]);
  });

  it('answers as ISOLATED only a critical alert that suggests isolation', () => {
    const strategies = strategiesOf({ id: 'isolated', trigger: { statuses: ['ISOLATED'] } });
    expect(ids(strategies, alertOf('web', { suggestedAction: 'isolate' }))).toEqual(['isolated']);
    expect(ids(strategies, alertOf('web', { suggestedAction: 'restart' }))).toEqual([]);
    expect(ids(strategies, alertOf('web', { suggestedAction: 'isolate', severity: 'WARNING' }))).toEqual([]);
    expect(ids(strategies)).toEqual([]);
  });

  it('answers as DEGRADED only a warning', () => {
    const strategies = strategiesOf({ id: 'degraded', trigger: { statuses: ['DEGRADED'] } });
    expect(ids(strategies, alertOf('web', { severity: 'WARNING' }))).toEqual(['degraded']);
    expect(ids(strategies)).toEqual([]);
  });

  it('answers a missed heartbeat without a suggested action only by the status DEGRADED, not by its metric', () => {
    const strategies = strategiesOf(
      { id: 'by-metric', trigger: { metrics: ['heartbeat'] } },
      { id: 'by-status', trigger: { statuses: ['CRITICAL', 'OFFLINE', 'ISOLATED'] } },
      { id: 'degraded', trigger: { metrics: ['heartbeat'], statuses: ['DEGRADED'] } },
    );
    const heartbeat = { metric: 'heartbeat', origin: 'watchdog' } as const;
    expect(ids(strategies, alertOf('web', { ...heartbeat, severity: 'WARNING' }))).toEqual(['degraded']);
    for (const suggestedAction of ['restart', 'isolate']) {
      expect(ids(strategies, alertOf('web', { ...heartbeat, suggestedAction }))).toEqual([
        'by-metric',
        'by-status',
        'degraded',
      ]);
    }
  });

  it('answers another monitor by its metric, even if it is a warning that suggests nothing', () => {
    const strategies = strategiesOf({ id: 'by-metric', trigger: { metrics: ['heartbeat'] } });
    const warning = { metric: 'heartbeat', origin: 'monitor', severity: 'WARNING' } as const;
    expect(ids(strategies, alertOf('web', warning))).toEqual(['by-metric']);
  });

  it('answers a peer to be isolated like one that is OFFLINE, if nothing isolates it', () => {
    const offline = { id: 'restart', trigger: { statuses: ['OFFLINE'] } };
    const isolated = { id: 'isolate', trigger: { statuses: ['ISOLATED'] } };
    const ofWatchdog = { metric: 'heartbeat', origin: 'watchdog', suggestedAction: 'isolate' } as const;
    expect(ids(strategiesOf(offline), alertOf('web', ofWatchdog))).toEqual(['restart']);
    const other = { id: 'by-metric', trigger: { metrics: ['cpu'] } };
    expect(ids(strategiesOf(other, offline), alertOf('web', ofWatchdog))).toEqual(['restart']);
    expect(ids(strategiesOf(offline, isolated), alertOf('web', ofWatchdog))).toEqual(['isolate']);
    expect(ids(strategiesOf(offline), alertOf('web', { ...ofWatchdog, origin: 'monitor' }))).toEqual([]);
  });

  it('isolates a peer that restarts did not bring back, if that strategy comes first', () => {
    const strategies = strategiesOf(
      { id: 'isolate', trigger: { statuses: ['ISOLATED'] } },
      { id: 'restart', trigger: { statuses: ['CRITICAL', 'OFFLINE'] } },
    );
    const heartbeat = { metric: 'heartbeat', origin: 'watchdog' } as const;
    expect(ids(strategies, alertOf('web', { ...heartbeat, severity: 'WARNING' }))).toEqual([]);
    expect(ids(strategies, alertOf('web', { ...heartbeat, suggestedAction: 'restart' }))).toEqual([
      'restart',
    ]);
    expect(ids(strategies, alertOf('web', { ...heartbeat, suggestedAction: 'isolate' }))).toEqual([
      'isolate',
      'restart',
    ]);
  });

  it('answers only for the components that it names', () => {
    const strategies = strategiesOf({ id: 'db-only', components: ['db'] }, { id: 'all' });
    expect(ids(strategies)).toEqual(['all']);
    expect(ids(strategies, alertOf('db'))).toEqual(['db-only', 'all']);
  });

  it('answers a person who names it, whatever its trigger says, but only for its own components', () => {
    const strategies = strategiesOf(
      { id: 'first' },
      { id: 'second', trigger: { metrics: ['cpu'] } },
      { id: 'third', components: ['db'] },
    );
    expect(ids(strategies, alertOf('web', { strategyId: 'second' }))).toEqual(['second']);
    expect(ids(strategies, alertOf('web', { strategyId: 'third' }))).toEqual([]);
    expect(ids(strategies, alertOf('web', { strategyId: 'fourth' }))).toEqual([]);
  });

  it('answers a surge where there is too much to do, whichever caller it comes from', () => {
    const strategies = strategiesOf({ id: 'scale', trigger: { causes: ['TRAFFIC_SURGE', 'DISK_FULL'] } });
    const due = (code: 'TRAFFIC_SURGE' | 'DISK_FULL') =>
      ids(strategies, alertOf('db', { causes: [{ code, component: 'web', confidence: 0.8, supports: [] }] }));
    expect(due('TRAFFIC_SURGE')).toEqual(['scale']);
    expect(due('DISK_FULL')).toEqual([]);
  });

  it('answers a cause of which diagnosis is confident enough, in the component of the alert', () => {
    const strategies = strategiesOf({
      id: 'clean',
      trigger: { causes: ['DISK_FULL'], confidenceThreshold: 0.6 },
    });
    const due = (component: string, confidence: number) =>
      ids(
        strategies,
        alertOf('db', { causes: [{ code: 'DISK_FULL', component, confidence, supports: [] }] }),
      );
    expect(due('db', 0.6)).toEqual(['clean']);
    expect(due('db', 0.59)).toEqual([]);
    expect(due('web', 0.9)).toEqual([]);
  });

  it('answers by its causes what was not diagnosed, and nothing of which no cause was found', () => {
    const strategies = strategiesOf({ id: 'clean', trigger: { causes: ['DISK_FULL'] } });
    expect(ids(strategies, alertOf('db'))).toEqual(['clean']);
    expect(ids(strategies, alertOf('db', { causes: [] }))).toEqual([]);
  });

  it('matches in the order of the file: the first that matches wins', () => {
    const order = fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 1 });
    fc.assert(
      fc.property(order, (names) => {
        expect(ids(strategiesOf(...names.map((id) => ({ id }))))).toEqual(names);
      }),
    );
  });
});

describe('alerts in a row', () => {
  const [strategy] = strategiesOf({ trigger: { metrics: ['memory'], withinSeconds: 60 } });
  if (!strategy) throw new Error('no strategy');
  const times = (earlier: readonly number[], nowMs = NOON) =>
    failuresInWindow(earlier, alertOf('web', { occurredAtMs: nowMs }), strategy);

  it('count inside the window, this one included', () => {
    expect(times([NOON - 60_000, NOON - 59_999, NOON - 1])).toEqual([NOON - 59_999, NOON - 1, NOON]);
  });

  it('count once, however often they are delivered', () => {
    expect(times([NOON - 5, NOON])).toEqual([NOON - 5, NOON]);
  });

  it('never exceed what was sent, and come in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: NOON - 120_000, max: NOON })), (earlier) => {
        const counted = times(earlier);
        expect(counted).toEqual([...new Set(counted)].sort((a, b) => a - b));
        expect(counted.every((time) => time > NOON - 60_000 && [...earlier, NOON].includes(time))).toBe(true);
      }),
    );
  });
});
