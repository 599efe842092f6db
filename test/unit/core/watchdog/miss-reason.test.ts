import { describe, expect, it } from 'vitest';
import { selfhealSignal } from '../../../../functions/core/signal/signal-event.ts';
import { eventsOf } from '../../../../functions/core/watchdog/announce.ts';
import { judgeRound } from '../../../../functions/core/watchdog/judge-round.ts';
import {
  isAnswer,
  isMissReason,
  missReasonOf,
  missReasonOfStatus,
  missText,
} from '../../../../functions/core/watchdog/miss-reason.ts';
import { missReason, type VantageReport } from '../../../../functions/core/watchdog/votes.ts';
import { peerOf, START_MS } from './judging.ts';

describe('the reason for a missed heartbeat', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED'],
    ['ECONNREFUSED', 'ECONNREFUSED'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO'],
    ['EPIPE', 'ECONNRESET'],
  ])('is taken from the code %s', (code, reason) => {
    expect(missReasonOf(code)).toBe(reason);
  });

  it.each([undefined, '', 'toString', 'constructor', 'HTTP_200; rm -rf /'])(
    'is not known by the code %s',
    (code) => {
      expect(missReasonOf(code)).toBeUndefined();
      expect(isMissReason(code)).toBe(false);
    },
  );

  it('is a status of HTTP', () => {
    expect(missReasonOfStatus(503)).toBe('HTTP_503');
    expect(missText('HTTP_503')).toBe('it answers with status 503');
    expect(missReasonOfStatus(undefined)).toBeUndefined();
    expect(missReasonOfStatus(999)).toBeUndefined();
  });

  it.each([
    ['CERT_HAS_EXPIRED', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['EPROTO', true],
    ['HTTP_500', true],
    ['HTTP_404', true],
    // A load balancer says that of a target that is down.
    ['HTTP_502', false],
    ['HTTP_503', false],
    ['HTTP_504', false],
    ['ECONNREFUSED', false],
    ['ECONNRESET', false],
    ['NO_ANSWER', false],
    ['ETIMEDOUT', false],
  ] as const)('%s shows that something runs there: %s', (reason, isRunning) => {
    expect(isAnswer(reason)).toBe(isRunning);
  });
});

const reportOf = (
  vantagePoint: string,
  reasons: VantageReport['reasons'],
  missed: readonly string[] = ['web'],
): VantageReport => ({
  ...{ vantagePoint, roundAtMs: START_MS, peersAsOfMs: START_MS, missed, unchecked: [] },
  ...(reasons && { reasons }),
});

function judged(reports: readonly VantageReport[], previous?: Parameters<typeof judgeRound>[0]['previous']) {
  return judgeRound({
    ...{ shard: 0, roundAtMs: START_MS, nowMs: START_MS, previous, peers: [peerOf('web')] },
    vantagePoints: reports.map(({ vantagePoint }) => vantagePoint),
    reports,
    responseMs: new Map(),
  });
}

describe('a round', () => {
  it('keeps why a peer missed its heartbeat, in its state and in what it announces', () => {
    const { record, announcements } = judged([reportOf('outside', { web: 'CERT_HAS_EXPIRED' })]);
    expect(record.states['web']).toMatchObject({ status: 'DEGRADED', missedFor: 'CERT_HAS_EXPIRED' });
    expect(announcements[0]?.step).toMatchObject({ action: 'alert', missedFor: 'CERT_HAS_EXPIRED' });
  });

  it('believes most of the vantage points that missed the peer', () => {
    const reports = [
      reportOf('a', { web: 'ETIMEDOUT' }),
      reportOf('b', { web: 'ECONNREFUSED' }),
      reportOf('c', { web: 'ECONNREFUSED' }),
      reportOf('d', { web: 'EHOSTUNREACH' }, []),
    ];
    expect(judged(reports).record.states['web']?.missedFor).toBe('ECONNREFUSED');
  });

  it('believes none that names a reason for a peer that it has not missed, or is suspected itself', () => {
    const unsure = [
      reportOf('a', { web: 'ETIMEDOUT' }, []),
      reportOf('b', undefined),
      reportOf('c', undefined),
    ];
    expect(judged(unsure).record.states['web']).toMatchObject({ status: 'DEGRADED' });
    expect(judged(unsure).record.states['web']).not.toHaveProperty('missedFor');
    const reasons = [reportOf('cut-off', { web: 'ETIMEDOUT' }), reportOf('b', { web: 'ECONNREFUSED' })];
    expect(missReason(reasons, new Set(['cut-off']), 'web')).toBe('ECONNREFUSED');
    expect(missReason(reasons, new Set(), 'web')).toBe('ECONNREFUSED');
    expect(missReason(reasons.toReversed(), new Set(), 'web')).toBe('ECONNREFUSED');
    expect(missReason(reasons, new Set(['cut-off', 'b']), 'web')).toBeUndefined();
  });

  it('forgets the reason once the peer answers, and when the next miss has no known one', () => {
    const first = judged([reportOf('outside', { web: 'CERT_HAS_EXPIRED' })]);
    expect(judged([reportOf('outside', undefined)], first.record).record.states['web']).not.toHaveProperty(
      'missedFor',
    );
    expect(judged([reportOf('outside', undefined, [])], first.record).record.states).toEqual({});
  });

  it('signals the reason as the type of error, in a signal that triage understands', () => {
    const { announcements } = judged([reportOf('outside', { web: 'CERT_HAS_EXPIRED' })]);
    const [announcement] = announcements;
    if (!announcement) throw new Error('nothing was announced');
    const events = eventsOf(announcement, new Map([['web', peerOf('web')]]));
    const signal = events.find(({ detailType }) => detailType === 'Selfheal Signal');
    expect(selfhealSignal().parse(signal?.detail)).toMatchObject({
      errorType: 'CERT_HAS_EXPIRED',
      reason: 'peer web missed 1 heartbeat (its certificate has expired)',
    });
  });
});
