import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSilent, nextRound, roundAt } from '../../../../functions/core/watchdog/rounds.ts';
import { rosterOf, shardOf } from '../../../../functions/core/watchdog/shards.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = 1_795_354_200 * SECOND;

/** Rounds of one invocation that starts so late in its minute, each taking so long; as seconds of the minute. */
function roundsOf(intervalSeconds: number, lateSeconds = 0, takingSeconds = 1): readonly number[] {
  const startedAt = START + lateSeconds * SECOND;
  const rounds: number[] = [];
  let now = startedAt;
  for (;;) {
    const next = nextRound(now, intervalSeconds * SECOND, startedAt, rounds.at(-1));
    if (next === undefined) return rounds.map((at) => (at - START) / SECOND);
    rounds.push(next);
    now = Math.max(now, next) + takingSeconds * SECOND;
  }
}

describe('the rounds of an invocation', () => {
  it.each([
    [10, [0, 10, 20, 30, 40, 50]],
    [20, [0, 20, 40]],
    [30, [0, 30]],
    [45, [0, 45]],
    [60, [0]],
  ])('begin every %s s, at %j', (interval, expected) => {
    expect(roundsOf(interval)).toEqual(expected);
  });

  it('begin with the one under way, if it starts late', () => {
    expect(roundsOf(10, 37)).toEqual([30, 40, 50, 60, 70, 80, 90]);
    expect(roundsOf(30, 59)).toEqual([30, 60, 90]);
  });

  it('stay the same for every invocation in the time of a long one', () => {
    expect(roundsOf(300, 0)).toEqual(roundsOf(300, 130));
    expect(roundsOf(300, 0)).toHaveLength(1);
  });

  it('leave out those that passed while another took too long', () => {
    expect(roundsOf(10, 0, 25)).toEqual([0, 20, 50]);
  });

  it('invocations a minute apart, from any second on, run every round once or more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 300 }),
        fc.integer({ min: 0, max: 59 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1 }),
        (interval, second, late) => {
          const intervalMs = interval * SECOND;
          const run = new Set<number>();
          const starts = late.map((seconds, minute) => START + minute * MINUTE + (second + seconds) * SECOND);
          for (const startedAt of starts) {
            let last: number | undefined;
            for (;;) {
              last = nextRound(Math.max(startedAt, last ?? 0), intervalMs, startedAt, last);
              if (last === undefined) break;
              run.add(last);
            }
          }
          const end = (starts.at(-1) ?? START) + MINUTE;
          const first = roundAt(starts[0] ?? START, intervalMs);
          const all = Array.from(
            { length: Math.ceil((end - first) / intervalMs) },
            (_, index) => first + index * intervalMs,
          );
          expect([...run].sort()).toEqual(all);
        },
      ),
    );
  });
});

describe('shards', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `peer-${index}`);

  it('share peers about equally, and each peer belongs to one', () => {
    const counts = new Map<number, number>();
    for (const name of names) {
      const shard = shardOf(name, 10);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('hold all peers if there is only one', () => {
    expect(new Set(names.map((name) => shardOf(name, 1)))).toEqual(new Set([0]));
  });

  it('identify their list of peers by a short word', () => {
    expect(rosterOf(['a', 'b'])).toMatch(/^[0-9a-f]{8}$/);
    expect(rosterOf(['a', 'b'])).toBe(rosterOf(['a', 'b']));
    expect(new Set([['a', 'b'], ['b', 'a'], ['ab'], ['a'], []].map(rosterOf)).size).toBe(5);
  });
});

describe('a watchdog', () => {
  it.each([
    ['counts as silent 3 minutes after its last round', 10, 181, true],
    ['does not count as silent before', 10, 179, false],
    ['does not count as silent within two intervals, however long', 600, 1_259, false],
    ['counts as silent after two intervals and the minute of a start', 600, 1_261, true],
  ])('%s', (_, intervalSeconds, sinceSeconds, silent) => {
    const lastMs = 1_700_000_000_000;
    expect(isSilent(lastMs, intervalSeconds * 1_000, lastMs + sinceSeconds * 1_000)).toBe(silent);
  });
});
