import { describe, expect, it } from 'vitest';
import {
  type AskedMonitor,
  monitorReads,
  monitorRequest,
} from '../../../../functions/core/analysis/monitor-answer.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const window = { startMs: NOON - 5 * MINUTE_MS, endMs: NOON };
const queue: AskedMonitor = { monitor: 'queue', periodSeconds: 60, statistic: 'Average', window };
const readOf = (payload: unknown) => monitorReads(payload, [queue])[0];
const after = (minutes: number) => new Date(window.startMs + minutes * MINUTE_MS).toISOString();
const KINDS =
  'a number, `null` if there is no value now, or a list of `{"at": "2026-11-22T12:00:00Z", "value": 1}`';

it('a function is asked for the periods of each monitor', () => {
  expect(monitorRequest('web', [queue])).toStrictEqual({
    version: 1,
    kind: 'monitor',
    component: 'web',
    monitors: {
      queue: { from: '2026-11-22T11:55:00.000Z', until: '2026-11-22T12:00:00.000Z', periodSeconds: 60 },
    },
  });
});

describe('the answer of a function for a monitor', () => {
  it('is what is now: the value of the newest period, of which alone something is known', () => {
    const newest = { completeUntilMs: NOON, knownFromMs: NOON - MINUTE_MS };
    expect(readOf({ values: { queue: 7 } })).toStrictEqual({
      read: { points: [{ atMs: NOON - MINUTE_MS, value: 7 }], ...newest },
    });
    expect(readOf({ values: { queue: null } })).toStrictEqual({ read: { points: [], ...newest } });
  });

  it('is a list of values, of which those count that were asked for', () => {
    const samples = [-0.001, 0, 0.5, 4.99, 5].map((minutes, value) => ({ at: after(minutes), value }));
    expect(readOf({ values: { queue: samples } })).toStrictEqual({
      read: {
        points: [
          { atMs: window.startMs, value: 1.5 },
          { atMs: NOON - MINUTE_MS, value: 3 },
        ],
        completeUntilMs: NOON,
      },
    });
    expect(readOf({ values: { queue: [] } })).toStrictEqual({ read: { points: [], completeUntilMs: NOON } });
  });

  it.each([
    ['nothing', undefined, 'answered nothing; `{"values": {…}}` is expected'],
    ['something else', { value: 3 }, 'answered {"value":3}; `{"values": {…}}` is expected'],
    ['a problem', { values: {}, problems: { queue: 'no access' } }, 'no access'],
    ['a problem beside a value', { values: { queue: 1 }, problems: { queue: 'old' } }, 'old'],
    ['no value', { values: { other: 1 } }, 'answered without a value for queue'],
    ['a text', { values: { queue: 'many' } }, `answered "many" for queue: ${KINDS}`],
    [
      'a value without a time',
      { values: { queue: [{ value: 1 }] } },
      `answered [{"value":1}] for queue: ${KINDS}`,
    ],
  ])('is a problem if it is %s', (_, payload, problem) => {
    expect(readOf(payload)).toStrictEqual({ problem });
  });

  it('says the same of every monitor if it is not one', () => {
    const problem = 'answered 3; `{"values": {…}}` is expected';
    expect(monitorReads(3, [queue, { ...queue, monitor: 'age' }])).toEqual([{ problem }, { problem }]);
  });

  it('is not found among the properties that every object has', () => {
    const odd = { ...queue, monitor: 'toString' };
    expect(monitorReads({ values: {} }, [odd])).toEqual([
      { problem: 'answered without a value for toString' },
    ]);
  });
});
