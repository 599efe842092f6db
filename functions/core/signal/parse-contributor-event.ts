import { instancesIn } from '../configuration/alarm-sources.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { alarmTime, expired } from './alarm-time.ts';
import { eventProblem } from './event-problem.ts';
import { normalized, shortReason } from './event-values.ts';
import type { ParsedSignal } from './parsed-signal.ts';
import { contributorStateChange } from './signal-event.ts';

/**
 * Reads the `detail` of a `CloudWatch Alarm Contributor State Change` event: one series of an alarm that watches several,
 * such as one instance of a group.
 *
 * @param nowMs epoch milliseconds
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function parseContributorStateChange(
  detail: unknown,
  configuration: CompiledConfiguration,
  nowMs: number,
): ParsedSignal {
  const given = normalized(detail);
  const parsed = contributorStateChange().safeParse(given);
  if (!parsed.success) return { kind: 'not-understood', problem: eventProblem(parsed.error, given) };
  const { alarmName, alarmContributor, state, muteDetail } = parsed.data;
  const time = alarmTime(state.timestamp, nowMs);
  if ('problem' in time) return { kind: 'not-understood', problem: time.problem };
  const binding = configuration.alarms[alarmName];
  if (!binding || !Object.hasOwn(configuration.alarms, alarmName))
    return { kind: 'unknown-component', name: alarmName };

  const { component, metric, severity } = binding;
  const old = expired(alarmName, component, time.occurredAtMs, nowMs);
  if (old) return old;
  if (muteDetail) return { kind: 'withheld', why: 'MUTED', component, detail: `alarm ${alarmName} is muted` };
  const attributes = Object.entries(alarmContributor.attributes).map(([key, value]) => `${key} ${value}`);
  const who = shortReason(attributes.join(', ') || alarmContributor.id);
  // Others in the group may still be red: the component has recovered when the alarm says so.
  if (state.value !== 'ALARM')
    return { kind: 'ignored', detail: `${who} of alarm ${alarmName} is ${state.value}` };
  return {
    kind: 'alert',
    alert: {
      signalId: `${alarmName}/${alarmContributor.id}@${time.occurredAtMs}`,
      origin: 'alarm',
      component,
      metric,
      severity,
      occurredAtMs: time.occurredAtMs,
      reason: shortReason(`${who}: ${state.reason || `alarm ${alarmName} went to ALARM`}`),
      alarmName,
      targets: instancesIn([alarmContributor.attributes]),
    },
  };
}
