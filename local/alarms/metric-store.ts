import type { Sample } from './statistics.ts';

/** Dimension name to value. CloudWatch never aggregates across dimension sets: a metric is its exact set. */
export type Dimensions = Readonly<Record<string, string>>;

export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

export interface StoredSample {
  readonly timestampMs: number;
  readonly unit: string;
  readonly sample: Sample;
}

/** CloudWatch keeps one-minute data for 15 days; nothing older can be part of an alarm's evaluation range. */
const RETENTION_MS = 15 * 24 * 3600 * 1000;
const PRUNE_EVERY = 1000;

/** The metrics of one account and Region, in memory, with the resolution that CloudWatch would keep. */
export class MetricStore {
  readonly #series = new Map<string, StoredSample[]>();
  readonly #identities = new Map<string, MetricIdentity>();

  /**
   * Adds a sample. Data of standard resolution is kept to the minute, of high resolution to the second.
   *
   * @param storageResolutionSeconds 60 (standard) or 1 (high resolution)
   */
  put(metric: MetricIdentity, entry: StoredSample, storageResolutionSeconds: number): void {
    const key = keyOf(metric);
    const series = this.#series.get(key) ?? [];
    const stepMs = storageResolutionSeconds * 1000;
    series.push({ ...entry, timestampMs: Math.floor(entry.timestampMs / stepMs) * stepMs });
    if (series.length % PRUNE_EVERY === 0) prune(series);
    this.#series.set(key, series);
    this.#identities.set(key, metric);
  }

  /** The samples with a timestamp from `fromMs` (inclusive) to `toMs` (exclusive), of one unit if given. */
  read(metric: MetricIdentity, fromMs: number, toMs: number, unit?: string): Sample[] {
    return this.entries(metric, fromMs, toMs, unit).map((each) => each.sample);
  }

  /** The same samples, with their times. */
  entries(metric: MetricIdentity, fromMs: number, toMs: number, unit?: string): readonly StoredSample[] {
    return (this.#series.get(keyOf(metric)) ?? [])
      .filter((each) => each.timestampMs >= fromMs && each.timestampMs < toMs)
      .filter((each) => unit === undefined || each.unit === unit);
  }

  metrics(): MetricIdentity[] {
    return [...this.#identities.values()];
  }
}

function prune(series: StoredSample[]): void {
  const newest = series.reduce((latest, each) => Math.max(latest, each.timestampMs), 0);
  const kept = series.filter((each) => each.timestampMs > newest - RETENTION_MS);
  series.splice(0, series.length, ...kept);
}

function keyOf({ namespace, name, dimensions }: MetricIdentity): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([namespace, name, sorted]);
}

export function toDimensions(list: readonly { Name: string; Value: string }[] | undefined): Dimensions {
  return Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name, Value]));
}
