import { usualDirection } from '../analysis/metric-meaning.ts';
import type { ThresholdOptions } from '../detection/threshold.ts';
import type { Anomaly } from './schema/anomaly-schema.ts';
import type { Component } from './schema/component-schema.ts';
import type { Settings } from './schema/schema.ts';
import type { Threshold } from './schema/threshold-schema.ts';

type Thresholds = Settings['thresholds'];
type Watched = Pick<Anomaly, 'metric' | 'detector' | 'threshold' | 'direction'>;

/** The levels of a series with `detector: threshold`: its own, else those of its metric in the settings. */
export function levelsOf(
  key: string,
  { metric = key, detector, threshold }: Watched,
  thresholds: Thresholds,
): Threshold | undefined {
  if (detector !== 'threshold') return undefined;
  return threshold ?? (Object.hasOwn(thresholds, metric) ? thresholds[metric] : undefined);
}

/** The component with the levels of the settings in each series that has none of its own. */
export function withLevels(component: Component, thresholds: Thresholds): Component {
  const filled = <Series extends Watched>(series: Readonly<Record<string, Series>>) =>
    Object.fromEntries(
      Object.entries(series).map(([key, each]) => {
        const levels = levelsOf(key, each, thresholds);
        return [key, levels ? { ...each, threshold: levels } : each];
      }),
    );
  return { ...component, anomalies: filled(component.anomalies), monitors: filled(component.monitors) };
}

/** The options of the detector `threshold` for a series. */
export function thresholdOptions(metric: string, { threshold, direction }: Watched): ThresholdOptions {
  const { warning = Number.NaN, critical = Number.NaN, dataPoints = 3, escalateSeconds } = threshold ?? {};
  return {
    ...{ warning, critical, dataPoints },
    sign: isBelow(metric, { threshold, direction }) ? -1 : 1,
    escalateSeconds: escalateSeconds ?? Number.POSITIVE_INFINITY,
  };
}

/** Values are bad below the levels if the series says so, else if its levels fall, else if its metric’s usually are. */
function isBelow(
  metric: string,
  { threshold, direction }: Pick<Watched, 'threshold' | 'direction'>,
): boolean {
  if (direction !== undefined && direction !== 'both') return direction === 'below';
  const { warning, critical } = threshold ?? {};
  if (warning !== undefined && critical !== undefined && warning !== critical) return critical < warning;
  return usualDirection(metric) === 'below';
}
