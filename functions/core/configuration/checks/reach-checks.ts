import { isLifting, LIFT_STRATEGY } from '../../operation/time-limit.ts';
import { matchingStrategies } from '../../signal/match-strategy.ts';
import { HEARTBEAT_METRIC } from '../../watchdog/heartbeat-metric.ts';
import {
  type AlertSource,
  alarmSource,
  anomalySource,
  isAnswered,
  monitorSource,
  profileSources,
} from '../alert-source.ts';
import { withNearest } from '../nearest-name.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component, DeclaredStrategy } from '../schema/schema.ts';
import { watchdog } from '../schema/watchdog-schema.ts';
import { type Watch, watchedComponents } from './peer-checks.ts';

/** The watchdog's defaults; its configuration is not known here. */
const BY_DEFAULT = watchdog.parse({});

type Watched = ReadonlyMap<string, readonly Watch[]>;

function alertSources(
  [name, component]: readonly [string, Component],
  watched: Watched,
): readonly AlertSource[] {
  return [
    ...Object.values(component.alarms)
      .map(alarmSource)
      .filter(({ alerts }) => alerts.length > 0),
    ...[component.anomalies, component.monitors].flatMap((watched) =>
      Object.entries(watched).map(([key, series]) => anomalySource(key, series)),
    ),
    ...profileSources(component),
    ...component.signals.map(monitorSource),
    ...(watched.get(name) ?? []).flatMap(heartbeats),
  ];
}

function heartbeats({ missesBeforeRestart = BY_DEFAULT.missesBeforeRestart }: Watch): readonly AlertSource[] {
  const apartSeconds = missesBeforeRestart * BY_DEFAULT.intervalSeconds;
  const metric = HEARTBEAT_METRIC;
  const miss = { origin: 'watchdog', metric, severity: 'WARNING' } as const;
  const asked = { origin: 'watchdog', metric, severity: 'CRITICAL' } as const;
  return [
    { metric, alerts: [miss] },
    {
      metric,
      alerts: ['restart', 'isolate'].map((suggestedAction) => ({ ...asked, suggestedAction })),
      apartSeconds,
    },
  ];
}

/**
 * Strategies, metrics and alarms that do not meet. Says nothing while some part of the file cannot be read, or a strategy
 * names a component that does not exist: that might be the missing piece.
 */
export function checkReach({ isComplete, components, strategies, peers }: ReadableParts): readonly Finding[] {
  const isMisnamed = strategies.some(({ strategy }) =>
    strategy.components?.some((name) => !components.has(name)),
  );
  if (!isComplete || isMisnamed) return [];
  const watched = watchedComponents(components, peers);
  const isLifted = strategies.some(({ strategy }) => strategy.actions.some(isLifting));
  return [
    ...strategies.flatMap(({ index, strategy }) => {
      // The reconciler asks for it by its id.
      if (isLifted && strategy.id === LIFT_STRATEGY) return [];
      // Those of excluded components, too: a component that is excluded for a while makes no strategy wrong.
      const byComponent = [...components]
        .filter(([name]) => strategy.components?.includes(name) ?? true)
        .map((entry) => alertSources(entry, watched));
      const sources = byComponent.flat();
      return sources.some((source) => isAnswered(strategy, source))
        ? [...silentMetrics(index, strategy, sources), ...tooFewAlerts(index, strategy, byComponent)]
        : [unreachable(index, strategy, sources)];
    }),
    ...unansweredAlarms(
      components,
      strategies.map(({ strategy }) => strategy),
    ),
    ...unansweredAnomalies(
      components,
      strategies.map(({ strategy }) => strategy),
    ),
    ...unansweredLeaks(
      components,
      strategies.map(({ strategy }) => strategy),
    ),
  ];
}

const listed = (sources: readonly AlertSource[]) =>
  [...new Set(sources.map(({ metric }) => metric))].sort().join(', ') || 'nothing';

function unreachable(index: number, strategy: DeclaredStrategy, sources: readonly AlertSource[]): Finding {
  const metrics = sources.map(({ metric }) => metric);
  const near = strategy.trigger.metrics
    .map((metric) => withNearest(metric, metrics))
    .find(({ nearest }) => nearest);
  return {
    severity: 'error',
    code: 'unreachable-strategy',
    path: ['strategies', index, 'trigger'],
    at: 'key',
    value: strategy.trigger,
    message: `no alert can reach \`${strategy.id}\`: its components alert on ${listed(sources)}, and its trigger matches none of them`,
    remedy: near?.nearest
      ? `Did you mean \`${near.nearest}\`?`
      : 'Declare an alarm or a `signals` metric that it matches (not of severity INFO), or correct the trigger.',
    ...near,
  };
}

function silentMetrics(
  index: number,
  strategy: DeclaredStrategy,
  sources: readonly AlertSource[],
): readonly Finding[] {
  const known = new Set(sources.map(({ metric }) => metric));
  return strategy.trigger.metrics.flatMap((metric, at): readonly Finding[] => {
    if (known.has(metric)) return [];
    const near = withNearest(metric, known);
    return [
      {
        severity: 'warning',
        code: 'metric-never-alerts',
        path: ['strategies', index, 'trigger', 'metrics', at],
        value: metric,
        message: `no alarm and no signal of its components is called \`${metric}\`; they alert on ${listed(sources)}`,
        remedy: near.nearest ? `Did you mean \`${near.nearest}\`?` : 'Declare one, or remove the metric.',
        ...near,
      },
    ];
  });
}

/** A trigger that only the watchdog can reach, and that needs more alerts than the watchdog sends within the window. */
function tooFewAlerts(
  index: number,
  strategy: DeclaredStrategy,
  byComponent: readonly (readonly AlertSource[])[],
): readonly Finding[] {
  const { consecutiveFailures, withinSeconds } = strategy.trigger;
  const mostInWindow = byComponent.map((sources) =>
    sources
      .filter((source) => isAnswered(strategy, source))
      .reduce((sum, { apartSeconds = 0 }) => sum + Math.ceil(withinSeconds / apartSeconds), 0),
  );
  const most = Math.max(...mostInWindow);
  if (most >= consecutiveFailures) return [];
  return [
    {
      severity: 'warning',
      code: 'unreachable-strategy',
      path: ['strategies', index, 'trigger', 'consecutiveFailures'],
      value: consecutiveFailures,
      message: `\`${strategy.id}\` waits for ${consecutiveFailures} alerts within ${withinSeconds} s, and only the watchdog can reach it: single misses don’t count, and it asks ${most} times in that time unless \`watchdog.intervalSeconds\` or \`watchdog.missesBeforeRestart\` is lower than the default`,
      remedy:
        'Set `consecutiveFailures: 1`, since the watchdog has counted misses before it asks, or raise `withinSeconds`.',
    },
  ];
}

function unansweredAlarms(
  components: ReadonlyMap<string, Component>,
  strategies: readonly DeclaredStrategy[],
): readonly Finding[] {
  return [...components].flatMap(([name, component]) => {
    if (component.excluded) return [];
    return Object.entries(component.alarms).flatMap(([key, alarm]): readonly Finding[] => {
      const { metric } = alarm;
      const { alerts } = alarmSource(alarm);
      const isAlertAnswered = (alert: (typeof alerts)[number]) =>
        matchingStrategies(strategies, { ...alert, component: name }).length > 0;
      if (alerts.every(isAlertAnswered)) return [];
      return [
        {
          severity: 'warning',
          code: 'alarm-without-strategy',
          path: ['components', name, 'alarms', key],
          at: 'key',
          value: metric,
          message: `no strategy of component \`${name}\` answers \`${metric}\` of severity ${alarm.severity}; its alerts will be refused`,
          remedy: `Add \`metrics: [${metric}]\` to the trigger of a strategy${alarm.severity === 'CRITICAL' ? ' (OFFLINE and ISOLATED answer what suggests a restart or isolation, and an alarm suggests neither)' : ''}, or give the alarm \`severity: INFO\` if it is for information only.`,
        },
      ];
    });
  });
}

function unansweredAnomalies(
  components: ReadonlyMap<string, Component>,
  strategies: readonly DeclaredStrategy[],
): readonly Finding[] {
  return [...components].flatMap(([name, component]) => {
    if (component.excluded) return [];
    const entries = (['anomalies', 'monitors'] as const).flatMap((kind) =>
      Object.entries(component[kind]).map(([key, series]) => [kind, key, series] as const),
    );
    return entries.flatMap(([kind, key, series]): readonly Finding[] => {
      const { metric, alerts } = anomalySource(key, series);
      const unanswered = alerts.filter(
        (alert) => matchingStrategies(strategies, { ...alert, component: name }).length === 0,
      );
      if (unanswered.length === 0) return [];
      return [
        {
          severity: 'warning',
          code: 'anomaly-without-strategy',
          path: ['components', name, kind, key],
          at: 'key',
          value: metric,
          message: `no strategy of component \`${name}\` answers \`${metric}\` of severity ${unanswered.map(({ severity }) => severity).join(' and ')}; its signals will be refused`,
          remedy: `Add \`metrics: [${metric}]\` to the trigger of a strategy, or write \`tiers: { critical: notify }\` to have people notified only.`,
        },
      ];
    });
  });
}

/** A profile whose leaks signal, and nothing is done about them. */
function unansweredLeaks(
  components: ReadonlyMap<string, Component>,
  strategies: readonly DeclaredStrategy[],
): readonly Finding[] {
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    if (component.excluded) return [];
    const unanswered = profileSources(component)
      .filter(({ alerts }) =>
        alerts.some((alert) => matchingStrategies(strategies, { ...alert, component: name }).length === 0),
      )
      .map(({ metric }) => metric);
    const metrics = [...new Set(unanswered)].join(', ');
    if (metrics === '') return [];
    return [
      {
        severity: 'warning',
        code: 'anomaly-without-strategy',
        path: ['components', name, 'profile'],
        at: 'key',
        value: metrics,
        message: `no strategy of component \`${name}\` answers ${metrics}; these signals of its profile will be refused`,
        remedy: `Add \`metrics: [${metrics}]\` to the trigger of a strategy, or write \`tiers: { critical: notify }\` under \`profile\` to have people notified only.`,
      },
    ];
  });
}
