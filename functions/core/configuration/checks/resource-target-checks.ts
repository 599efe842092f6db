import type { TargetKind } from '../../target/target.ts';
import { isPerInstance } from '../alarm-sources.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';
import { isBadWhenLow, knownMetrics, onTarget } from '../target-metrics.ts';
import { describeTargets, selectsHosts, targetKindOf } from '../target-selector.ts';
import { hasFact } from './strategy-checks.ts';

/** What only a component with hosts can have. */
const ON_HOSTS = [
  'service',
  'configPaths',
  'tempPaths',
  'database',
  'certificate',
  'rules',
  'targetGroup',
  'release',
  'codeDeploy',
] as const;

/** CodeDeploy has platforms for these besides hosts. */
const BY_CODE_DEPLOY: ReadonlySet<TargetKind> = new Set(['lambda_alias', 'ecs_service']);

/** Components without hosts that declare what is on a host. */
export function checkResourceTargets({ components }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) =>
    selectsHosts(component.targets)
      ? []
      : [
          ...factsOnHosts(name, component),
          ...alarmsOnHosts(name, component),
          ...invertedAlarms(name, component),
        ],
  );
}

function factsOnHosts(name: string, component: Component): readonly Finding[] {
  const isDeployed = BY_CODE_DEPLOY.has(targetKindOf(component.targets));
  const facts = ON_HOSTS.filter((fact) => hasFact(component, fact) && !(isDeployed && fact === 'codeDeploy'));
  return facts.map((fact) => ({
    severity: 'error',
    code: 'hosts-needed',
    path: ['components', name, fact],
    at: 'key',
    value: component[fact],
    message: `\`${fact}\` is on hosts, and component \`${name}\` has ${describeTargets(component.targets)}`,
    remedy: `Remove \`${fact}:\`, or choose hosts by \`instanceIds\`, \`tags\` or \`autoScalingGroup\`.`,
  }));
}

function alarmsOnHosts(name: string, component: Component): readonly Finding[] {
  return Object.entries(component.alarms).flatMap(([key, alarm]): readonly Finding[] => {
    if (!('threshold' in alarm && isPerInstance(onTarget(component, alarm)))) return [];
    return [
      {
        severity: 'error',
        code: 'dimensions-needed',
        path: ['components', name, 'alarms', key],
        at: 'key',
        value: alarm.metric,
        message: `\`${alarm.metric}\` is measured on each instance, and component \`${name}\` has none`,
        remedy: `${watchable(component)}Name the metric with \`namespace:\`, \`metricName:\` and \`dimensions:\`, or adopt an alarm.`,
      },
    ];
  });
}

/** Alarms that ring while there is plenty of what they watch, and are silent when it runs out. */
function invertedAlarms(name: string, component: Component): readonly Finding[] {
  return Object.entries(component.alarms).flatMap(([key, alarm]): readonly Finding[] => {
    if (!('threshold' in alarm) || alarm.namespace !== undefined || alarm.metricName !== undefined) return [];
    if (!isBadWhenLow(component, alarm.metric) || alarm.comparison.startsWith('<')) return [];
    return [
      {
        severity: 'error',
        code: 'inverted-alarm',
        path: ['components', name, 'alarms', key],
        at: 'key',
        value: alarm.comparison,
        message: `little of \`${alarm.metric}\` is bad, and this alarm rings while it is \`${alarm.comparison} ${alarm.threshold}\``,
        remedy: "Write `comparison: '<'`.",
      },
    ];
  });
}

function watchable(component: Component): string {
  const known = knownMetrics(component);
  return known.length > 0
    ? `Watch ${known.map((metric) => `\`${metric}\``).join(', ')}, which are known. `
    : '';
}
