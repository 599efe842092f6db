import type * as z from 'zod/mini';
import { instancesIn, isGrouped } from '../configuration/alarm-sources.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { alarmTime, expired } from './alarm-time.ts';
import { eventProblem } from './event-problem.ts';
import { figureOf, figuresIn, normalized, shortReason } from './event-values.ts';
import type { ParsedSignal } from './parsed-signal.ts';
import { alarmReasonData, alarmStateChange } from './signal-event.ts';

/** Reads the `detail` of a `CloudWatch Alarm State Change` event. @param nowMs epoch milliseconds */
export function parseAlarmStateChange(
  detail: unknown,
  configuration: CompiledConfiguration,
  nowMs: number,
): ParsedSignal {
  const given = normalized(detail);
  const parsed = alarmStateChange().safeParse(given);
  if (!parsed.success) return { kind: 'not-understood', problem: eventProblem(parsed.error, given) };
  const { alarmName, state, muteDetail, configuration: alarmConfiguration } = parsed.data;

  const time = alarmTime(state.timestamp, nowMs);
  if ('problem' in time) return { kind: 'not-understood', problem: time.problem };
  const { occurredAtMs } = time;
  const binding = configuration.alarms[alarmName];
  if (!binding || !Object.hasOwn(configuration.alarms, alarmName))
    return { kind: 'unknown-component', name: alarmName };

  const { component, metric, severity } = binding;
  const old = expired(alarmName, component, occurredAtMs, nowMs);
  if (old) return old;
  if (muteDetail) return { kind: 'withheld', why: 'MUTED', component, detail: `alarm ${alarmName} is muted` };
  if (state.actionsSuppressedBy !== undefined) {
    const detail = `alarm ${alarmName} is suppressed by ${shortReason(state.actionsSuppressedBy)}`;
    return { kind: 'withheld', why: 'SUPPRESSED', component, detail };
  }
  if (state.value === 'INSUFFICIENT_DATA') {
    return { kind: 'ignored', detail: `alarm ${alarmName} has no data: neither healthy nor unhealthy` };
  }
  if (state.value === 'OK')
    return { kind: 'recovery', recovery: { component, metric, occurredAtMs, alarmName } };
  // It names no target, so all of them would be repaired in addition to the one that its contributor's own event names.
  const metrics = alarmConfiguration?.metrics ?? [];
  if (alarmConfiguration?.evaluationCriteria || metrics.some(({ expression }) => isGrouped(expression)))
    return {
      kind: 'ignored',
      detail: `alarm ${alarmName} has contributors, whose events name what is unhealthy`,
    };

  return {
    kind: 'alert',
    alert: {
      signalId: `${alarmName}@${occurredAtMs}`,
      origin: 'alarm',
      component,
      metric,
      severity,
      occurredAtMs,
      reason: state.reason || shortReason(`alarm ${alarmName} went to ALARM`),
      alarmName,
      targets: instancesIn(metrics.map(({ metricStat }) => metricStat?.metric.dimensions)),
      ...figuresOf(state.reasonData),
    },
  };
}

function figuresOf(reasonData: unknown): { current?: number; threshold?: number } {
  const parsed = alarmReasonData().safeParse(normalized(parseJson(reasonData)));
  if (!parsed.success) return {};
  const current = latest(parsed.data.recentDatapoints);
  const threshold = figureOf(parsed.data.threshold) ?? crossedEdge(current, parsed.data);
  return figuresIn({ current, threshold });
}

function latest(values: readonly unknown[] | undefined): number | undefined {
  return figureOf(values?.findLast((value) => figureOf(value) !== undefined));
}

/** For an anomaly band, the edge that the value has crossed. */
function crossedEdge(
  current: number | undefined,
  { recentLowerThresholds, recentUpperThresholds }: z.output<ReturnType<typeof alarmReasonData>>,
): number | undefined {
  const lower = latest(recentLowerThresholds);
  const isBelow = lower !== undefined && current !== undefined && current < lower;
  return isBelow ? lower : (latest(recentUpperThresholds) ?? lower);
}

function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
