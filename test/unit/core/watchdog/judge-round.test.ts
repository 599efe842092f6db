import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRound } from '../../../../functions/core/watchdog/judge-round.ts';
import { INTERVAL_MS, judgeAll, peerOf, peersOf, type Sight, START_MS, saidIn } from './judging.ts';

const FIVE = peersOf('a', 'b', 'c', 'd', 'e');
const ONE = ['outside'];
const THREE = ['outside', 'east', 'west'];
const times = (count: number, sight: Sight) => Array.from({ length: count }, () => sight);

describe('a round with one vantage point', () => {
  it('remembers one time for all peers that are steady, and nothing else of them', () => {
    const [first, second] = judgeAll(FIVE, ONE, times(2, { outside: [] }));
    expect(first?.record.states).toEqual({});
    expect(second?.record).toMatchObject({
      states: {},
      seenAtMs: START_MS + INTERVAL_MS + 1_000,
      startedAtMs: START_MS + 1_000,
      totals: { checks: 10, misses: 0, restarts: 0, isolations: 0 },
      peerCount: 5,
    });
    expect(second?.announcements).toEqual([]);
  });

  it('keeps when a missed peer was seen last', () => {
    const [, , third] = judgeAll(FIVE, ONE, [{ outside: [] }, { outside: ['b'] }, { outside: ['b'] }]);
    expect(third?.record.states).toEqual({
      b: { status: 'DEGRADED', missedCount: 2, restartCount: 0, lastSeenMs: START_MS + 1_000 },
    });
  });

  it('counts checks, misses, restarts and isolations', () => {
    const rounds = judgeAll(FIVE, ONE, times(14, { outside: ['b'] }));
    expect(rounds.at(-1)?.record.totals).toEqual({ checks: 70, misses: 14, restarts: 3, isolations: 1 });
  });

  it('keeps no reminder, and counts none as an isolation', () => {
    const [last] = judgeAll(FIVE, ONE, times(15, { outside: ['b'] })).slice(-1);
    expect(last && saidIn(last)).toEqual(['b: reminder']);
    expect(last?.record).toMatchObject({ pending: [], totals: { isolations: 1 } });
  });

  it('forgets peers that are gone, and begins afresh with new ones', () => {
    const [first] = judgeAll(FIVE, ONE, [{ outside: ['b'] }]);
    const later = START_MS + INTERVAL_MS;
    const newcomer = peerOf('f', { registeredAtMs: later - 5_000 });
    const report = { vantagePoint: 'outside', roundAtMs: later, peersAsOfMs: later, unchecked: [] };
    const { record } = judgeRound({
      shard: 0,
      roundAtMs: later,
      nowMs: later,
      previous: first?.record,
      peers: [...peersOf('a', 'c', 'd', 'e'), newcomer],
      vantagePoints: ONE,
      reports: [{ ...report, missed: ['f'] }],
      responseMs: new Map(),
    });
    expect(Object.keys(record.states)).toEqual(['f']);
    expect(record.states['f']).toMatchObject({ status: 'DEGRADED', lastSeenMs: later - 5_000 });
  });

  it('decides nothing about a peer that could not be asked', () => {
    const [first] = judgeAll(FIVE, ONE, times(1, { outside: ['b'] }));
    const roundAtMs = START_MS + INTERVAL_MS;
    const report = { vantagePoint: 'outside', roundAtMs, peersAsOfMs: roundAtMs, missed: [] };
    const { record, announcements } = judgeRound({
      shard: 0,
      roundAtMs,
      nowMs: roundAtMs,
      previous: first?.record,
      peers: FIVE,
      vantagePoints: ONE,
      reports: [{ ...report, unchecked: ['a', 'b'] }],
      responseMs: new Map(),
    });
    expect(announcements).toEqual([]);
    expect(record.states['b']).toEqual(first?.record.states['b']);
    expect(record.states['a']).toMatchObject({ status: 'HEALTHY', lastSeenMs: START_MS + 1_000 });
  });

  it('holds when most peers go dark at once, and says so once', () => {
    const rounds = judgeAll(FIVE, ONE, [{ outside: [] }, ...times(10, { outside: ['a', 'b', 'c'] })]);
    expect(rounds.flatMap(saidIn)).toEqual(['outside: suspected']);
    expect(rounds.slice(1).every(({ held }) => held)).toBe(true);
    expect(rounds.at(-1)?.record).toMatchObject({ states: {}, seenAtMs: START_MS + 1_000 });
  });

  it('trusts the vantage point again when it sees the peers again', () => {
    const dark = { outside: FIVE.map(({ name }) => name) };
    const rounds = judgeAll(FIVE, ONE, [dark, dark, { outside: [] }]);
    expect(rounds.flatMap(saidIn)).toEqual(['outside: suspected', 'outside: back']);
    expect(rounds.at(-1)).toMatchObject({ held: false, record: { observers: {} } });
  });

  it('does not suspect it for peers that are down already', () => {
    const rounds = judgeAll(FIVE, ONE, [
      ...times(3, { outside: ['a', 'b'] }),
      ...times(3, { outside: ['a', 'b', 'c'] }),
    ]);
    expect(rounds.every(({ held }) => !held)).toBe(true);
    expect(saidIn(rounds[5] as (typeof rounds)[number])).toContain('c: restart');
  });

  it('does not suspect it for peers that go dark one after another', () => {
    const rounds = judgeAll(FIVE, ONE, [
      { outside: [] },
      { outside: ['a'] },
      { outside: ['a', 'b'] },
      { outside: ['a', 'b', 'c'] },
      { outside: ['a', 'b', 'c'] },
    ]);
    expect(rounds.every(({ held }) => !held)).toBe(true);
    expect(rounds.flatMap(saidIn).filter((line) => line.endsWith('restart'))).toEqual([
      'a: restart',
      'b: restart',
    ]);
  });

  it('heals one peer of one, because so few prove nothing about the observer', () => {
    const rounds = judgeAll(peersOf('a'), ONE, times(3, { outside: ['a'] }));
    expect(rounds.flatMap(saidIn)).toEqual(['a: alert', 'a: alert', 'a: restart']);
  });
});

describe('a round with several vantage points', () => {
  it('counts a miss that the majority agrees on', () => {
    const sight = { outside: ['a'], east: ['a'], west: [] };
    expect(judgeAll(FIVE, THREE, times(3, sight)).flatMap(saidIn)).toEqual([
      'a: alert',
      'a: alert',
      'a: restart',
    ]);
  });

  it.each([
    ['one of three', { outside: ['a'], east: [], west: [] }],
    ['one of two', { outside: ['a'], east: [] }],
  ])('heals nothing that only %s misses', (_, sight) => {
    const said = judgeAll(FIVE, THREE, times(5, sight)).flatMap(saidIn);
    expect(said.filter((line) => line.startsWith('a'))).toEqual([]);
  });

  it('counts the vantage points that reported, not those that are silent', () => {
    const rounds = judgeAll(FIVE, THREE, times(3, { outside: ['a'], east: ['a'] }));
    expect(rounds.flatMap(saidIn)).toEqual(['a: alert', 'a: alert', 'west: silent', 'a: restart']);
  });

  it('sets aside the votes of one that is cut off, and goes on with the others', () => {
    const all = FIVE.map(({ name }) => name);
    const rounds = judgeAll(FIVE, THREE, times(3, { outside: all, east: ['b'], west: ['b'] }));
    expect(rounds.flatMap(saidIn)).toEqual(['outside: suspected', 'b: alert', 'b: alert', 'b: restart']);
    expect(rounds.every(({ held }) => !held)).toBe(true);
  });

  it('heals nothing that answers vantage points which most others do not answer', () => {
    const sight = { outside: ['a', 'b', 'c'], east: ['a', 'b', 'd'], west: ['e'] };
    const rounds = judgeAll(FIVE, THREE, times(3, sight));
    expect(rounds.flatMap(saidIn)).toEqual(['outside: suspected', 'east: suspected']);
    expect(rounds.every(({ held }) => !held)).toBe(true);
  });

  it('believes that most peers are dark if every vantage point says so', () => {
    const all = FIVE.map(({ name }) => name);
    const rounds = judgeAll(FIVE, THREE, times(3, { outside: all, east: all, west: all }));
    expect(rounds.flatMap(saidIn).filter((line) => line.endsWith('restart'))).toHaveLength(5);
  });

  it('says once that one is silent, and once that it is back', () => {
    const both = { outside: [], east: [] };
    const rounds = judgeAll(FIVE, THREE, [...times(6, both), { ...both, west: [] }, both]);
    expect(rounds.flatMap(saidIn)).toEqual(['west: silent', 'west: back']);
  });

  it('ignores reports of other rounds, and about peers that the reporter did not know of', () => {
    const roundAtMs = START_MS;
    const report = { roundAtMs, peersAsOfMs: roundAtMs, unchecked: [] };
    const { announcements } = judgeRound({
      shard: 0,
      roundAtMs,
      nowMs: roundAtMs,
      previous: undefined,
      peers: [peerOf('a', { registeredAtMs: roundAtMs }), ...peersOf('b', 'c', 'd')],
      vantagePoints: THREE,
      reports: [
        { ...report, vantagePoint: 'outside', missed: ['a', 'b'] },
        { ...report, vantagePoint: 'east', missed: [], peersAsOfMs: roundAtMs - 1 },
        { ...report, vantagePoint: 'west', missed: ['b'], roundAtMs: roundAtMs - INTERVAL_MS },
      ],
      responseMs: new Map(),
    });
    expect(announcements.map(({ subject }) => subject)).toEqual(['a']);
  });
});

describe('response times', () => {
  const judgeTimes = (
    names: readonly string[],
    previous?: ReturnType<typeof judgeRound>['record'],
    peers = ['a', 'b', 'c', 'd'],
  ) => {
    const roundAtMs = (previous?.roundAtMs ?? START_MS) + INTERVAL_MS;
    return judgeRound({
      shard: 0,
      roundAtMs,
      nowMs: roundAtMs,
      previous,
      peers: peersOf(...peers),
      vantagePoints: ONE,
      reports: [{ vantagePoint: 'outside', roundAtMs, peersAsOfMs: roundAtMs, missed: [], unchecked: [] }],
      responseMs: new Map(names.map((name, index) => [name, 10 + index])),
    }).record;
  };

  it('stay those of the last answer', () => {
    const first = judgeTimes(['a', 'b', 'c']);
    expect(first.responses.milliseconds).toEqual([10, 11, 12, undefined]);
    expect(judgeTimes(['b'], first).responses.milliseconds).toEqual([10, 10, 12, undefined]);
  });

  it('are forgotten once another peer is in the place of one, so that none has those of another', () => {
    const first = judgeTimes(['a', 'b', 'c']);
    const others = ['a', 'b', 'c', 'e'];
    expect(judgeTimes(['b'], first, others).responses.milliseconds).toEqual([
      ...[undefined, 10, undefined, undefined],
    ]);
  });
});

const anySight = fc.dictionary(fc.constantFrom(...THREE), fc.subarray(FIVE.map(({ name }) => name)));

describe('whatever the vantage points report', () => {
  it('the order of peers and reports makes no difference', () => {
    fc.assert(
      fc.property(fc.array(anySight, { maxLength: 20 }), (sights) => {
        const forwards = judgeAll(FIVE, THREE, sights);
        const backwards = judgeAll(
          FIVE.toReversed(),
          THREE,
          sights.map((sight) => Object.fromEntries(Object.entries(sight).toReversed())),
        );
        for (const [index, one] of forwards.entries()) {
          const other = backwards[index] as typeof one;
          expect(other.record.states).toEqual(one.record.states);
          expect(other.record.totals).toEqual(one.record.totals);
          expect(saidIn(other).toSorted()).toEqual(saidIn(one).toSorted());
        }
      }),
    );
  });

  it('a round that is held announces nothing of any peer', () => {
    fc.assert(
      fc.property(fc.array(anySight, { maxLength: 20 }), (sights) => {
        for (const judgement of judgeAll(FIVE, THREE, sights)) {
          if (!judgement.held) continue;
          expect(
            saidIn(judgement).filter((line) => FIVE.some(({ name }) => line.startsWith(`${name}:`))),
          ).toEqual([]);
          expect(judgement.counts).toEqual({ checks: 0, misses: 0, restarts: 0, isolations: 0 });
        }
      }),
    );
  });
});
