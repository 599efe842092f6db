import { describe, expect, it } from 'vitest';
import { profileAnswer } from '../../../../functions/core/analysis/profile-answer.ts';

const SINCE = Date.parse('2026-11-22T12:00:00Z');
const PERIOD_MS = 300_000;

interface Answer {
  readonly columns?: string;
  readonly latest?: string;
  readonly rows?: string;
  readonly missing?: string;
}
const line = ({ columns = 'threads,heap_mb', latest = '7,8.5', rows = '', missing = '' }: Answer = {}) =>
  JSON.stringify({
    latestAt: SINCE / 1_000 + 60,
    columns,
    latest,
    missing,
    rows,
    until: SINCE / 1_000 + 900,
  });
const pointsOf = (answer: Answer) =>
  Object.fromEntries(profileAnswer(line(answer), SINCE)?.points ?? new Map());
const at = (period: number, value: number) => ({ atMs: SINCE + period * PERIOD_MS, value });

describe('the answer of a host about its profile', () => {
  it('has the newest measurement, and until when nothing is missing', () => {
    expect(profileAnswer(`selfheal: 1 host\n${line()}\n`, SINCE)).toStrictEqual({
      points: new Map([
        ['threads', []],
        ['heap_mb', []],
      ]),
      completeUntilMs: SINCE + 900_000,
      latest: { atMs: SINCE + 60_000, values: { threads: 7, heap_mb: 8.5 } },
    });
  });

  it('says what could not be measured', () => {
    expect(profileAnswer(line({ missing: 'no endpoint' }), SINCE)?.latest.missing).toBe('no endpoint');
  });

  it('has a value for each period and column, and an empty field repeats the one before', () => {
    expect(pointsOf({ rows: '0,1,2;1,,3;3,4,;' })).toEqual({
      threads: [at(0, 1), at(1, 1), at(3, 4)],
      heap_mb: [at(0, 2), at(1, 3), at(3, 3)],
    });
  });

  it('has no value where none was measured, and none that an empty field could repeat', () => {
    expect(pointsOf({ rows: '0,-,2;1,,-;2,5;' })).toEqual({ threads: [at(2, 5)], heap_mb: [at(0, 2)] });
    expect(pointsOf({ rows: '0,,x;' })).toEqual({ threads: [], heap_mb: [] });
  });

  it('leaves out a row that was cut off', () => {
    expect(pointsOf({ rows: '0,1,2;1,9' })).toEqual({ threads: [at(0, 1)], heap_mb: [at(0, 2)] });
  });

  it('has no columns before anything was measured, and no value for an empty one', () => {
    expect(profileAnswer(line({ columns: '', latest: '' }), SINCE)?.latest.values).toEqual({});
    expect(profileAnswer(line({ latest: ',-' }), SINCE)?.latest.values).toEqual({});
    expect(profileAnswer(line({ latest: '0' }), SINCE)?.latest.values).toEqual({ threads: 0 });
  });

  it.each(['', 'not there', '{"latestAt": 1}', line().slice(0, -9), ` ${line()}`])(
    'is none if it is cut off or something else: %s',
    (output) => {
      expect(profileAnswer(output, SINCE)).toBeUndefined();
    },
  );
});
