import { describe, expect, it } from 'vitest';
import type { Reports } from '../../../../functions/core/admission/records.ts';
import {
  isReported,
  REPORT_HOLDS_MS,
  reportedMetrics,
  withReport,
} from '../../../../functions/core/admission/reports.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const byMonitor = { origin: 'monitor', metric: 'orders', occurredAtMs: NOON } as const;
const byAnalysis = { origin: 'anomaly', metric: 'latency', occurredAtMs: NOON } as const;
const recordWith = (reports?: Reports) => limitsWith(reports && { reports }).component;

describe('a report that a component is unhealthy', () => {
  it('is kept with its sender and time, and with what an anomaly is on', () => {
    const first = withReport(recordWith(), byMonitor);
    const sentMs = { 'monitor/orders': NOON };
    expect(first.reports).toStrictEqual({ by: ['monitor/orders'], lastMs: NOON, sentMs });
    const both = withReport(first, { ...byAnalysis, occurredAtMs: NOON - 1 });
    expect(both.reports).toEqual({
      ...{ by: ['anomaly', 'monitor/orders'], lastMs: NOON, anomalyMetric: 'latency' },
      sentMs: { ...sentMs, anomaly: NOON - 1 },
    });
    const later = withReport(both, { ...byMonitor, occurredAtMs: NOON + 60_000 });
    expect(later.reports).toEqual({
      ...both.reports,
      lastMs: NOON + 60_000,
      sentMs: { 'monitor/orders': NOON + 60_000, anomaly: NOON - 1 },
    });
  });

  it('is written again only a minute later', () => {
    const record = recordWith({ by: ['monitor/orders'], lastMs: NOON });
    expect(withReport(record, { ...byMonitor, occurredAtMs: NOON + 59_999 })).toBe(record);
    const again = withReport(record, { ...byMonitor, occurredAtMs: NOON + 60_000 });
    expect(again.reports?.lastMs).toBe(NOON + 60_000);
  });

  it('is written again only a minute later where the analysis repeats the same anomaly', () => {
    const record = withReport(recordWith(), byAnalysis);
    expect(withReport(record, { ...byAnalysis, occurredAtMs: NOON + 59_999 })).toBe(record);
    const again = withReport(record, { ...byAnalysis, occurredAtMs: NOON + 60_000 });
    expect(again.reports?.lastMs).toBe(NOON + 60_000);
  });

  it('is written at once where the anomaly is on another metric, or another sender has reported since', () => {
    const first = withReport(withReport(recordWith(), byAnalysis), {
      ...byMonitor,
      occurredAtMs: NOON + 50_000,
    });
    const onDisk = { ...byAnalysis, metric: 'disk', occurredAtMs: NOON + 51_000 };
    expect(withReport(first, onDisk).reports?.anomalyMetric).toBe('disk');
    const repeated = { ...byAnalysis, occurredAtMs: NOON + 61_000 };
    expect(withReport(first, repeated).reports?.sentMs?.['anomaly']).toBe(NOON + 61_000);
  });

  it('adds nothing where its sender can be asked, or where there are twenty senders', () => {
    expect(withReport(recordWith(), { ...byMonitor, origin: 'alarm' }).reports).toBeUndefined();
    const senders = (count: number) => Array.from({ length: count }, (_, nth) => `monitor/m${nth}`);
    const [full, almost] = [20, 19].map((count) => recordWith({ by: senders(count), lastMs: 0 }));
    expect(full && withReport(full, byMonitor)).toBe(full);
    expect(almost && withReport(almost, byMonitor).reports?.by).toHaveLength(20);
  });
});

describe('what is reported of a component', () => {
  const reports = {
    ...{ by: ['anomaly', 'monitor/orders'], lastMs: NOON, anomalyMetric: 'latency' },
    sentMs: { anomaly: NOON, 'monitor/orders': NOON - 60_000 },
  };
  const latency = { metric: 'latency', by: 'the analysis of its series', atMs: NOON };

  it('names each metric and who says so, each for just under half an hour', () => {
    const orders = { metric: 'orders', by: 'a monitor', atMs: NOON - 60_000 };
    expect(reportedMetrics(reports, NOON + 1_740_000 - 1)).toEqual([latency, orders]);
    expect(reportedMetrics(reports, NOON + 1_740_000)).toEqual([latency]);
    expect(reportedMetrics(reports, NOON + 1_800_000)).toEqual([]);
  });

  it('has no metric of a sender whose time is not known, unless it is the only one', () => {
    const { sentMs: _, ...untimed } = reports;
    expect(reportedMetrics(untimed, NOON)).toEqual([]);
    expect(reportedMetrics({ ...untimed, by: ['anomaly'] }, NOON)).toEqual([latency]);
  });

  it('leaves out what has no metric', () => {
    const { anomalyMetric: _, ...unnamed } = reports;
    expect(reportedMetrics({ ...unnamed, by: ['anomaly', 'else'] }, NOON)).toEqual([]);
    expect(reportedMetrics(undefined, NOON)).toEqual([]);
  });

  const strategies = (withinSeconds: number, components?: readonly string[]) => ({
    strategies: [{ components, trigger: { withinSeconds } }] as never,
  });

  it('holds for half an hour, or for as long as one of its strategies counts alerts', () => {
    const record = recordWith(reports);
    const isHeld = (afterMs: number, by = strategies(60)) => isReported(record, by, NOON + afterMs);
    expect([isHeld(REPORT_HOLDS_MS - 1), isHeld(REPORT_HOLDS_MS)]).toEqual([true, false]);
    for (const longer of [strategies(3_600), strategies(3_600, ['web'])])
      expect([isHeld(3_599_999, longer), isHeld(3_600_000, longer)]).toEqual([true, false]);
    expect(isHeld(REPORT_HOLDS_MS, strategies(3_600, ['db']))).toBe(false);
  });

  it('is nothing where nobody reports', () => {
    expect(isReported(recordWith(), strategies(60), NOON)).toBe(false);
    expect(isReported(recordWith({ by: [], lastMs: NOON }), strategies(60), NOON)).toBe(false);
  });
});
