import { describe, expect, it } from 'vitest';
import {
  type FailoverEvent,
  type FailoverPhase,
  recentFailoverSeconds,
} from '../../../../functions/core/target/failover-event.ts';
import {
  failoverProgress,
  primaryZone,
  standbyOutcome,
} from '../../../../functions/core/target/standby-failover.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
/** Requested 20 minutes ago, when RDS had last reported a failover a minute before. */
const FAILOVER = { to: 'b', afterMs: NOW - 21 * MINUTE, requestedAtMs: NOW - 20 * MINUTE };

const events = (
  ...reported: readonly (readonly [FailoverPhase, minutesAgo: number])[]
): readonly FailoverEvent[] =>
  reported.map(([phase, minutesAgo]) => ({ phase, atMs: NOW - minutesAgo * MINUTE }));

describe('the progress of a failover', () => {
  it.each([
    ['none', events()],
    ['none', events(['started', 25], ['completed', 21])],
    ['none', events(['completed', 20])],
    ['none', events(['started', 21])],
    ['completed', events(['started', 20], ['completed', 20])],
    ['started', events(['started', 20])],
    ['started', events(['completed', 20], ['started', 19])],
    ['completed', events(['started', 20], ['completed', 18])],
    ['completed', events(['started', 20], ['completed', 18], ['completed', 17], ['other', 17])],
    ['abandoned', events(['abandoned', 20])],
    ['unclear', events(['started', 20], ['completed', 18], ['started', 10], ['completed', 9])],
  ] as const)('counts as %s by the reports %j', (progress, reported) => {
    expect(failoverProgress(reported, FAILOVER)).toBe(progress);
  });
});

describe('the zone of the primary', () => {
  const zoneAt = (shown: string, reported: readonly FailoverEvent[], more: object = {}) =>
    primaryZone(shown, { ...FAILOVER, ...more }, reported, NOW);

  it('follows what RDS shows, where it has reported no failover for ten minutes', () => {
    expect(zoneAt('b', events(['started', 18], ['completed', 15]))).toEqual({ zone: 'b' });
    expect(zoneAt('a', events(['started', 18], ['completed', 15]))).toEqual({ zone: 'a' });
    expect(zoneAt('c', events())).toEqual({ zone: 'c' });
  });

  it('follows the failover whose end RDS has reported, if it was the only one', () => {
    expect(zoneAt('a', events(['started', 8], ['completed', 6]))).toEqual({ zone: 'b' });
  });

  it.each([
    ['has not ended by its reports', events(['started', 8])],
    [
      'was followed by another one',
      events(['started', 18], ['completed', 16], ['started', 5], ['completed', 3]),
    ],
    ['was followed by something that the reports do not explain', events(['other', 2])],
  ])('stays unclear for ten minutes where a failover %s', (_why, reported) => {
    expect(zoneAt('a', reported)).toHaveProperty('unclear');
    expect(zoneAt('b', reported)).toHaveProperty('unclear');
  });

  it('stays unclear for five minutes after a request of which RDS reports nothing', () => {
    const requested = (minutesAgo: number) => ({ requestedAtMs: NOW - minutesAgo * MINUTE });
    expect(zoneAt('a', events(), requested(4))).toHaveProperty('unclear');
    expect(zoneAt('b', events(), requested(4))).toEqual({ zone: 'b' });
    expect(zoneAt('a', events(), requested(5))).toEqual({ zone: 'a' });
    expect(zoneAt('a', events(['started', 18]), requested(4))).toEqual({ zone: 'a' });
  });

  it('says why it is unclear', () => {
    expect(zoneAt('a', events(['started', 8]))).toEqual({
      unclear:
        'RDS last reported a failover 480 s ago (started), and may go on showing the zone from before it',
    });
    expect(zoneAt('a', events(), { requestedAtMs: NOW })).toEqual({
      unclear: 'it may be about to move to b, though RDS reports no failover yet',
    });
  });

  it('is unknown where RDS shows none', () => {
    expect(primaryZone(undefined, FAILOVER, [], NOW)).toEqual({ zone: 'unknown' });
  });
});

describe('a recent failover', () => {
  it('counts for ten minutes after RDS has reported it, unless RDS abandoned it', () => {
    expect(recentFailoverSeconds(events(['started', 11], ['completed', 9]), NOW)).toBe(540);
    expect(recentFailoverSeconds(events(['started', 11], ['completed', 10]), NOW)).toBeUndefined();
    expect(recentFailoverSeconds(events(['abandoned', 1]), NOW)).toBeUndefined();
  });
});

describe('the outcome of a failover to the standby', () => {
  const outcome = (zone: string | undefined, reported: readonly FailoverEvent[], status = 'available') =>
    standbyOutcome({ id: 'orders', status, zone }, FAILOVER, reported, NOW);
  const shownIn = (zone: string, status = 'available') =>
    `the instance is ${status}, and RDS shows it in ${zone}`;

  it('is a success once RDS shows the instance in the other zone', () => {
    expect(outcome('b', events(['started', 18], ['completed', 15]))).toEqual({
      ...{ outcome: 'SUCCEEDED', detail: shownIn('b') },
    });
  });

  it('is a success once RDS has reported its end, although it still shows the zone from before it', () => {
    expect(outcome('a', events(['started', 8], ['completed', 6]))).toEqual({
      ...{ outcome: 'SUCCEEDED', detail: `${shownIn('a')}; it has reported the end of the failover` },
    });
  });

  it('is not known while the instance does not serve, or is in the zone from before it', () => {
    expect(outcome('b', events(), 'rebooting')).toEqual({ detail: shownIn('b', 'rebooting') });
    expect(outcome('a', events())).toEqual({ detail: shownIn('a') });
    expect(outcome(undefined, events())).toEqual({ detail: shownIn('no zone') });
  });

  it('is a failure where the instance does not serve by itself any more', () => {
    expect(outcome('b', events(), 'storage-full')).toEqual({
      ...{ outcome: 'FAILED', detail: shownIn('b', 'storage-full') },
    });
  });

  it('is a failure where RDS has abandoned it, and says what moves the primary later', () => {
    expect(outcome('a', events(['abandoned', 19]))).toEqual({
      outcome: 'FAILED',
      detail:
        'RDS has abandoned it, since there was another failover shortly before: the primary stays where it is, and `aws rds reboot-db-instance --db-instance-identifier orders --force-failover` moves it later',
    });
  });
});
