import type { Component } from '../configuration/schema/component-schema.ts';
import type { Monitor } from '../configuration/schema/monitor-schema.ts';
import { fingerprintOf } from './fingerprint.ts';
import { judgedAs, lasting } from './judged-as.ts';
import { SCRAPER } from './monitor-source.ts';
import type { Waits } from './read-window.ts';
import type { WatchedSeries } from './watched-series.ts';

/** What one run reads of a monitor at most. */
const PERIODS_BACK = 200;
/** How long the values of events are kept. */
export const SAMPLES_KEPT_SECONDS = 3 * 86_400;
/** Reading an endpoint may wait for its name servers, and for a place among others. */
const SCRAPER_SECONDS = 28;

/** The series under a component's `monitors`. */
export function monitorSeries(
  component: string,
  { monitors }: Pick<Component, 'monitors'>,
): readonly WatchedSeries[] {
  return Object.entries(monitors).map(([key, monitor]): WatchedSeries => {
    const { metric = key } = monitor;
    const judged = judgedAs(metric, monitor);
    return {
      component,
      name: monitorSeriesName(key),
      metric,
      source: sourceOf(key, monitor),
      ...judged,
      waits: { ...waitsOf(monitor), ...judged.waits },
      fingerprint: fingerprintOf({ ...originOf(monitor), ...lasting(metric, monitor) }),
    };
  });
}

/** Cannot be the name of a series under `anomalies`. */
export function monitorSeriesName(key: string): string {
  return `monitor/${key}`;
}

function sourceOf(monitor: string, { function: asked, timeoutSeconds, endpoint, statistic }: Monitor) {
  if (asked !== undefined)
    return { kind: 'function', monitor, function: asked, timeoutSeconds, statistic } as const;
  if (endpoint === undefined) return { kind: 'events', monitor, statistic } as const;
  return {
    ...({
      kind: 'endpoint',
      monitor,
      function: SCRAPER,
      timeoutSeconds: SCRAPER_SECONDS,
      statistic,
    } as const),
  };
}

/** What is measured; a time limit is not part of it. */
function originOf({ function: asked, endpoint, sample, labels, events, statistic }: Monitor) {
  return { function: asked, endpoint, sample, labels, events, statistic };
}

/** A source that is asked has its values at once; events arrive as late as metrics do. */
function waitsOf({ events, endpoint, periodSeconds }: Monitor): Partial<Waits> {
  // Nothing was sent before there was the monitor.
  if (events !== undefined)
    return { historySeconds: PERIODS_BACK * periodSeconds, keptSeconds: SAMPLES_KEPT_SECONDS };
  const keptSeconds = endpoint === undefined ? PERIODS_BACK * periodSeconds : periodSeconds;
  return { settleSeconds: 0, latenessSeconds: 0, historySeconds: keptSeconds, keptSeconds };
}
