import { describe, expect, it } from 'vitest';
import { alertAlone, type Evidence } from '../../../../functions/core/diagnosis/evidence.ts';
import { findCauses } from '../../../../functions/core/diagnosis/find-causes.ts';
import {
  deployed,
  found,
  type Given,
  likeliest,
  withChanges,
} from '../../../factories/diagnosis/found-causes.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

describe('what metrics and errors show', () => {
  it.each([
    ['requests', 'TRAFFIC_SURGE'],
    ['throttles', 'THROTTLED'],
    ['memory', 'MEMORY_LEAK'],
    ['heap.used', 'MEMORY_LEAK'],
    ['open_fds', 'POOL_EXHAUSTED'],
    ['disk', 'DISK_FULL'],
    ['disk-used_errors', 'DISK_FULL'],
    ['rate_limit_exceeded', 'THROTTLED'],
    ['cpu', 'CPU_SATURATED'],
    ['certificate', 'CERT_EXPIRED'],
  ])('an alert on %s supports %s', (metric, code) => {
    expect(likeliest({ alert: { metric } })?.code).toBe(code);
  });

  it.each(['request_errors', 'request_latency', 'requests_failed', 'memorable'])(
    'an alert on %s supports no cause by its name',
    (metric) => {
      expect(found({ alert: { metric } }).supported).toEqual([]);
    },
  );

  it('errors of type ThrottlingException support THROTTLED', () => {
    expect(likeliest({ alert: { errorType: 'ThrottlingException' } })).toMatchObject({
      ...{ code: 'THROTTLED', confidence: 0.85, supports: ['errors are of type ThrottlingException'] },
    });
  });

  it('of equally likely causes, a host that is down is named before a full disk', () => {
    const silentPeers = [{ peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON }];
    const { supported } = found({ alert: { metric: 'disk' }, own: { silentPeers } });
    expect(supported.map(({ code, confidence }) => [code, confidence])).toEqual([
      ['HOST_DOWN', 0.9],
      ['DISK_FULL', 0.9],
    ]);
  });

  it('an alert says as much where nothing at all was gathered', () => {
    const alert = alertOf('web', { metric: 'memory', current: 95 });
    const leak = {
      ...{ code: 'MEMORY_LEAK', component: 'web', confidence: 0.75, supports: ['the alert is on memory'] },
    };
    expect(findCauses(alertAlone(alert))).toStrictEqual({ supported: [leak], refuted: [] });
    const nothing = { ...alertAlone(alert), components: [] };
    expect(findCauses(nothing)).toStrictEqual({ supported: [leak], refuted: [] });
  });

  it.each([
    ['throttles', 'ThrottlingException', 'THROTTLED'],
    ['certificate', 'CERT_HAS_EXPIRED', 'CERT_EXPIRED'],
  ])('errors of the type that fits add nothing to an alert on %s', (metric, errorType, code) => {
    const alone = likeliest({ alert: { metric } });
    expect(likeliest({ alert: { metric, errorType } })).toEqual(alone);
    expect(alone).toMatchObject({ code, confidence: 0.9 });
  });

  it('an alarm on requests that is red as well makes a surge of CPU trouble', () => {
    const redAlarms = [
      { alarmName: 'web-requests', metric: 'requests', severity: 'WARNING' as const, sinceMs: NOON },
    ];
    expect(likeliest({ alert: { metric: 'cpu' }, own: { redAlarms } })?.code).toBe('TRAFFIC_SURGE');
  });
});

describe('too few requests', () => {
  const alarm = {
    alarmName: 'web-requests',
    metric: 'requests',
    severity: 'WARNING' as const,
    sinceMs: NOON,
  };
  const few = { ...alarm, isLow: true as const };
  const codes = (given: Given) => found(given).supported.map(({ code }) => code);

  it('never count as a surge, whether an alarm or the alert itself is on them', () => {
    expect(codes({ own: { redAlarms: [few] } })).not.toContain('TRAFFIC_SURGE');
    const alert = { metric: 'requests', alarmName: 'web-requests' };
    expect(codes({ alert, own: { redAlarms: [few] } })).not.toContain('TRAFFIC_SURGE');
    expect(codes({ alert: { ...alert, current: 3, threshold: 10 } })).not.toContain('TRAFFIC_SURGE');
    expect(codes({ alert: { ...alert, current: 30, threshold: 10 } })).toContain('TRAFFIC_SURGE');
    const anomaly = { origin: 'anomaly' as const, metric: 'throughput', baseline: 500 };
    expect(codes({ alert: { ...anomaly, current: 0 } })).not.toContain('TRAFFIC_SURGE');
    expect(codes({ alert: { ...anomaly, current: 900 } })).toContain('TRAFFIC_SURGE');
  });

  it('do not clear a deployment', () => {
    const { own } = withChanges(deployed(10));
    const by = (red: typeof alarm) => found({ own: { ...own, redAlarms: [red] } }).supported;
    const confidence = (red: typeof alarm) =>
      by(red).find(({ code }) => code === 'BAD_DEPLOYMENT')?.confidence ?? 0;
    expect(confidence(few)).toBeGreaterThanOrEqual(0.8);
    expect(confidence(alarm)).toBeLessThan(0.7);
  });
});

describe('what monitors and the analysis report', () => {
  it.each([
    ['disk', 'DISK_FULL', 0.75],
    ['memory_leak', 'MEMORY_LEAK', 0.6],
    ['gc_pressure', 'MEMORY_LEAK', 0.6],
    ['descriptor_leak', 'POOL_EXHAUSTED', 0.6],
    ['certificate', 'CERT_EXPIRED', 0.85],
  ])('supports the cause behind it as another alarm would: %s', (metric, code, confidence) => {
    const says = `a monitor reports ${metric}`;
    expect(likeliest({ own: { signs: [{ metric, atMs: NOON, says }] } })).toMatchObject({
      ...{ code, confidence, supports: [says] },
    });
  });

  it('is said once where the alert began with it', () => {
    const signs = [{ metric: 'disk', atMs: NOON, says: 'a monitor reports disk' }];
    expect(likeliest({ alert: { origin: 'monitor', metric: 'disk' }, own: { signs } })?.supports).toEqual([
      'the alert is on disk',
    ]);
  });
});

describe('missing evidence', () => {
  it('lowers the confidence of the rules that use it, and of no other', () => {
    const given = {
      alert: { metric: 'disk' },
      own: { silentPeers: [{ peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON }] },
    };
    const confidence = (code: string, missing: Evidence['missing'] = []) =>
      found({ ...given, missing }).supported.find((cause) => cause.code === code)?.confidence ?? 0;
    const missing = [{ source: 'heartbeats', why: 'no answer within 2 s' } as const];
    expect(confidence('HOST_DOWN')).toBe(0.9);
    expect(confidence('HOST_DOWN', missing)).toBe(0.81);
    expect(confidence('HOST_DOWN', [...missing, ...missing])).toBe(0.73);
    expect(confidence('DISK_FULL', missing)).toBe(confidence('DISK_FULL'));
  });

  it.each(['metrics', 'resources'] as const)('lowers nothing of what a heartbeat shows: %s', (source) => {
    const given = { own: { silentPeers: [{ peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON }] } };
    const missing = [{ source, why: 'Throttling' }];
    expect(likeliest({ ...given, missing })).toEqual(likeliest(given));
    expect(likeliest(given)?.code).toBe('HOST_DOWN');
  });

  it.each([
    ['memory', 'MEMORY_LEAK', 'heartbeats'],
    ['requests', 'TRAFFIC_SURGE', 'metrics'],
  ] as const)(
    'lowers nothing that it could only raise: of an alert on %s, %s without %s',
    (metric, code, source) => {
      const given = { alert: { metric } };
      const missing = [{ source, why: 'no answer within 2 s' }];
      expect(likeliest({ ...given, missing })).toEqual(likeliest(given));
      expect(likeliest(given)?.code).toBe(code);
    },
  );
});
