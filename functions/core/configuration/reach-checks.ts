import type { Severity } from './alarm-schema.ts';
import { type AlertSource, isAnswered } from './alert-source.ts';
import { withNearest } from './nearest-name.ts';
import { watchedComponents } from './peer-checks.ts';
import type { Finding } from './problem.ts';
import type { ReadableParts } from './readable-parts.ts';
import type { Component, DeclaredStrategy } from './schema.ts';
import { componentsOf } from './strategy-checks.ts';

/** The metric that the watchdog reports for every component that is watched. */
export const HEARTBEAT_METRIC = 'heartbeat';

const ANY_SEVERITY: readonly Severity[] = ['CRITICAL', 'WARNING'];

type Watched = ReadonlySet<string>;

function alertSources(
  [name, component]: readonly [string, Component],
  watched: Watched,
): readonly AlertSource[] {
  return [
    ...Object.values(component.alarms)
      .filter(({ severity }) => severity !== 'INFO')
      .map(({ metric, severity }) => ({ metric, severities: [severity] })),
    ...component.signals.map((metric) => ({ metric, severities: ANY_SEVERITY })),
    ...(watched.has(name) ? [{ metric: HEARTBEAT_METRIC, severities: ANY_SEVERITY }] : []),
  ];
}

/**
 * Strategies, metrics and alarms that miss each other. Says nothing while some part of the file cannot be read: it might
 * be the missing piece.
 */
export function checkReach({ isComplete, components, strategies, peers }: ReadableParts): readonly Finding[] {
  if (!isComplete) return [];
  const watched = watchedComponents(components, peers);
  return [
    ...strategies.flatMap(({ index, strategy }) => {
      const sources = componentsOf(strategy, components).flatMap((entry) => alertSources(entry, watched));
      return sources.some((source) => isAnswered(strategy, source))
        ? silentMetrics(index, strategy, sources)
        : [unreachable(index, strategy, sources)];
    }),
    ...unansweredAlarms(
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
    message: `no alert can reach \`${strategy.id}\`: its components alert on ${listed(sources)}, and its trigger matches none of it`,
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

function unansweredAlarms(
  components: ReadonlyMap<string, Component>,
  strategies: readonly DeclaredStrategy[],
): readonly Finding[] {
  return [...components].flatMap(([name, component]) => {
    if (component.excluded) return [];
    const own = strategies.filter((strategy) => strategy.components?.includes(name) ?? true);
    return Object.entries(component.alarms).flatMap(([key, { metric, severity }]): readonly Finding[] => {
      const source = { metric, severities: [severity] };
      if (severity === 'INFO' || own.some((strategy) => isAnswered(strategy, source))) return [];
      return [
        {
          severity: 'warning',
          code: 'alarm-without-strategy',
          path: ['components', name, 'alarms', key],
          at: 'key',
          value: metric,
          message: `no strategy of component \`${name}\` answers \`${metric}\`; its alerts will be refused`,
          remedy: 'Add a strategy for it, or give the alarm `severity: INFO` if it is only to be seen.',
        },
      ];
    });
  });
}
