import { describe, expect, it } from 'vitest';
import {
  alertAlone,
  type ComponentEvidence,
  type Evidence,
} from '../../../../functions/core/diagnosis/evidence.ts';
import { findCauses } from '../../../../functions/core/diagnosis/find-causes.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;

const red = (metric: string, sinceMs = NOON) => ({
  ...({ alarmName: `web-${metric}`, metric, severity: 'CRITICAL', sinceMs } as const),
});
const silent = (more: Partial<ComponentEvidence['silentPeers'][number]> = {}) => ({
  ...({ peer: 'web', status: 'OFFLINE', lastSeenMs: NOON } as const),
  ...more,
});

/** What supports a cause, and how much; `undefined` if it is not supported. */
function judged(code: string, own: Partial<ComponentEvidence>, more: Partial<Evidence> = {}) {
  const alert = alertOf('web', { metric: 'error_rate', alarmName: 'web-errors' });
  const evidence = {
    ...alertAlone(alert),
    ...more,
    components: [{ component: 'web', redAlarms: [], silentPeers: [], ...own }],
  };
  const cause = findCauses(evidence).supported.find((each) => each.code === code);
  return cause && { confidence: cause.confidence, supports: cause.supports };
}

describe('a component that has fallen silent', () => {
  const NO_CONNECTION = 'web runs, and takes no new connection';

  it('has no free descriptor if it accepts connections, and an alarm says so', () => {
    const silentPeers = [silent({ missedFor: 'NO_ANSWER' })];
    const found = judged('POOL_EXHAUSTED', { redAlarms: [red('descriptors')], silentPeers });
    expect(found?.confidence).toBe(0.92);
    expect(found?.supports.at(-1)).toBe(NO_CONNECTION);
  });

  it('is not said to lack descriptors where no alarm says so', () => {
    expect(judged('POOL_EXHAUSTED', { silentPeers: [silent({ missedFor: 'NO_ANSWER' })] })).toBeUndefined();
  });

  it('says nothing of its descriptors while it only answers late', () => {
    const silentPeers = [silent({ status: 'DEGRADED', missedFor: 'NO_ANSWER' })];
    const found = judged('POOL_EXHAUSTED', { redAlarms: [red('descriptors')], silentPeers });
    expect(found?.confidence).toBe(0.6);
    expect(found?.supports).not.toContain(NO_CONNECTION);
  });

  it('was killed for its memory if that ran out within two minutes of its last heartbeat', () => {
    const at = (sinceMs: number) =>
      judged('MEMORY_LEAK', { redAlarms: [red('memory', sinceMs)], silentPeers: [silent()] });
    expect(at(NOON + 2 * MINUTE_MS)?.confidence).toBe(0.92);
    expect(at(NOON + 2 * MINUTE_MS)?.supports.at(-1)).toBe('web fell silent after that');
    expect(at(NOON + 2 * MINUTE_MS + 1)?.confidence).toBe(0.6);
  });

  it('is busy with its memory if that ran out first, whether an alarm or AWS says so', () => {
    const says = 'memory of i-1, which no alarm watches, has been at 90 % or more';
    const own = (atMs: number) => ({
      redAlarms: [red('cpu', NOON - 2 * MINUTE_MS)],
      signs: [{ metric: 'memory', atMs, says }],
    });
    expect(judged('MEMORY_LEAK', own(NOON - 5 * MINUTE_MS))?.confidence).toBe(0.7);
    expect(judged('CPU_SATURATED', own(NOON - 5 * MINUTE_MS))?.confidence).toBe(0.4);
    expect(judged('CPU_SATURATED', own(NOON - MINUTE_MS))?.confidence).toBe(0.6);
  });

  it('has run out of memory if it did before its callers’ requests went unanswered, and no heartbeat tells more', () => {
    const unanswering = ['web'];
    const found = (
      sinceMs: number,
      own: Partial<ComponentEvidence> = {},
      more: Partial<Evidence> = { unanswering },
    ) => judged('MEMORY_LEAK', { redAlarms: [red('memory', sinceMs)], ...own }, more);
    expect(found(NOON)?.confidence).toBe(0.8);
    expect(found(NOON)?.supports.at(-1)).toBe('web has answered no requests since then');
    expect(found(NOON + 1)?.confidence).toBe(0.6);
    expect(found(NOON, { hasHeartbeat: true })?.confidence).toBe(0.6);
    expect(found(NOON, {}, { unanswering: ['db'] })?.confidence).toBe(0.6);
    expect(judged('MEMORY_LEAK', {}, { unanswering })).toBeUndefined();
  });

  it('has an expired certificate if an alarm says so', () => {
    const own = { redAlarms: [red('certificate')], silentPeers: [silent()] };
    expect(judged('CERT_EXPIRED', own)?.confidence).toBe(0.92);
    expect(judged('CERT_EXPIRED', own)?.supports.at(-1)).toBe(
      'web does not answer those who check its certificate',
    );
    expect(judged('CERT_EXPIRED', { ...own, silentPeers: [] })?.confidence).toBe(0.85);
  });

  it('has an expired certificate if its heartbeat meets one, with or without an alarm', () => {
    const silentPeers = [
      silent({ missedFor: 'CERT_HAS_EXPIRED' }),
      silent({ peer: 'db', missedFor: 'HTTP_429' }),
    ];
    const alone = judged('CERT_EXPIRED', { silentPeers });
    expect(alone?.confidence).toBe(0.92);
    expect(alone?.supports).toEqual([expect.stringMatching(/^the heartbeat of web finds that /)]);
    expect(judged('CERT_EXPIRED', { silentPeers, redAlarms: [red('certificate')] })?.supports).toHaveLength(
      3,
    );
    expect(judged('THROTTLED', { silentPeers })?.confidence).toBe(0.85);
  });
});
