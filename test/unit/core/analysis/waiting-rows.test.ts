import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saveShardInput } from '../../../../functions/adapters/dynamodb/baseline-items.ts';
import {
  countablePoints,
  type SeriesRead,
  type WaitingRow,
} from '../../../../functions/core/analysis/read-window.ts';
import {
  type GatheredPart,
  gatheredWindow,
  gatherRows,
  keptWaiting,
  WAITING_BYTES,
  waitingRowsAtMost,
} from '../../../../functions/core/analysis/waiting-rows.ts';
import { packState } from '../../../../functions/core/detection/packed-state.ts';
import { type Series, startSeries } from '../../../../functions/core/detection/series.ts';
import { baselineOf } from '../../../contract/baseline-store.contract.ts';

const PERIOD_SECONDS = 300;
const PERIOD_MS = PERIOD_SECONDS * 1_000;
const NOON = Date.parse('2026-11-22T12:00:00Z');
const WAITS = { settleSeconds: 0, latenessSeconds: 2 * PERIOD_SECONDS, historySeconds: 86_400 };
const JOINT_WAITS = { ...WAITS, latenessSeconds: 0 };

const at = (period: number) => NOON + period * PERIOD_MS;

/** A part that has read these periods of its window; in each, its value is the period's number. */
const read = (from: number, until: number, periods: readonly number[]): GatheredPart => ({
  readUntilMs: at(from),
  waits: WAITS,
  news: {
    window: { startMs: at(from), endMs: at(until) },
    read: {
      points: periods.map((period) => ({ atMs: at(period), value: period })),
      completeUntilMs: at(until),
    },
  },
});
const unread = (until: number): GatheredPart => ({ readUntilMs: at(until), waits: WAITS });

const gather = (parts: readonly GatheredPart[], now: number, waiting: readonly WaitingRow[] = [], from = 0) =>
  gatherRows({
    waiting,
    parts,
    window: { startMs: at(from), endMs: at(now) },
    periodSeconds: PERIOD_SECONDS,
    nowMs: at(now),
  });

const periodsOf = (rows: readonly { readonly atMs: number }[] = []) =>
  rows.map(({ atMs }) => (atMs - NOON) / PERIOD_MS);

describe('the gathering of rows from several series', () => {
  it('judges rows as far as every series reaches, and keeps the rest waiting', () => {
    const gathered = gather([read(0, 3, [0, 1, 2]), read(0, 2, [0, 1])], 3);
    expect(gathered).toEqual({
      points: [
        { atMs: at(0), value: 0, values: [0, 0] },
        { atMs: at(1), value: 1, values: [1, 1] },
      ],
      completeUntilMs: at(2),
      waiting: [{ atMs: at(2), values: [2, Number.NaN] }],
    });
  });

  it('waits for a series that could not be read, and goes on with the rows that have waited', () => {
    const first = gather([read(0, 2, [0, 1]), unread(0)], 2);
    expect(first).toMatchObject({ points: [], completeUntilMs: at(0) });
    const second = gather([unread(2), read(0, 2, [0, 1])], 2, first?.waiting);
    expect(periodsOf(second?.points)).toEqual([0, 1]);
    expect(second?.waiting).toEqual([]);
  });

  it('waits for a series that was never read', () => {
    const gathered = gather([read(0, 2, [0, 1]), { waits: WAITS }], 2);
    expect(gathered?.points).toEqual([]);
    expect(periodsOf(gathered?.waiting)).toEqual([0, 1]);
  });

  it('drops a row once one of its series has given up the period', () => {
    // The second series waits for period 1 until it is too late, and has nothing in it.
    const waits = gather([read(0, 3, [0, 1, 2]), read(0, 3, [0, 2])], 3);
    expect([periodsOf(waits?.points), periodsOf(waits?.waiting)]).toEqual([[0], [1, 2]]);
    const goesOn = gather([unread(3), read(1, 3, [2])], 5, waits?.waiting, 1);
    expect([periodsOf(goesOn?.points), periodsOf(goesOn?.waiting)]).toEqual([[2], []]);
  });

  it('leaves waiting rows as they are if nothing was read', () => {
    expect(gather([unread(2), unread(1)], 3)).toBeUndefined();
  });

  it('leaves out rows that were judged before, though a series starts over and is read again', () => {
    const gathered = gather([read(0, 6, [0, 1, 2, 3, 4, 5]), unread(6)], 6, [], 5);
    expect([periodsOf(gathered?.points), periodsOf(gathered?.waiting)]).toEqual([[], []]);
  });

  it('lets rows wait only while there is room, and drops the oldest first', () => {
    const most = waitingRowsAtMost(2);
    const periods = Array.from({ length: most + 5 }, (_, period) => period);
    const gathered = gather([read(0, most + 5, periods), unread(0)], most + 5);
    expect(periodsOf(gathered?.waiting)).toEqual(periods.slice(5));
    expect(gathered?.completeUntilMs).toBe(at(5));
  });

  it('keeps rows where nothing may be judged yet', () => {
    const gathered = gather([read(0, 3, [0, 1, 2]), read(0, 2, [0, 1])], 3);
    const kept = keptWaiting(gathered as SeriesRead, { startMs: at(0), endMs: at(3) });
    expect(kept).toMatchObject({ points: [], completeUntilMs: at(0) });
    expect(kept.waiting?.map(({ values }) => values)).toEqual([
      [0, 0],
      [1, 1],
      [2, Number.NaN],
    ]);
    const judged = gather([unread(3), read(2, 3, [2])], 3, kept.waiting);
    expect(periodsOf(judged?.points)).toEqual([0, 1, 2]);
  });
});

describe('the window of gathered rows', () => {
  it('begins where rows were last judged, or with the history, and ends with the newest period', () => {
    const now = at(10) + 1_000;
    expect(gatheredWindow(at(7), PERIOD_SECONDS, now, WAITS)).toEqual({ startMs: at(7), endMs: at(10) });
    expect(gatheredWindow(undefined, PERIOD_SECONDS, now, WAITS)).toEqual({
      startMs: at(10 - 288),
      endMs: at(10),
    });
    expect(gatheredWindow(at(10), PERIOD_SECONDS, now, WAITS)).toBeUndefined();
  });
});

/** What happens to one series in one run: it is out of reach, or read up to some periods ago, with gaps. */
const partOfRun = fc.record({
  isRead: fc.boolean(),
  lag: fc.integer({ min: 0, max: 3 }),
  missing: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }),
});

interface Run {
  readonly passed: number;
  readonly isHeld: boolean;
  readonly parts: readonly {
    readonly isRead: boolean;
    readonly lag: number;
    readonly missing: readonly number[];
  }[];
}

const runsOf = (parts: number, runs: number): fc.Arbitrary<readonly Run[]> =>
  fc.array(
    fc.record({
      passed: fc.integer({ min: 1, max: 3 }),
      isHeld: fc.boolean(),
      parts: fc.array(partOfRun, { minLength: parts, maxLength: parts }),
    }),
    { minLength: 1, maxLength: runs },
  );

/** What was judged after some runs, and what each of the series has counted meanwhile. */
function afterRuns(parts: number, runs: readonly Run[]) {
  const counted = Array.from({ length: parts }, () => new Set<number>());
  const until = counted.map(() => at(0));
  const judged: WaitingRow[] = [];
  let waiting: readonly WaitingRow[] = [];
  let jointUntilMs = at(0);
  let most = 0;
  let now = 0;
  for (const run of runs) {
    now += run.passed;
    const nowMs = at(now);
    const gathered = run.parts.map(({ isRead, lag, missing }, part): GatheredPart => {
      const startMs = until[part] ?? 0;
      const endMs = at(now - lag);
      if (!isRead || startMs >= endMs) return { readUntilMs: startMs, waits: WAITS };
      const window = { startMs, endMs };
      const periods = Array.from(
        { length: (endMs - startMs) / PERIOD_MS },
        (_, index) => startMs + index * PERIOD_MS,
      );
      const points = periods
        .filter((atMs) => !missing.includes((atMs - NOON) / PERIOD_MS))
        .map((atMs) => ({ atMs, value: atMs + part }));
      const news = { window, read: { points, completeUntilMs: endMs } };
      const own = countablePoints(window, PERIOD_SECONDS, news.read, nowMs, WAITS);
      for (const { atMs } of own.points) counted[part]?.add(atMs);
      until[part] = own.readUntilMs;
      return { readUntilMs: startMs, news, waits: WAITS };
    });
    const window = gatheredWindow(jointUntilMs, PERIOD_SECONDS, nowMs, JOINT_WAITS);
    if (!window) continue;
    const found = gatherRows({ waiting, parts: gathered, window, periodSeconds: PERIOD_SECONDS, nowMs });
    if (!found) continue;
    const taken = run.isHeld ? keptWaiting(found, window) : found;
    const { points, readUntilMs } = countablePoints(window, PERIOD_SECONDS, taken, nowMs, JOINT_WAITS);
    judged.push(...points.map(({ atMs, values = [] }) => ({ atMs, values })));
    jointUntilMs = readUntilMs;
    waiting = taken.waiting ?? [];
    most = Math.max(most, waiting.length);
  }
  const [first = new Set<number>(), ...others] = counted;
  const known = [...first].filter((atMs) => others.every((each) => each.has(atMs))).sort((a, b) => a - b);
  return { judged, known, waiting, most };
}

const CALM = (parts: number): Run => ({
  passed: 4,
  isHeld: false,
  parts: Array.from({ length: parts }, () => ({ isRead: true, lag: 0, missing: [] })),
});

describe('whatever is late, missing, out of reach or held', () => {
  it('judges each period that every series has counted once, in order, with all values', () => {
    const cases = fc
      .integer({ min: 2, max: 4 })
      .chain((parts) => fc.tuple(fc.constant(parts), runsOf(parts, 12)));
    fc.assert(
      fc.property(cases, ([parts, runs]) => {
        const { judged, known, waiting } = afterRuns(parts, [...runs, CALM(parts)]);
        expect(judged.map(({ atMs }) => atMs)).toEqual(known);
        for (const { atMs, values } of judged) expect(values).toEqual(values.map((_, part) => atMs + part));
        expect(waiting).toEqual([]);
      }),
    );
  });

  it('keeps no more rows waiting than there is room for, and judges nothing twice', () => {
    const parts = 8;
    fc.assert(
      fc.property(runsOf(parts, 120), (runs) => {
        const { judged, known, most } = afterRuns(parts, runs);
        expect(most).toBeLessThanOrEqual(waitingRowsAtMost(parts));
        expect(new Set(judged.map(({ atMs }) => atMs)).size).toBe(judged.length);
        expect(judged.filter(({ atMs }) => !known.includes(atMs))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps a baseline of as many series as allowed, with all waiting rows, below 4 KB', () => {
    const series: Series = { detector: 'joint', options: { dimensions: 8 }, periodSeconds: PERIOD_SECONDS };
    const values = Array.from({ length: 8 }, () => Number.NaN);
    const waiting = Array.from({ length: waitingRowsAtMost(8) }, (_, row) => ({ atMs: at(row), values }));
    const baseline = baselineOf({ packed: packState(series, startSeries(series)), waiting });
    const record = {
      shard: 1,
      savedAtMs: NOON,
      components: { shop: { series: { all: baseline } } },
      pending: [],
    };
    const { Item } = saveShardInput('table', { record, version: 'v1', previous: undefined });
    const { M: { shop } = {} } = Item?.['components'] ?? {};
    const bytes = [shop?.M?.['series']?.M?.['all']?.B, shop?.M?.['waiting']?.M?.['all']?.B].map(
      (each) => each?.length ?? Number.POSITIVE_INFINITY,
    );
    expect(bytes[0] ?? 0).toBeGreaterThan(0);
    expect((bytes[0] ?? 0) + (bytes[1] ?? 0)).toBeLessThan(4_096);
  });

  it.each([2, 3, 8])('keeps the waiting rows of %i series within 3 KB', (parts) => {
    const bytes = waitingRowsAtMost(parts) * (parts + 1) * 8;
    expect(bytes).toBeLessThanOrEqual(WAITING_BYTES);
    expect(bytes).toBeGreaterThan(WAITING_BYTES - (parts + 1) * 8);
  });
});
