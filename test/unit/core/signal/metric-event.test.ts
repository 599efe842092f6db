import { describe, expect, it } from 'vitest';
import { parseMetricEvent } from '../../../../functions/core/signal/metric-event.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const configuration = configured({
  components: {
    web: { monitors: { queue: { events: true }, backlog: { events: true }, probe: { function: 'probe' } } },
    api: {},
  },
});
const read = (detail: unknown, atMs = NOON) => parseMetricEvent(detail, atMs, NOON, configuration);
const problem = (detail: unknown, atMs = NOON) => {
  const parsed = read(detail, atMs);
  return parsed.kind === 'refused' ? `${parsed.component}: ${parsed.problem}` : parsed.kind;
};

describe('an event with values of monitors', () => {
  it('is read by monitor', () => {
    expect(read({ component: 'web', values: { queue: 5, backlog: -0.5 } })).toEqual({
      kind: 'values',
      component: 'web',
      values: new Map([
        ['queue', 5],
        ['backlog', -0.5],
      ]),
    });
  });

  it.each([
    [{ component: 'wbe', values: { queue: 5 } }, 'wbe: component wbe: there is no such name'],
    [
      { component: 'web', values: { queue: 5, qeueu: 5 } },
      'web: values.qeueu: no monitor of web with `events: true` (did you mean queue?); it has queue, backlog',
    ],
    [
      { component: 'web', values: { probe: 5 } },
      'web: values.probe: no monitor of web with `events: true`; it has queue, backlog',
    ],
    [
      { component: 'api', values: { queue: 5 } },
      'api: values.queue: no monitor of api with `events: true`; it has none',
    ],
  ])('is refused as a whole for one that nothing is configured for: %j', (detail, expected) => {
    expect(problem(detail)).toBe(expected);
  });

  it.each([
    [{ component: 'web', values: {} }, 'one value at least'],
    [{ component: 'web', values: { queue: '5' } }, 'a number'],
    [{ component: 'web', values: { queue: 2 ** 361 } }, 'a number of 2^360 at most'],
    [{ component: 'web', values: { queue: -(2 ** 361) } }, 'a number of 2^360 at most'],
    [{ component: 'web', values: 5 }, 'a mapping from monitors to numbers'],
  ])('is refused under its component if it cannot be read: %j', (detail, expected) => {
    expect(problem(detail)).toMatch(/^web: /);
    expect(problem(detail)).toContain(expected);
  });

  it('has fifty values at most', () => {
    const of = (count: number) => ({
      component: 'web',
      values: Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1])),
    });
    expect(problem(of(51))).toContain('50 values at most');
    expect(problem(of(50))).toContain('values.m0: no monitor');
  });

  it('takes the largest number that CloudWatch does', () => {
    expect(read({ component: 'web', values: { queue: 2 ** 360 } }).kind).toBe('values');
  });

  it('is refused under nobody if it names no component', () => {
    for (const detail of [null, 5, {}, { component: 7, values: { queue: 1 } }])
      expect(problem(detail)).toMatch(/^unknown: ./);
  });

  it('is refused if its time is not believable', () => {
    expect(problem({ component: 'web', values: { queue: 5 } }, NOON - 100 * 86_400_000)).toMatch(
      /^web: time/,
    );
  });
});
