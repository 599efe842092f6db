import type { Component } from '../configuration/schema/component-schema.ts';
import { anomalySeries } from './anomaly-series.ts';
import { monitorSeries } from './monitor-series.ts';
import { profileJoinables, profileSeries } from './profile-series.ts';
import type { WatchedSeries } from './watched-series.ts';

type Watched = Pick<Component, 'anomalies' | 'monitors' | 'profile' | 'targets'>;

/** Every watched series of the components, in their order. */
export function watchedSeries(components: Readonly<Record<string, Watched>>): readonly WatchedSeries[] {
  return Object.entries(components).flatMap(([name, component]) => seriesOf(name, component));
}

/** The watched series of one component. */
export function seriesOf(name: string, component: Watched): readonly WatchedSeries[] {
  const monitors = monitorSeries(name, component);
  const joinable = [...monitors, ...profileJoinables(name, component)];
  return [...anomalySeries(name, component, joinable), ...monitors, ...profileSeries(name, component)];
}
