import type { MonitorRequest } from '../../../functions/core/analysis/monitor-answer.ts';
import type { ReadWindow } from '../../../functions/core/analysis/read-window.ts';
import type { Point } from '../../../functions/core/detection/detector.ts';
import { ServiceUnavailable } from '../../../functions/ports/errors.ts';
import type { MetricData, SeriesQuery } from '../../../functions/ports/metric-data.ts';
import type { MonitorFunctions } from '../../../functions/ports/monitor-functions.ts';
import { chanceAt } from '../faults/chance.ts';

export const MINUTE_MS = 60_000;
/** As the settings wait for them by default: a value counts as final, and a missing one is given up. */
export const SETTLE_MS = 120_000;
const LATEST_MS = 540_000;
/** How much of the metrics’ past is learned from. */
export const HISTORY_SECONDS = 7_200;

/** The metrics of a run: what they are in the end, and what is seen of them at a time. */
export interface MetricWorld {
  /** All data points that ever arrive, as they are in the end. */
  readonly final: (metricName: string, window: ReadWindow) => readonly Point[];
  /** Reads what has arrived by now; throttled, failed in part, or cut short, unless all is calm. */
  readonly metricData: MetricData;
  /** Answers every period that is asked for; throttled, or without an answer for a monitor, unless all is calm. */
  readonly monitorFunctions: MonitorFunctions;
}

interface WorldOptions {
  readonly seed: number;
  readonly nowMs: () => number;
  /** Whether nothing goes wrong now. */
  readonly isCalm: () => boolean;
}

export function createMetricWorld({ seed, nowMs, isCalm }: WorldOptions): MetricWorld {
  const chance = (place: string) => chanceAt(seed, place);
  let reads = 0;

  /** An ordinary value, or one of a spike that lasts for some minutes. */
  const valueAt = (name: string, atMs: number) => {
    const spikes = [0, 10, 20].some((back) => {
      const began = Math.floor(atMs / (10 * MINUTE_MS)) * 10 * MINUTE_MS - back * MINUTE_MS;
      return (
        chance(`${name} spikes ${began}`) < 0.03 && atMs < began + chance(`lasts ${began}`) * 30 * MINUTE_MS
      );
    });
    return (spikes ? 900 : 100) + chance(`${name} ${atMs}`) * 10;
  };
  const arrivesMs = (name: string, atMs: number) => {
    const fate = chance(`${name} fate ${atMs}`);
    if (fate < 0.03) return Number.POSITIVE_INFINITY;
    const later = fate < 0.1 ? SETTLE_MS + chance(`${name} late ${atMs}`) * (LATEST_MS - SETTLE_MS) : 0;
    return atMs + MINUTE_MS + later;
  };
  /** Some values are revised before they count as final, and others long after. */
  const seenAt = (name: string, atMs: number): Point => {
    const value = valueAt(name, atMs);
    const fate = chance(`${name} revised ${atMs}`);
    if (fate < 0.1 && nowMs() < atMs + MINUTE_MS + SETTLE_MS) return { atMs, value: value + 50 };
    return { atMs, value };
  };
  const timesIn = ({ startMs, endMs }: ReadWindow) =>
    Array.from({ length: (endMs - startMs) / MINUTE_MS }, (_, index) => startMs + index * MINUTE_MS);

  const read = ({ source, window }: SeriesQuery, place: string) => {
    if (source.kind !== 'metric') throw new Error('only metrics are simulated');
    const { metricName } = source.metric;
    if (!isCalm() && chance(`${place} unread`) < 0.05) return undefined;
    const isCut = !isCalm() && chance(`${place} cut`) < 0.1;
    const share = Math.floor(((window.endMs - window.startMs) / MINUTE_MS) * chance(`${place} cut at`));
    const completeUntilMs = isCut ? window.startMs + share * MINUTE_MS : window.endMs;
    const points = timesIn({ ...window, endMs: completeUntilMs })
      .filter((atMs) => arrivesMs(metricName, atMs) <= nowMs())
      .map((atMs) => seenAt(metricName, atMs));
    return { points, completeUntilMs };
  };

  const final = (name: string, window: ReadWindow) =>
    timesIn(window)
      .filter((atMs) => Number.isFinite(arrivesMs(name, atMs)))
      .map((atMs) => ({ atMs, value: valueAt(name, atMs) }));
  const measured = (name: string, { from, until }: MonitorRequest['monitors'][string]) =>
    final(name, { startMs: Date.parse(from), endMs: Date.parse(until) }).map(({ atMs, value }) => ({
      at: new Date(atMs).toISOString(),
      value,
    }));

  return {
    final,
    monitorFunctions: {
      measure: async (_function, { monitors }) => {
        reads += 1;
        const place = `measure ${reads}`;
        if (!isCalm() && chance(`${place} throttled`) < 0.15)
          throw new ServiceUnavailable('lambda:InvokeFunction: TooManyRequestsException: Rate Exceeded');
        const answered = Object.entries(monitors).filter(
          ([name]) => isCalm() || chance(`${place} ${name}`) >= 0.1,
        );
        return {
          payload: {
            values: Object.fromEntries(answered.map(([name, asked]) => [name, measured(name, asked)])),
          },
        };
      },
    },
    metricData: {
      read: async (queries) => {
        reads += 1;
        const place = `read ${reads}`;
        if (!isCalm() && chance(`${place} throttled`) < 0.1)
          throw new ServiceUnavailable('cloudwatch:GetMetricData: ThrottlingException: Rate exceeded');
        return { reads: queries.map((query, index) => read(query, `${place} ${index}`)), notes: [] };
      },
    },
  };
}
