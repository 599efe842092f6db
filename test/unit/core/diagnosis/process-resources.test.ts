import { describe, expect, it } from 'vitest';
import { likeliest, MINUTE_MS } from '../../../factories/diagnosis/found-causes.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

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
