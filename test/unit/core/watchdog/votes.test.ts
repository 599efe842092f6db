import { describe, expect, it } from 'vitest';
import {
  missReason,
  suspectedObservers,
  type VantageReport,
} from '../../../../functions/core/watchdog/votes.ts';

const reportOf = (vantagePoint: string, facts: Partial<VantageReport>): VantageReport => ({
  ...{ vantagePoint, roundAtMs: 0, peersAsOfMs: 0, missed: [], unchecked: [] },
  ...facts,
});

describe('a vantage point', () => {
  const suspected = (healthy: readonly string[], ...reports: readonly Partial<VantageReport>[]) => [
    ...suspectedObservers(
      reports.map((facts, index) => reportOf(`v${index}`, facts)),
      new Set(healthy),
    ),
  ];

  it('is suspected if it misses most of the healthy peers that it could check, of three at least', () => {
    const four = ['a', 'b', 'c', 'd'];
    expect(suspected(four, { missed: ['a', 'b', 'c'] })).toEqual(['v0']);
    expect(suspected(four, { missed: ['a', 'b'] })).toEqual([]);
    expect(suspected(four, { missed: ['a', 'b'], unchecked: ['d'] })).toEqual(['v0']);
    expect(suspected(four, { missed: ['a', 'b'], unchecked: ['down'] })).toEqual([]);
    expect(suspected(four, { missed: ['a', 'b'], unchecked: ['c', 'd'] })).toEqual([]);
    expect(suspected(['a', 'b', 'c'], { missed: ['a', 'down', 'off'] })).toEqual([]);
  });

  it('is not suspected where all of several see the same', () => {
    const dark = { missed: ['a', 'b', 'c'] };
    expect(suspected(['a', 'b', 'c'], dark, dark)).toEqual([]);
    expect(suspected(['a', 'b', 'c'], dark, {})).toEqual(['v0']);
  });
});

describe('why a peer missed its heartbeat', () => {
  it('is what most say that missed it and know why, however many do not', () => {
    const missed = ['web'];
    const reasonOf = (...reports: readonly Partial<VantageReport>[]) =>
      missReason(
        reports.map((facts, index) => reportOf(`v${index}`, facts)),
        new Set(),
        'web',
      );
    const refused = { missed, reasons: { web: 'ECONNREFUSED' as const } };
    expect(reasonOf(refused, { missed }, { missed, reasons: { api: 'ETIMEDOUT' } })).toBe('ECONNREFUSED');
    const unmissed = { reasons: { web: 'ETIMEDOUT' as const } };
    expect(reasonOf(refused, unmissed, unmissed)).toBe('ECONNREFUSED');
    expect(reasonOf(unmissed, { missed })).toBeUndefined();
  });
});
