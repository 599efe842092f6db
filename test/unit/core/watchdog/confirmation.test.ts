import { describe, expect, it } from 'vitest';
import {
  confirmationAfter,
  confirmed,
  isConfirmation,
} from '../../../../functions/core/watchdog/confirmation.ts';
import { type PeerStatus, steadyState } from '../../../../functions/core/watchdog/ladder.ts';

const ROUND_MS = Date.UTC(2026, 10, 22, 13, 30);
const stateOf = (status: PeerStatus) => ({ ...steadyState(ROUND_MS), status, missedCount: 1 });

describe('a confirmation', () => {
  const next = (roundAtMs: number, ...statuses: PeerStatus[]) =>
    confirmationAfter(
      { roundAtMs, states: Object.fromEntries(statuses.map((status) => [status, stateOf(status)])) },
      10_000,
      3_000,
    );

  it('follows a round with a miss for which nothing was asked yet', () => {
    expect(next(ROUND_MS, 'DEGRADED')).toBe(ROUND_MS + 3_000);
    expect(next(ROUND_MS, 'OFFLINE', 'DEGRADED')).toBe(ROUND_MS + 3_000);
    expect(next(ROUND_MS + 3_000, 'DEGRADED')).toBe(ROUND_MS + 6_000);
  });

  it('follows no round after which nobody is in doubt', () => {
    expect(next(ROUND_MS)).toBeUndefined();
    expect(next(ROUND_MS, 'HEALTHY', 'OFFLINE', 'ISOLATED')).toBeUndefined();
  });

  it('leaves the time of the next interval to its round', () => {
    expect(next(ROUND_MS + 6_000, 'DEGRADED')).toBe(ROUND_MS + 9_000);
    expect(next(ROUND_MS + 7_000, 'DEGRADED')).toBeUndefined();
    expect(next(ROUND_MS + 9_000, 'DEGRADED')).toBeUndefined();
  });

  it('differs from a regular round by its time', () => {
    expect(isConfirmation(ROUND_MS, 10_000)).toBe(false);
    expect(isConfirmation(ROUND_MS + 3_000, 10_000)).toBe(true);
  });

  it('counts every answer, and only misses that it is about', () => {
    const before = new Map(
      (['HEALTHY', 'DEGRADED', 'OFFLINE', 'ISOLATED'] as const).map((status) => [status, stateOf(status)]),
    );
    const all = (heartbeat: 'answered' | 'missed') =>
      new Map([...before.keys()].map((name) => [name as string, heartbeat]));
    expect([...confirmed(all('answered'), before).keys()]).toEqual([...before.keys()]);
    expect([...confirmed(all('missed'), before).keys()]).toEqual(['DEGRADED']);
    expect(confirmed(new Map([['new', 'missed' as const]]), before).size).toBe(0);
  });
});
