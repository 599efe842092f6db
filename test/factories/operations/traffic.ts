import type { SeriesRead } from '../../../functions/core/analysis/read-window.ts';
import type { SeriesQuery } from '../../../functions/ports/metric-data.ts';

/** What a component answered within the minute that begins then. */
export type Minute = (atMs: number) => {
  readonly requests: number;
  /** Failed requests, or their mean latency. @default nothing is published */
  readonly value?: number;
};

/** Metrics of a component's traffic in the namespace `Shop`. */
export const trafficMetrics = (component: string) => ({
  requests: { namespace: 'Shop', metricName: `${component}-requests`, dimensions: {} },
  failures: { namespace: 'Shop', metricName: `${component}-failures`, dimensions: {} },
  latency: {
    ...{ namespace: 'Shop', metricName: `${component}-latency`, dimensions: {} },
    unit: 'seconds' as const,
  },
});

/** Answers queries of such metrics. */
export function readsOf(
  minutes: Readonly<Record<string, Minute>>,
  queries: readonly SeriesQuery[],
): readonly (SeriesRead | undefined)[] {
  return queries.map(({ source, window, periodSeconds }) => {
    if (source.kind !== 'metric') return undefined;
    const [component = '', part] = source.metric.metricName.split('-');
    const minute = minutes[component];
    if (!minute) return { points: [], completeUntilMs: window.endMs };
    const points: { readonly atMs: number; readonly value: number }[] = [];
    for (let atMs = window.startMs; atMs < window.endMs; atMs += periodSeconds * 1_000) {
      const { requests, value } = minute(atMs);
      const published = part === 'requests' ? requests : value;
      if (published !== undefined) points.push({ atMs, value: published });
    }
    return { points, completeUntilMs: window.endMs };
  });
}
