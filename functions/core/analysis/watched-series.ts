import type { AnomalyTiers, ErrorType } from '../configuration/schema/anomaly-schema.ts';
import type { Series } from '../detection/series.ts';
import type { Severity } from '../signal/severity.ts';
import type { MonitorSource } from './monitor-source.ts';
import type { Waits } from './read-window.ts';

/** One metric in CloudWatch. */
export interface MetricSource {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** As CloudWatch names it, such as `Average` or `p99`. */
  readonly statistic: string;
}

/** Where the values of a series come from. */
export type SeriesSource =
  | { readonly kind: 'metric'; readonly metric: MetricSource }
  | {
      readonly kind: 'expression';
      readonly expression: string;
      /** By the names that the expression uses. */
      readonly metrics: Readonly<Record<string, MetricSource>>;
    }
  | {
      readonly kind: 'profile';
      /** As the collector names it. */
      readonly column: string;
      /** @default of all hosts, the largest value in each period */
      readonly instanceId?: string;
    }
  | {
      readonly kind: 'joint';
      /** Series of the same component, in the order of their values in a row. */
      readonly parts: readonly JointPart[];
    }
  | MonitorSource;

/** One of the series that are watched together. */
export interface JointPart {
  /** Its own name. */
  readonly series: string;
  readonly source: Exclude<SeriesSource, { readonly kind: 'joint' }>;
  readonly unit?: string;
  /** The series with which it is read, if no detector watches it by itself. */
  readonly readWith?: string;
}

/** What can be watched together with others: a series, or a column of a profile that is read with one. */
export interface Joinable
  extends Pick<WatchedSeries, 'name' | 'target' | 'source' | 'unit' | 'fingerprint'>,
    Pick<JointPart, 'readWith'> {
  readonly series: Pick<Series, 'counter'>;
  /** By how much it varies at least, whatever was seen. @default 0 */
  readonly leastDeviation?: number;
}

/** Those that CloudWatch has. */
export type CloudWatchSource = Extract<SeriesSource, { readonly kind: 'metric' | 'expression' }>;

export function isInCloudWatch(source: SeriesSource): source is CloudWatchSource {
  return source.kind === 'metric' || source.kind === 'expression';
}

/**
 * Series that are watched together, of which CloudWatch does not have all: most other sources say what is now, and only
 * once. So what is read of each waits for the others.
 */
export function isGathered(source: SeriesSource): boolean {
  return source.kind === 'joint' && !source.parts.every((part) => isInCloudWatch(part.source));
}

/** One series that is watched, with everything filled in. */
export interface WatchedSeries {
  readonly component: string;
  /** Unique within its component: the entry under `anomalies`, with its instance if there is one for each. */
  readonly name: string;
  /** As strategies name it. */
  readonly metric: string;
  /** The instance that it is about, if it is about one. */
  readonly target?: string;
  readonly source: SeriesSource;
  readonly series: Series;
  readonly tiers: AnomalyTiers;
  readonly observationMs: number;
  readonly unit?: string;
  readonly errorType?: ErrorType;
  /** Of its signals, whatever their tier. @default CRITICAL */
  readonly highestSeverity?: Severity;
  /** Levels that people have set; without them, it learns what is usual. */
  readonly isThreshold?: true;
  /** Whether its baseline follows deployments and changes of configuration. @default false */
  readonly followsChanges?: true;
  /** How long its data points are waited for, and how far back they go. @default as the settings say */
  readonly waits?: Partial<Waits>;
  /** Changes with whatever makes its baseline meaningless. */
  readonly fingerprint: string;
}
