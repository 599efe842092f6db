import { describe, expect, it } from 'vitest';
import { found, likeliest, refuted } from '../../../factories/diagnosis/found-causes.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

describe('a component that is out of reach', () => {
  const silent = { peer: 'web', status: 'OFFLINE' as const, lastSeenMs: NOON };

  it('becomes HOST_DOWN after a missed heartbeat, and not after an answered one', () => {
    const down = { silentPeers: [silent], hasHeartbeat: true };
    expect(likeliest({ own: down })).toMatchObject({ code: 'HOST_DOWN', confidence: 0.9 });
    // Nobody would know if it had run out of memory.
    expect(likeliest({ own: { ...down, alarmMetrics: ['error_rate'] } })?.confidence).toBe(0.79);
    expect(likeliest({ own: { ...down, alarmMetrics: ['error_rate', 'memory'] } })?.confidence).toBe(0.9);
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

  it('is as likely down as the darkest of its peers tells, and hardly by one that answers late', () => {
    const peers = (...met: readonly ('ECONNRESET' | 'ECONNREFUSED')[]) =>
      likeliest({ own: { silentPeers: met.map((missedFor) => ({ ...silent, missedFor })) } })?.confidence;
    expect(peers('ECONNRESET', 'ECONNREFUSED')).toBe(0.9);
    const late = { ...silent, status: 'DEGRADED' as const };
    expect(likeliest({ own: { silentPeers: [late] } })).toMatchObject({
      ...{ code: 'HOST_DOWN', confidence: 0.5, supports: ['web does not answer its heartbeat'] },
    });
  });

  it('says what the heartbeat met', () => {
    const own = { silentPeers: [{ ...silent, missedFor: 'ECONNREFUSED' as const }] };
    expect(likeliest({ own })?.supports).toEqual([
      'web does not answer its heartbeat: nothing listens there',
    ]);
  });

  it.each(['HTTP_500', 'HTTP_404', 'ERR_TLS_CERT_ALTNAME_INVALID', 'EPROTO'] as const)(
    'is not HOST_DOWN if its heartbeat is answered with %s',
    (missedFor) => {
      expect(refuted({ own: { silentPeers: [{ ...silent, missedFor }] } })).toContain('HOST_DOWN');
      const alert = { origin: 'watchdog', metric: 'heartbeat', errorType: missedFor } as const;
      expect(refuted({ alert })).toContain('HOST_DOWN');
    },
  );

  it('is not HOST_DOWN for the reason that something runs there, which says what was met', () => {
    const why = (given: Parameters<typeof found>[0]) =>
      found(given).refuted.find(({ code }) => code === 'HOST_DOWN')?.reason;
    const silentPeers = [
      { ...silent, missedFor: 'HTTP_500' as const },
      { ...silent, peer: 'web-2', missedFor: 'EPROTO' as const },
    ];
    expect(why({ own: { silentPeers } })).toBe(
      'it runs, although its heartbeats are missed: web: it answers with status 500; web-2: TLS could not be negotiated',
    );
    const alert = { origin: 'watchdog', metric: 'heartbeat', errorType: 'HTTP_500' } as const;
    expect(why({ alert })).toBe('it runs, although the watchdog reports it: it answers with status 500');
    expect(why({ own: { hasHeartbeat: true } })).toBe('its heartbeats are answered');
  });

  it('is HOST_DOWN as the watchdog reports it, with what was met, if that is known', () => {
    const says = (errorType?: string) =>
      likeliest({ alert: { origin: 'watchdog', metric: 'heartbeat', ...(errorType && { errorType }) } });
    expect(says('ECONNREFUSED')).toMatchObject({
      ...{ code: 'HOST_DOWN', confidence: 0.9, supports: ['the watchdog reports it: nothing listens there'] },
    });
    for (const unknown of [undefined, 'no such reason'])
      expect(says(unknown)).toMatchObject({
        ...{ code: 'HOST_DOWN', confidence: 0.9, supports: ['the watchdog reports it'] },
      });
    expect(says('ENOTFOUND')).toMatchObject({ code: 'HOST_DOWN', confidence: 0.5 });
  });

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
    const silentPeers = [...own.silentPeers, { ...silent, missedFor: 'HTTP_429' as const }];
    expect(likeliest({ own: { silentPeers } })).toMatchObject({ code: 'THROTTLED', confidence: 0.85 });
  });

  it('is THROTTLED by an alert on that, which its heartbeat confirms', () => {
    const own = { silentPeers: [{ ...silent, missedFor: 'HTTP_429' as const }] };
    expect(likeliest({ alert: { metric: 'throttles' }, own })).toMatchObject({
      ...{ code: 'THROTTLED', confidence: 0.9 },
      supports: ['the alert is on throttles', expect.stringMatching(/^the heartbeat of web finds that /)],
    });
  });

  it.each(['CERT_NOT_YET_VALID', 'CERT_REVOKED'])('is not CERT_EXPIRED because of %s', (errorType) => {
    const { supported } = found({ alert: { origin: 'watchdog', metric: 'heartbeat', errorType } });
    expect(supported.map(({ code }) => code)).not.toContain('CERT_EXPIRED');
  });

  it('becomes HOST_DOWN when it answers no requests, unless its heartbeats are answered', () => {
    const traffic = { unanswering: ['web'] };
    expect(likeliest({ traffic })).toMatchObject({
      ...{ code: 'HOST_DOWN', component: 'web', confidence: 0.75 },
      supports: ['it no longer answers requests, although its callers still send them'],
    });
    expect(likeliest({ traffic: { unanswering: ['database'] } })?.code).not.toBe('HOST_DOWN');
    expect(refuted({ traffic, own: { hasHeartbeat: true } })).toContain('HOST_DOWN');
  });

  it('becomes DEPENDENCY_DOWN at a dependency in trouble, and not at a calm one', () => {
    const dependency = { silentPeers: [{ ...silent, peer: 'database' }] };
    expect(likeliest({ dependency })).toMatchObject({ code: 'DEPENDENCY_DOWN', component: 'database' });
    expect(found({ dependency: {} }).refuted).toContainEqual({
      ...{ code: 'DEPENDENCY_DOWN', reason: 'nothing that it depends on shows trouble' },
    });
  });
});
