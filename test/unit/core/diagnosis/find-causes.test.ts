import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../functions/core/change/change.ts';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import type { ComponentEvidence, Evidence } from '../../../../functions/core/diagnosis/evidence.ts';
import { findCauses } from '../../../../functions/core/diagnosis/find-causes.ts';
import type { TrafficEvidence } from '../../../../functions/core/diagnosis/traffic-evidence.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const WATCHED = { holdMs: 60 * MINUTE_MS, suspectMs: 60 * MINUTE_MS, graceMs: 5 * MINUTE_MS };

interface Given {
  readonly alert?: Partial<HealthAlert>;
  readonly own?: Partial<ComponentEvidence>;
  readonly dependency?: Partial<ComponentEvidence>;
  readonly missing?: Evidence['missing'];
  readonly nowMs?: number;
  readonly traffic?: TrafficEvidence;
}

function evidenceOf({ alert, own, dependency, missing = [], nowMs = NOON, traffic }: Given): Evidence {
  const component = (name: string, more: Partial<ComponentEvidence> = {}): ComponentEvidence => ({
    ...{ component: name, redAlarms: [], silentPeers: [] },
    ...more,
  });
  return {
    alert: {
      ...{ signalId: 's', origin: 'alarm', component: 'web', metric: 'error_rate', severity: 'CRITICAL' },
      ...{ occurredAtMs: NOON, reason: 'too many errors', alarmName: 'web-errors', targets: [] },
      ...alert,
    },
    nowMs,
    graph: dependencyGraph(dependency ? [{ caller: 'web', callee: 'database' }] : []),
    components: [component('web', own), ...(dependency ? [component('database', dependency)] : [])],
    missing,
    ...traffic,
  };
}

function deployed(minutesBefore: number, more: Partial<Change> = {}): Change {
  const startedAtMs = NOON - minutesBefore * MINUTE_MS;
  return {
    ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: 'd-1' },
    ...{ summary: 'deployment d-1', status: 'SUCCEEDED', startedAtMs, endedAtMs: startedAtMs + MINUTE_MS },
    ...more,
  };
}

const withChanges = (...changes: readonly Change[]) => ({ own: { watched: WATCHED, changes } });
const found = (given: Given) => findCauses(evidenceOf(given));
const likeliest = (given: Given) => found(given).supported[0];
const refuted = (given: Given) => found(given).refuted.map(({ code }) => code);

describe('BAD_DEPLOYMENT', () => {
  it('is supported by a deployment shortly before the trouble, which it names', () => {
    const cause = likeliest(withChanges(deployed(10)));
    expect(cause).toMatchObject({ code: 'BAD_DEPLOYMENT', component: 'web' });
    expect(cause?.confidence).toBeGreaterThanOrEqual(0.8);
    expect(cause?.supports[0]).toContain('deployment d-1 (codedeploy, SUCCEEDED)');
    expect(cause?.supports[0]).toContain('10 minutes before the trouble');
  });

  it('is refuted if the trouble began before the deployment', () => {
    const given = withChanges(deployed(-2));
    expect(refuted({ ...given, nowMs: NOON + 5 * MINUTE_MS })).toContain('BAD_DEPLOYMENT');
  });

  it('is refuted if an alarm of the component was red before the deployment, though the alert is later', () => {
    const redAlarms = [
      {
        alarmName: 'web-latency',
        metric: 'latency',
        severity: 'WARNING' as const,
        sinceMs: NOON - 5 * MINUTE_MS,
      },
    ];
    expect(refuted({ own: { ...withChanges(deployed(3)).own, redAlarms } })).toContain('BAD_DEPLOYMENT');
  });

  it('is not refuted by an alarm that has been red for days', () => {
    const redAlarms = [
      {
        alarmName: 'web-disk',
        metric: 'backlog',
        severity: 'WARNING' as const,
        sinceMs: NOON - 4_000 * MINUTE_MS,
      },
    ];
    expect(likeliest({ own: { ...withChanges(deployed(3)).own, redAlarms } })?.code).toBe('BAD_DEPLOYMENT');
  });

  it.each([
    [59, true],
    [60, false],
  ])('is suspected of a deployment %i minutes before the trouble: %s', (minutes, isSuspected) => {
    const { supported } = found(withChanges(deployed(minutes, { endedAtMs: NOON - minutes * MINUTE_MS })));
    expect(supported.some(({ code }) => code === 'BAD_DEPLOYMENT')).toBe(isSuspected);
  });

  it('loses confidence with its age, until it decides nothing', () => {
    const aged = (minutes: number) =>
      likeliest(withChanges(deployed(minutes, { endedAtMs: NOON - minutes * MINUTE_MS })))?.confidence ?? 0;
    expect(aged(5)).toBeGreaterThan(aged(30));
    expect(aged(59)).toBeLessThan(0.7);
  });

  it('decides only after the grace time while the deployment is in progress', () => {
    const { endedAtMs: _, ...running } = deployed(2, { status: 'IN_PROGRESS' });
    const at = (minutes: number) =>
      likeliest({ ...withChanges(running), nowMs: NOON + minutes * MINUTE_MS })?.confidence ?? 0;
    expect(at(4)).toBeLessThan(0.7);
    expect(at(5)).toBeGreaterThanOrEqual(0.7);
  });

  it('is refuted if Selfheal deployed', () => {
    expect(refuted(withChanges(deployed(5, { operationId: 'o-1' })))).toContain('BAD_DEPLOYMENT');
  });

  it('does not decide over a full disk', () => {
    expect(likeliest({ ...withChanges(deployed(5)), alert: { metric: 'disk' } })?.code).toBe('DISK_FULL');
  });

  it('is not applicable where changes are not watched', () => {
    const { supported, refuted: against } = found({});
    expect([...supported, ...against].map(({ code }) => code)).not.toContain('BAD_DEPLOYMENT');
  });

  it('becomes BAD_CONFIG for a change of configuration', () => {
    expect(likeliest(withChanges(deployed(5, { kind: 'configuration' })))?.code).toBe('BAD_CONFIG');
  });
});

describe('what metrics and errors show', () => {
  it.each([
    ['requests', 'TRAFFIC_SURGE'],
    ['throttles', 'THROTTLED'],
    ['memory', 'MEMORY_LEAK'],
    ['heap.used', 'MEMORY_LEAK'],
    ['open_fds', 'POOL_EXHAUSTED'],
    ['disk', 'DISK_FULL'],
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
    expect(likeliest({ alert: { errorType: 'ThrottlingException' } })?.code).toBe('THROTTLED');
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

describe('a component that is out of reach', () => {
  const silent = { peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON };

  it('becomes HOST_DOWN after a missed heartbeat, and not after an answered one', () => {
    const down = { silentPeers: [silent], hasHeartbeat: true };
    expect(likeliest({ own: down })).toMatchObject({ code: 'HOST_DOWN', confidence: 0.9 });
    // Nobody would know if it had run out of memory.
    expect(likeliest({ own: { ...down, alarmMetrics: ['error_rate'] } })?.confidence).toBe(0.79);
    expect(refuted({ own: { hasHeartbeat: true } })).toContain('HOST_DOWN');
    expect(refuted({})).not.toContain('HOST_DOWN');
  });

  it.each([
    ['nothing listens', 'ECONNREFUSED', 0.9],
    ['it hangs', 'NO_ANSWER', 0.9],
    ['no host is reached', 'EHOSTUNREACH', 0.9],
    // It may run.
    ['it closes connections', 'ECONNRESET', 0.75],
    // A load balancer also answers in the place of what is down.
    ['a proxy may have answered', 'HTTP_503', 0.75],
    ['a CDN may have answered', 'HTTP_521', 0.75],
    ['its name is not found', 'ENOTFOUND', 0.5],
  ] as const)('is down, as far as the heartbeat tells: %s', (_, missedFor, confidence) => {
    const cause = likeliest({ own: { silentPeers: [{ ...silent, missedFor }] } });
    expect(cause).toMatchObject({ code: 'HOST_DOWN', confidence });
  });

  it.each(['HTTP_503', 'ECONNRESET'] as const)(
    'has not run out of memory if %s is met: HOST_DOWN decides without an alarm on that',
    (missedFor) => {
      const own = { silentPeers: [{ ...silent, missedFor }], alarmMetrics: ['error_rate'] };
      expect(likeliest({ own })).toMatchObject({ code: 'HOST_DOWN', confidence: 0.75 });
    },
  );

  it('says what the heartbeat met', () => {
    const own = { silentPeers: [{ ...silent, missedFor: 'ECONNREFUSED' as const }] };
    expect(likeliest({ own })?.supports).toEqual([
      'web does not answer its heartbeat: nothing listens there',
    ]);
  });

  it.each(['HTTP_500', 'HTTP_404', 'ERR_TLS_CERT_ALTNAME_INVALID'] as const)(
    'is not HOST_DOWN if its heartbeat is answered with %s',
    (missedFor) => {
      expect(refuted({ own: { silentPeers: [{ ...silent, missedFor }] } })).toContain('HOST_DOWN');
      const alert = { origin: 'watchdog', metric: 'heartbeat', errorType: missedFor } as const;
      expect(refuted({ alert })).toContain('HOST_DOWN');
    },
  );

  it('is HOST_DOWN if one of its peers is dark, though another answers', () => {
    const silentPeers = [
      { ...silent, missedFor: 'HTTP_500' as const },
      { ...silent, peer: 'web-2', missedFor: 'ECONNREFUSED' as const },
    ];
    expect(likeliest({ own: { silentPeers } })).toMatchObject({ code: 'HOST_DOWN', confidence: 0.9 });
  });

  it('becomes CERT_EXPIRED if its heartbeat finds the certificate expired, even once', () => {
    const own = {
      silentPeers: [{ ...silent, status: 'DEGRADED' as const, missedFor: 'CERT_HAS_EXPIRED' as const }],
    };
    expect(likeliest({ own })).toMatchObject({
      ...{ code: 'CERT_EXPIRED', component: 'web', confidence: 0.92 },
      supports: ['the heartbeat of web finds that its certificate has expired'],
    });
    expect(refuted({ own })).toContain('HOST_DOWN');
  });

  it('becomes THROTTLED if its heartbeat is answered with 429', () => {
    const own = { silentPeers: [{ ...silent, missedFor: 'HTTP_429' as const }] };
    expect(likeliest({ own })).toMatchObject({ code: 'THROTTLED', confidence: 0.85 });
    expect(
      likeliest({ alert: { origin: 'watchdog', metric: 'heartbeat', errorType: 'HTTP_429' } })?.code,
    ).toBe('THROTTLED');
  });

  it('is hardly THROTTLED by a single 429', () => {
    const own = { silentPeers: [{ ...silent, status: 'DEGRADED' as const, missedFor: 'HTTP_429' as const }] };
    expect(likeliest({ own })).toMatchObject({ code: 'THROTTLED', confidence: 0.5 });
  });

  it.each(['CERT_NOT_YET_VALID', 'CERT_REVOKED'])('is not CERT_EXPIRED because of %s', (errorType) => {
    const { supported } = found({ alert: { origin: 'watchdog', metric: 'heartbeat', errorType } });
    expect(supported.map(({ code }) => code)).not.toContain('CERT_EXPIRED');
  });

  it('becomes HOST_DOWN when it answers no requests, unless its heartbeats are answered', () => {
    const traffic = { unanswering: ['web'] };
    expect(likeliest({ traffic })).toMatchObject({ code: 'HOST_DOWN', component: 'web' });
    expect(likeliest({ traffic: { unanswering: ['database'] } })?.code).not.toBe('HOST_DOWN');
    expect(refuted({ traffic, own: { hasHeartbeat: true } })).toContain('HOST_DOWN');
  });

  it('becomes DEPENDENCY_DOWN at a dependency in trouble, and not at a calm one', () => {
    const dependency = { silentPeers: [{ ...silent, peer: 'database' }] };
    expect(likeliest({ dependency })).toMatchObject({ code: 'DEPENDENCY_DOWN', component: 'database' });
    expect(refuted({ dependency: {} })).toContain('DEPENDENCY_DOWN');
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
    expect(confidence('HOST_DOWN', missing)).toBeLessThan(confidence('HOST_DOWN'));
    expect(confidence('DISK_FULL', missing)).toBe(confidence('DISK_FULL'));
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

describe('what the traffic shows', () => {
  const surges = { web: 2.4 };

  it('supports TRAFFIC_SURGE without any alarm on requests', () => {
    const cause = likeliest({ alert: { metric: 'latency_p99' }, traffic: { surges } });
    expect(cause).toMatchObject({ code: 'TRAFFIC_SURGE', confidence: 0.8 });
    expect(cause?.supports).toEqual(['web has 2.4 times as many requests as usual']);
  });

  it('names an entry whose requests are not known, if all that it calls has more to do', () => {
    const surgeAt = (calls: readonly string[], traffic: TrafficEvidence) =>
      findCauses({
        ...evidenceOf({ alert: { component: 'orders', metric: 'latency_p99' }, traffic }),
        graph: dependencyGraph(
          calls.map((call) => {
            const [caller = '', callee = ''] = call.split('>');
            return { caller, callee };
          }),
        ),
      }).supported.find(({ code }) => code === 'TRAFFIC_SURGE');
    const below = { surges: { orders: 3, payments: 2.5 }, measured: ['orders', 'payments', 'database'] };
    expect(surgeAt(['web>orders', 'web>payments'], below)).toMatchObject({
      ...{ component: 'web', confidence: 0.8 },
      supports: ['all that web calls has at least 2.5 times as many requests as usual'],
    });
    // One alone: it may repeat its calls.
    expect(surgeAt(['web>orders', 'orders>payments'], below)?.component).toBe('orders');
    // Through another that is not measured either.
    expect(surgeAt(['web>proxy', 'proxy>orders', 'proxy>payments'], below)?.component).toBe('web');
    // Only a part of what it calls: it asks in another way.
    expect(surgeAt(['web>orders', 'web>database'], below)?.component).toBe('orders');
    // It is called itself, by one that has no more to do.
    expect(
      surgeAt(['gateway>web', 'web>orders'], { ...below, measured: [...below.measured, 'gateway'] })
        ?.component,
    ).toBe('orders');
    // Its requests are known, and are as usual.
    expect(surgeAt(['web>orders'], { ...below, measured: [...below.measured, 'web'] })?.component).toBe(
      'orders',
    );
  });

  it('makes a surge of CPU trouble, and no suspect of an innocent deployment', () => {
    const given = { ...withChanges(deployed(10)), alert: { metric: 'cpu' }, traffic: { surges } };
    expect(likeliest(given)?.code).toBe('TRAFFIC_SURGE');
    expect(found(given).supported.find(({ code }) => code === 'BAD_DEPLOYMENT')?.confidence).toBeLessThan(
      0.7,
    );
  });

  it('counts as a surge if callers have more requests, and not if only a dependency has', () => {
    const below = { dependency: {}, traffic: { surges: { database: 3 } } };
    expect(found(below).supported.map(({ code }) => code)).not.toContain('TRAFFIC_SURGE');
    const database = { alert: { component: 'database' }, dependency: {} };
    expect(likeliest({ ...database, traffic: { surges } })?.code).toBe('TRAFFIC_SURGE');
  });

  it('attributes a surge to the outermost component that accounts for it', () => {
    const database = { alert: { component: 'database', metric: 'cpu' }, dependency: {} };
    const from = (web: number) =>
      likeliest({ ...database, traffic: { surges: { web, database: 2.4 } } })?.component;
    expect(from(2.2)).toBe('web');
    expect(from(1.5)).toBe('database');
  });

  it('lowers the suspicion of a deployment where it is missing and the component has dependencies', () => {
    const suspected = (dependency?: object) =>
      found({ ...withChanges(deployed(10)), ...(dependency && { dependency }) }).supported[0]?.confidence ??
      0;
    expect(suspected({})).toBeLessThan(suspected());
    expect(suspected({})).toBeGreaterThanOrEqual(0.7);
  });

  it('clears a deployment if what the component depends on accounts for the trouble', () => {
    const candidate = { confidence: 0.6, coverage: 0.8 };
    const by = (component: string) =>
      ({ symptom: 'failures', candidates: [{ ...candidate, component, share: 0.9 }] }) as const;
    const confidence = (component: string) =>
      likeliest({ ...withChanges(deployed(10)), traffic: { excess: by(component) } })?.confidence;
    expect(confidence('database')).toBeLessThan(0.7);
    expect(confidence('web')).toBeGreaterThanOrEqual(0.8);
  });
});

describe('resources of a process', () => {
  const red = (metric: string, minutesBefore: number) => ({
    ...{ alarmName: `web-${metric}`, metric, severity: 'CRITICAL' as const },
    sinceMs: NOON - minutesBefore * MINUTE_MS,
  });

  it('take the blame in the order in which they ran out', () => {
    const redAlarms = [red('cpu', 2), red('memory', 6)];
    expect(likeliest({ alert: { metric: 'cpu', alarmName: 'web-cpu' }, own: { redAlarms } })?.code).toBe(
      'MEMORY_LEAK',
    );
    expect(likeliest({ own: { redAlarms: [red('pool', 4)] } })).toMatchObject({
      code: 'POOL_EXHAUSTED',
      confidence: 0.7,
    });
  });

  it('explain a missed heartbeat of a component whose certificate has expired', () => {
    const silentPeers = [{ peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON - 4 * MINUTE_MS }];
    const expired = (sinceMs: number) => [
      { alarmName: 'web-certificate', metric: 'certificate', severity: 'CRITICAL' as const, sinceMs },
    ];
    expect(likeliest({ own: { silentPeers, redAlarms: expired(NOON - 2 * MINUTE_MS) } })?.code).toBe(
      'CERT_EXPIRED',
    );
    // An alarm that announces the end weeks before.
    expect(likeliest({ own: { silentPeers, redAlarms: expired(NOON - 9_000 * MINUTE_MS) } })?.code).toBe(
      'HOST_DOWN',
    );
  });

  it.each(['ECONNRESET', 'NO_ANSWER'] as const)(
    'explain why a process without descriptors does not answer (%s)',
    (missedFor) => {
      const silentPeers = [
        { peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON - MINUTE_MS, missedFor },
      ];
      const own = { silentPeers, redAlarms: [red('descriptors', 0)] };
      expect(likeliest({ own })).toMatchObject({ code: 'POOL_EXHAUSTED', confidence: 0.92 });
    },
  );

  it('do not explain that nothing listens', () => {
    const silentPeers = [
      { peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON, missedFor: 'ECONNREFUSED' as const },
    ];
    expect(likeliest({ own: { silentPeers, redAlarms: [red('descriptors', 3)] } })?.code).toBe('HOST_DOWN');
  });

  it('explain the silence as well if no alarm watches the memory', () => {
    const at = (minutesBefore: number) => ({
      signs: [{ metric: 'memory', atMs: NOON - minutesBefore * MINUTE_MS, says: 'memory is short' }],
      silentPeers: [{ peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON - 4 * MINUTE_MS }],
    });
    expect(likeliest({ own: at(6) })?.code).toBe('MEMORY_LEAK');
    expect(likeliest({ own: at(0) })?.code).toBe('HOST_DOWN');
  });

  it('explain why a process that had run out of memory before fell silent', () => {
    const own = {
      redAlarms: [red('memory', 6)],
      silentPeers: [{ peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON - 4 * MINUTE_MS }],
    };
    expect(likeliest({ own })?.code).toBe('MEMORY_LEAK');
    expect(likeliest({ own: { ...own, redAlarms: [red('memory', 0)] } })?.code).toBe('HOST_DOWN');
  });
});
