import { metricSourceOf, statisticOf } from '../alarm-sources.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ThresholdAlarm } from '../schema/alarm-schema.ts';

const PERCENT = { least: 0, most: 100 };

/** Metrics whose values cannot be lower or higher, by namespace and name. */
const BOUNDS: ReadonlyMap<string, typeof PERCENT> = new Map([
  ['AWS/EC2 CPUUtilization', PERCENT],
  ['AWS/EC2 StatusCheckFailed', { least: 0, most: 1 }],
  ['AWS/RDS CPUUtilization', PERCENT],
  ['CWAgent disk_used_percent', PERCENT],
  ['CWAgent mem_used_percent', PERCENT],
]);

/** A threshold that no value reaches, or every value: the alarm never goes off, or its repair goes on for ever. */
export function checkBounds(path: DocumentPath, alarm: ThresholdAlarm): readonly Finding[] {
  const { metric, comparison, threshold } = alarm;
  const { namespace, metricName } = metricSourceOf(alarm);
  const bounds = BOUNDS.get(`${namespace} ${metricName}`);
  if (bounds === undefined || ['Sum', 'SampleCount'].includes(statisticOf(alarm))) return [];
  const { least, most } = bounds;
  const [best, worst] = comparison.startsWith('>') ? [least, most] : [most, least];
  const isFraction = bounds === PERCENT && comparison.startsWith('>') && threshold > 0 && threshold < 1;
  const how = isBad(best, alarm) ? 'always' : isFraction ? 'nearly always' : 'never';
  if (how === 'never' && isBad(worst, alarm)) return [];
  return [
    {
      severity: 'warning',
      code: 'out-of-range',
      path: [...path, 'threshold'],
      value: threshold,
      message: `\`${metric}\` is from ${least} to ${most}, and so ${how} \`${comparison} ${threshold}\`: the alarm ${how === 'never' ? 'cannot go off' : 'is red on a healthy component, which is then healed again and again'}`,
      remedy: isFraction
        ? `Write \`${Number((threshold * 100).toPrecision(12))}\`: it is in percent.`
        : `Write a threshold between ${least} and ${most}, or another \`comparison\`.`,
    },
  ];
}

function isBad(value: number, { comparison, threshold }: ThresholdAlarm): boolean {
  switch (comparison) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
  }
}
