import { describe, expect, it } from 'vitest';
import { REPAIR_TOO_LONG } from '../../../../functions/core/operation/failure.ts';
import { roundOutcome } from '../../../../functions/core/verification/round-outcome.ts';
import type { VerificationProgress } from '../../../../functions/core/verification/verification.ts';

const LIMITS = { timeoutSeconds: 60, stableSeconds: 10 };
const STARTED = { startedAtMs: 1_000_000 };
const waiting = (progress: VerificationProgress = STARTED) =>
  ({ round: 3, verdict: 'waiting', sight: { observation: 'no-answer' }, progress }) as const;
/** After this many seconds, well before the operation's deadline. */
const roundAfter = (seconds: number, progress: VerificationProgress = STARTED) =>
  roundOutcome(
    waiting(progress),
    LIMITS,
    STARTED.startedAtMs + 600_000,
    STARTED.startedAtMs + seconds * 1_000,
  );

describe('a round of a verification', () => {
  it('leads to the next round, which goes on where it stopped', () => {
    expect(roundAfter(10)).toEqual({
      ...STARTED,
      verdict: 'waiting',
      detail: 'last look: no-answer',
      round: 4,
      waitSeconds: 20,
    });
  });

  it.each([
    [40, 20],
    [45, 15],
    [45.5, 15],
    [57, 3],
    [59, 2],
    [70, 2],
  ])(
    'waits, after %d s, another %d s: to the time-out at most, and two seconds at least',
    (seconds, expected) => {
      expect(roundAfter(seconds).waitSeconds).toBe(expected);
    },
  );

  it('waits shortly while the stability window runs', () => {
    expect(roundAfter(5, { ...STARTED, goodSinceMs: STARTED.startedAtMs + 4_000 }).waitSeconds).toBe(2);
  });

  it('fails at the operation’s deadline, and not before it', () => {
    const at = (nowMs: number) => roundOutcome(waiting(), LIMITS, 2_000_000, nowMs);
    expect(at(1_999_999)).toMatchObject({ verdict: 'waiting' });
    expect(at(2_000_000)).toMatchObject({ verdict: 'failed', detail: REPAIR_TOO_LONG });
  });

  it('keeps a verdict that came by the deadline', () => {
    const recovered = { ...waiting(), verdict: 'recovered', sight: { observation: 'good' } } as const;
    expect(roundOutcome(recovered, LIMITS, 0, 5_000)).toMatchObject({
      verdict: 'recovered',
      detail: 'good for 10 s',
    });
  });

  it('a failed verification says what was seen last, and what was needed', () => {
    const failed = { ...waiting(), verdict: 'failed', sight: { observation: 'bad' } } as const;
    expect(roundOutcome(failed, LIMITS, 2_000_000, 1_060_000).detail).toBe(
      'bad after 60 s: it did not recover and stay good for 10 s',
    );
    const seen = { ...failed, sight: { observation: 'bad', detail: '1 of 2 tasks run' } } as const;
    expect(roundOutcome(seen, LIMITS, 2_000_000, 1_060_000).detail).toBe(
      'bad (1 of 2 tasks run) after 60 s: it did not recover and stay good for 10 s',
    );
  });
});
