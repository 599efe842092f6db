import { stillRedAlert } from '../../../core/admission/still-red.ts';
import { watchedSeries } from '../../../core/analysis/component-series.ts';
import { type Issue, priorityOf } from '../../../core/issue/issue.ts';
import { alarmsByComponent } from '../../../core/verification/observed-components.ts';
import { HEARTBEAT_METRIC } from '../../../core/watchdog/heartbeat-metric.ts';
import { missText } from '../../../core/watchdog/miss-reason.ts';
import { allPeers } from '../../../core/watchdog/peer.ts';
import type { BaselineStore } from '../../../ports/baseline-store.ts';
import type { AlarmReader } from '../../../ports/observers.ts';
import type { WatchdogStore } from '../../../ports/watchdog-store.ts';
import { baselineStandings } from '../baselines.ts';
import { alertNow, outlookIn, type Scene } from './scene.ts';

/** Alarms in ALARM; those of severity INFO are for display only. */
export async function alarmIssues(
  scene: Scene,
  { alarms }: { readonly alarms: Pick<AlarmReader, 'redSince'> },
): Promise<readonly Issue[]> {
  const bound = alarmsByComponent(scene.configuration);
  const own = scene.components.flatMap((component) => bound.get(component) ?? []);
  const red =
    own.length === 0 ? new Map<string, number>() : await alarms.redSince(own.map(({ name }) => name));
  return own.flatMap((alarm) => {
    const sinceMs = red.get(alarm.name);
    if (sinceMs === undefined) return [];
    const outlook = outlookIn(scene, stillRedAlert(alarm, scene.nowMs));
    const { component, severity, name } = alarm;
    return {
      ...({ kind: 'alarm', component, subject: `alarm ${name}`, problem: 'is in ALARM' } as const),
      ...{ severity, sinceMs, outlook, priority: priorityOf(severity, outlook) },
    };
  });
}

/** Peers that do not answer the watchdog as they should. */
export async function peerIssues(
  scene: Scene,
  { watchdog }: { readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'> },
): Promise<readonly Issue[]> {
  if (!scene.configuration.watchdog.enabled) return [];
  const [registered, shards] = await Promise.all([watchdog.listPeers(), watchdog.listShards()]);
  const states = new Map(shards.flatMap((shard) => Object.entries(shard.states)));
  return allPeers(scene.configuration, registered).flatMap(({ name, component }) => {
    const state = states.get(name);
    if (!state || state.status === 'HEALTHY' || !isAbout(scene, component)) return [];
    const { status, lastSeenMs, missedCount, missedFor } = state;
    const severity = status === 'DEGRADED' ? 'WARNING' : 'CRITICAL';
    const suggestedAction = { DEGRADED: undefined, OFFLINE: 'restart', ISOLATED: 'isolate' }[status];
    const outlook =
      component === undefined
        ? ({ kind: 'none' } as const)
        : outlookIn(
            scene,
            alertNow(scene, {
              ...({ component, metric: HEARTBEAT_METRIC, severity, origin: 'watchdog' } as const),
              ...(suggestedAction !== undefined && { suggestedAction }),
            }),
          );
    return {
      ...({ kind: 'peer', subject: `peer ${name}`, severity, outlook } as const),
      ...(component !== undefined && { component }),
      problem: `is ${status}, after ${missedCount} missed heartbeats in a row${missedFor ? `: ${missText(missedFor)}` : ''}`,
      sinceMs: lastSeenMs,
      priority: priorityOf(severity, outlook),
    };
  });
}

/** Series that are unusual now. */
export async function anomalyIssues(
  scene: Scene,
  { baselines }: { readonly baselines: Pick<BaselineStore, 'readShards'> },
): Promise<readonly Issue[]> {
  const { configuration } = scene;
  const watched = watchedSeries(configuration.components).filter(({ component }) =>
    isAbout(scene, component),
  );
  if (watched.length === 0) return [];
  const standings = await baselineStandings({ baselines, configuration });
  return watched.flatMap((series) => {
    const { component, name, metric, unit = '' } = series;
    const open = standings.find((each) => each.component === component && each.series === name)?.open;
    if (!open) return [];
    const { tier, value, expected, sinceMs } = open;
    const severity = tier === 'CRITICAL' ? (series.highestSeverity ?? 'CRITICAL') : 'WARNING';
    const isSignalled = series.tiers[LOWER[tier]] === 'signal';
    const outlook = isSignalled
      ? outlookIn(scene, alertNow(scene, { component, metric, severity, origin: 'anomaly' }))
      : ({ kind: 'none' } as const);
    const figure = (number: number | undefined) =>
      number === undefined ? 'nothing' : `${Number(number.toPrecision(4))}${unit && ` ${unit}`}`;
    return {
      ...({ kind: 'anomaly', component, subject: `series ${name}`, severity, sinceMs, outlook } as const),
      problem: `is anomalous (${tier}): ${figure(value)} instead of ${figure(expected)}`,
      priority: priorityOf(severity, outlook),
    };
  });
}

const LOWER = { MEDIUM: 'medium', HIGH: 'high', CRITICAL: 'critical' } as const;

/** What belongs to no component is an issue only where all are asked about. */
function isAbout({ components, configuration }: Scene, component: string | undefined): boolean {
  if (component !== undefined) return components.includes(component);
  return components.length === Object.keys(configuration.components).length;
}
