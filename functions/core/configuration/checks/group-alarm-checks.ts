import { isGroupAlarm, metricSourceOf, statisticOf } from '../alarm-sources.ts';
import { EC2_NAMESPACE, ENDS_A_NAME, QUERY_FUNCTIONS, queryFilter } from '../group-query.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { ThresholdAlarm } from '../schema/alarm-schema.ts';
import type { Component } from '../schema/component-schema.ts';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
const ALARMS_IN_A_REGION = 200;
const QUERY_RANGE_SECONDS = 3 * 3_600;

interface GroupAlarm {
  readonly path: DocumentPath;
  readonly component: Component;
  readonly alarm: ThresholdAlarm;
}

/** Alarms over the instances of a group that CloudWatch would refuse, or that would never ring. */
export function checkGroupAlarms({ components, settings }: ReadableParts): readonly Finding[] {
  const alarms = groupAlarms(components);
  const hasTags = settings?.resourceTagsOnTelemetry;
  return [
    ...alarms.flatMap((each) => [
      ...checkFilter(each, hasTags),
      ...checkQuery(each),
      ...checkMissingData(each),
    ]),
    ...checkCount(alarms),
  ];
}

function groupAlarms(components: ReadableParts['components']): readonly GroupAlarm[] {
  return [...components].flatMap(([name, component]) =>
    Object.entries(component.alarms).flatMap(([key, alarm]): readonly GroupAlarm[] =>
      'threshold' in alarm && isGroupAlarm(component, alarm)
        ? [{ path: ['components', name, 'alarms', key], component, alarm }]
        : [],
    ),
  );
}

function checkFilter(
  { path, component, alarm }: GroupAlarm,
  hasTags: boolean | undefined,
): readonly Finding[] {
  const { namespace } = metricSourceOf(alarm);
  // An alarm without a namespace is refused for that elsewhere.
  if (namespace === undefined) return [];
  const filter = queryFilter(component, alarm);
  if (!filter) return [unfiltered(path, alarm, namespace)];
  const names = [namespace, metricSourceOf(alarm).metricName ?? '', ...Object.entries(filter.entries).flat()];
  const broken = names.find((name) => ENDS_A_NAME.test(name));
  if (broken !== undefined) return [unquotable(path, broken)];
  if (filter.by === 'dimensions') return [];
  if (hasTags === false) {
    return [
      {
        severity: 'error',
        code: 'resource-tags-needed',
        path,
        at: 'key',
        value: alarm.metric,
        message: `EC2 publishes \`${alarm.metric}\` by instance alone, so the group's instances are found by their tags, which CloudWatch keeps with metrics only after “resource tags on telemetry” is enabled`,
        remedy:
          'Enable it in the settings of CloudWatch, then say so: `settings: { resourceTagsOnTelemetry: true }`. Or watch a metric of the CloudWatch agent with `namespace:`, `metricName:` and `dimensions:`.',
      },
    ];
  }
  if ('tags' in component.targets) return [];
  return [
    {
      severity: 'warning',
      code: 'group-tag-unconfirmed',
      path,
      at: 'key',
      value: alarm.metric,
      message: `the instances are found by their tag \`${Object.keys(filter.entries).join()}\`, and AWS does not say whether CloudWatch keeps tags of its own with metrics`,
      remedy:
        'Run the alarm’s query in the console. If it finds nothing, choose the targets by `tags:` that the group gives its instances at launch.',
    },
  ];
}

function unquotable(path: DocumentPath, name: string): Finding {
  return {
    severity: 'error',
    code: 'invalid-format',
    path,
    at: 'key',
    value: name,
    message: `${JSON.stringify(name)} can't be named in the query that watches the instances of a group: quotes and backslashes are not allowed there`,
    remedy: 'Publish the metric, or tag the instances, under a name without them.',
  };
}

function unfiltered(path: DocumentPath, alarm: ThresholdAlarm, namespace: string): Finding {
  const isEc2 = namespace === EC2_NAMESPACE;
  return {
    severity: 'error',
    code: 'dimensions-needed',
    path,
    at: 'key',
    value: alarm.metric,
    message: isEc2
      ? `EC2 publishes \`${alarm.metric}\` by instance under no other dimension`
      : `nothing distinguishes the metrics of these instances from those of others: metrics in \`${namespace}\` carry no tags`,
    remedy: isEc2
      ? 'Remove `dimensions:`, or set `perInstance: false` for one alarm over what they name.'
      : 'Publish the metric under a dimension of the group beside InstanceId, and name it: `dimensions: { AutoScalingGroupName: … }` with `perInstance: true`.',
  };
}

function checkQuery({ path, alarm }: GroupAlarm): readonly Finding[] {
  const findings: Finding[] = [];
  const statistic = statisticOf(alarm);
  if (!QUERY_FUNCTIONS.has(statistic)) {
    findings.push({
      severity: 'error',
      code: 'no-group-statistic',
      path: alarm.statistic === undefined ? path : [...path, 'statistic'],
      ...(alarm.statistic === undefined && { at: 'key' as const }),
      value: statistic,
      message: `an alarm over the instances of a group can't compare ${statistic}; allowed: ${[...QUERY_FUNCTIONS.keys()].join(', ')}`,
      remedy: 'Add a `statistic:` of these, such as `Maximum`.',
    });
  }
  if (alarm.periodSeconds < 60) {
    findings.push({
      severity: 'error',
      code: 'no-group-period',
      path: [...path, 'periodSeconds'],
      value: alarm.periodSeconds,
      message: 'an alarm over the instances of a group needs periods of a minute or more',
      remedy: 'Set `periodSeconds: 60`.',
    });
  }
  if (alarm.periodSeconds * alarm.evaluationPeriods > QUERY_RANGE_SECONDS) {
    findings.push({
      severity: 'error',
      code: 'evaluation-too-long',
      path: [...path, 'evaluationPeriods'],
      value: alarm.evaluationPeriods,
      message: `${alarm.evaluationPeriods} periods of ${alarm.periodSeconds} s are ${alarm.evaluationPeriods * alarm.periodSeconds} s; over the instances of a group, CloudWatch looks back 3 hours at most`,
      remedy: `Lower it to ${Math.floor(QUERY_RANGE_SECONDS / alarm.periodSeconds)} or less, or shorten \`periodSeconds\`.`,
    });
  }
  return findings;
}

/** A series that ends leaves the query, and its contributor becomes OK, however the alarm treats missing data. */
function checkMissingData({ path, alarm }: GroupAlarm): readonly Finding[] {
  if (alarm.missingData !== 'breaching') return [];
  return [
    {
      severity: 'error',
      code: 'missing-data-unseen',
      path: [...path, 'missingData'],
      value: alarm.missingData,
      message: 'an instance of a group that sends nothing counts as OK, so missing points can never be bad',
      remedy: 'Remove it. To notice an instance that is gone, alarm on `status_check`, or watch a peer.',
    },
  ];
}

function checkCount(alarms: readonly GroupAlarm[]): readonly Finding[] {
  const first = alarms[ALARMS_IN_A_REGION];
  if (!first) return [];
  return [
    {
      severity: 'error',
      code: 'too-many-group-alarms',
      path: first.path,
      at: 'key',
      value: alarms.length,
      message: `${alarms.length} alarms over the instances of groups; CloudWatch allows ${ALARMS_IN_A_REGION} in an account and Region`,
      remedy:
        'Watch fewer metrics per instance; `perInstance: false` with `dimensions:` makes one ordinary alarm of a group.',
    },
  ];
}
