import * as z from 'zod';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { sourcesOf, type TakenEvent } from './event-source.ts';
import { parseAlarmStateChange } from './parse-alarm-event.ts';
import { ageProblem, timeProblem } from './parse-time.ts';
import type { ParsedSignal } from './parsed-signal.ts';
import { eventEnvelope, selfhealControl, selfhealSignal, shortReason } from './signal-event.ts';

/**
 * Reads any event that a rule may hand to triage. Never throws.
 *
 * @param nowMs what the time of an event is held against, epoch milliseconds
 */
export function parseSignal(
  event: unknown,
  configuration: CompiledConfiguration,
  nowMs: number,
): ParsedSignal {
  const envelope = eventEnvelope.safeParse(event);
  if (!envelope.success) return notUnderstood(envelope.error);
  const { source, 'detail-type': detailType, id, time, detail } = envelope.data;
  const occurredAtMs = Date.parse(time);

  if (source === 'aws.cloudwatch' && detailType === 'CloudWatch Alarm State Change') {
    return parseAlarmStateChange(detail, configuration, nowMs);
  }
  if (detailType === 'Selfheal Signal') {
    const stranger = sourceProblem(source, detailType, configuration);
    if (stranger !== undefined) return { kind: 'unknown-source', problem: stranger };
    const problem = timeProblem('time', occurredAtMs, nowMs);
    if (problem !== undefined) return { kind: 'not-understood', problem };
    return parseSelfhealSignal(detail, id, occurredAtMs, configuration);
  }
  if (detailType === 'Selfheal Control') {
    const stranger = sourceProblem(source, detailType, configuration);
    if (stranger !== undefined) return { kind: 'unknown-source', problem: stranger };
    // One from the future is taken as of now: a pause must hold, whatever clock it was given by.
    const problem = ageProblem('time', occurredAtMs, nowMs);
    if (problem !== undefined) return { kind: 'not-understood', problem };
    return parseControl(detail, occurredAtMs);
  }
  return {
    kind: 'not-understood',
    problem: `source ${source}, detail-type ${detailType}: no such signal is known`,
  };
}

function parseSelfhealSignal(
  detail: unknown,
  eventId: string,
  occurredAtMs: number,
  configuration: CompiledConfiguration,
): ParsedSignal {
  const parsed = selfhealSignal.safeParse(detail);
  if (!parsed.success) return notUnderstood(parsed.error);
  const { kind, component, metric, strategy, signalId, reason, ...rest } = parsed.data;
  if (!Object.hasOwn(configuration.components, component))
    return { kind: 'unknown-component', name: component };
  if (kind === 'recovery') {
    const { alarmName } = rest;
    const said = { component, metric, occurredAtMs, ...(alarmName !== undefined && { alarmName }) };
    return { kind: 'recovery', recovery: said };
  }
  return {
    kind: 'alert',
    alert: {
      ...rest,
      signalId: signalId ?? eventId,
      component,
      metric,
      occurredAtMs,
      reason: reason === '' ? `${rest.origin} signal on ${metric}` : shortReason(reason),
      ...(strategy !== undefined && { strategyId: strategy }),
    },
  };
}

function parseControl(detail: unknown, givenAtMs: number): ParsedSignal {
  const parsed = selfhealControl.safeParse(detail);
  return parsed.success ? { kind: 'control', ...parsed.data, givenAtMs } : notUnderstood(parsed.error);
}

function sourceProblem(
  source: string,
  detailType: TakenEvent,
  configuration: CompiledConfiguration,
): string | undefined {
  const allowed = sourcesOf(detailType, configuration);
  if (allowed.includes(source)) return undefined;
  return `source ${shortReason(source)}: a ${detailType} is taken from ${allowed.join(', ') || 'no source'}; send it under one of these, or add yours to settings.sources`;
}

function notUnderstood(error: z.ZodError): ParsedSignal {
  return { kind: 'not-understood', problem: z.prettifyError(error) };
}
