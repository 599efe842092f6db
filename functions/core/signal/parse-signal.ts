import type { OverrideScope } from '../admission/override.ts';
import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { LIFT_STRATEGY } from '../operation/time-limit.ts';
import { APPROVAL_FIELDS, proposalDecisionOf, selfhealApproval } from './approval-event.ts';
import { controlFields, controlOf, selfhealControl } from './control-event.ts';
import { eventProblem } from './event-problem.ts';
import { sourcesOf, type TakenEvent } from './event-source.ts';
import { figuresIn, normalized, shortReason } from './event-values.ts';
import { parseAlarmStateChange } from './parse-alarm-event.ts';
import { parseContributorStateChange } from './parse-contributor-event.ts';
import { ageProblem, timeProblem } from './parse-time.ts';
import type { ParsedSignal } from './parsed-signal.ts';
import { reporterOf } from './reporter.ts';
import { eventEnvelope, selfhealSignal, signalFieldNames } from './signal-event.ts';

/** Senders may date their events: a control from the future must not outlast every later one. */
const MAXIMUM_CLOCK_SKEW_MS = 60_000;

/**
 * Reads any event that a rule may hand to triage. Never throws.
 *
 * @param nowMs epoch milliseconds, compared with the time of the event
 */
export function parseSignal(
  event: unknown,
  configuration: CompiledConfiguration,
  nowMs: number,
): ParsedSignal {
  const envelope = eventEnvelope().safeParse(event);
  if (!envelope.success) {
    return { kind: 'not-understood', problem: eventProblem(envelope.error, event) };
  }
  const { source, 'detail-type': detailType, id, time, resources, detail } = envelope.data;
  const occurredAtMs = Date.parse(time);

  if (source === 'aws.cloudwatch' && detailType === 'CloudWatch Alarm State Change') {
    return parseAlarmStateChange(detail, configuration, nowMs);
  }
  if (source === 'aws.cloudwatch' && detailType === 'CloudWatch Alarm Contributor State Change') {
    return parseContributorStateChange(detail, configuration, nowMs);
  }
  if (detailType === 'Selfheal Signal') {
    const foreign = sourceProblem(source, detailType, configuration);
    if (foreign !== undefined) return { kind: 'unknown-source', problem: foreign };
    const problem = timeProblem('time', occurredAtMs, nowMs);
    if (problem !== undefined) return { kind: 'not-understood', problem };
    return parseSelfhealSignal(detail, id, occurredAtMs, configuration);
  }
  if (detailType === 'Selfheal Control' || detailType === 'Selfheal Approval') {
    const foreign = sourceProblem(source, detailType, configuration);
    if (foreign !== undefined) return { kind: 'unknown-source', problem: foreign };
    // One from the future counts as sent now: a pause must hold, whatever clock it was dated by.
    const problem = ageProblem('time', occurredAtMs, nowMs);
    if (problem !== undefined) return { kind: 'not-understood', problem };
    const givenAtMs = Math.min(occurredAtMs, nowMs + MAXIMUM_CLOCK_SKEW_MS);
    return detailType === 'Selfheal Control'
      ? parseControl(detail, givenAtMs, configuration)
      : parseApproval(detail, givenAtMs);
  }
  if (detailType === 'Selfheal Change' || source.startsWith('aws.')) {
    const foreign =
      detailType === 'Selfheal Change' ? sourceProblem(source, detailType, configuration) : undefined;
    if (foreign !== undefined) return { kind: 'unknown-source', problem: foreign };
    const problem = timeProblem('time', occurredAtMs, nowMs);
    if (problem !== undefined) return { kind: 'not-understood', problem };
    const report = { source, detailType, eventId: id, atMs: occurredAtMs, resources, detail };
    return { kind: 'change-report', report };
  }
  return {
    kind: 'not-understood',
    problem: shortReason(`source ${source}, detail-type ${detailType}: not a known signal`),
  };
}

function parseSelfhealSignal(
  detail: unknown,
  eventId: string,
  occurredAtMs: number,
  configuration: CompiledConfiguration,
): ParsedSignal {
  const given = normalized(detail);
  const parsed = selfhealSignal().safeParse(given);
  if (!parsed.success) {
    return { kind: 'not-understood', problem: eventProblem(parsed.error, given, signalFieldNames()) };
  }
  if (parsed.data.lifts !== undefined && parsed.data.strategy !== LIFT_STRATEGY)
    return {
      kind: 'not-understood',
      problem: `lifts: only beside \`strategy: ${LIFT_STRATEGY}\`; leave it out`,
    };
  const { kind, component, metric, strategy, signalId, reason, errorType, link, alarmName, ...fields } =
    parsed.data;
  const { current, threshold, baseline, score, ...rest } = fields;
  if (!Object.hasOwn(configuration.components, component))
    return { kind: 'unknown-component', name: component };
  if (kind === 'recovery') {
    const reporter = reporterOf({ origin: rest.origin, metric });
    const said = { component, metric, occurredAtMs };
    const whose = {
      ...(alarmName !== '' && { alarmName }),
      ...(reporter !== undefined && { reporter }),
    };
    return { kind: 'recovery', recovery: { ...said, ...whose } };
  }
  return {
    kind: 'alert',
    alert: {
      ...rest,
      signalId: signalId ?? eventId,
      component,
      metric,
      occurredAtMs,
      reason: reason === '' ? `${rest.origin} signal on ${metric}` : reason,
      ...figuresIn({ current, threshold, baseline, score }),
      ...(errorType !== '' && { errorType }),
      // Only an address that a browser opens by itself, and that is whole.
      ...(/^https:\/\/[^\s…]+$/.test(link) && { link }),
      ...(alarmName !== '' && { alarmName }),
      ...(strategy !== undefined && { strategyId: strategy }),
    },
  };
}

function parseControl(
  detail: unknown,
  givenAtMs: number,
  configuration: CompiledConfiguration,
): ParsedSignal {
  const given = normalized(detail);
  const parsed = selfhealControl().safeParse(given);
  if (!parsed.success)
    return { kind: 'not-understood', problem: eventProblem(parsed.error, given, controlFields(given)) };
  const control = controlOf(parsed.data, givenAtMs);
  const problem = control.scope && unknownScope(control.scope, configuration);
  return problem === undefined ? { kind: 'control', control } : { kind: 'not-understood', problem };
}

/** A control of what does not exist would have no effect, and nobody would know. */
function unknownScope(
  { kind, name }: OverrideScope,
  { groups, components, windows }: CompiledConfiguration,
): string | undefined {
  const [what, declared] = (
    {
      group: ['group', groups],
      'group-mode': ['group', groups],
      component: ['component', components],
      'component-mode': ['component', components],
      window: ['window', windows],
      mode: ['mode', { [name]: true }],
    } as const
  )[kind];
  if (Object.hasOwn(declared, name)) return undefined;
  return shortReason(
    `${what} ${name}: there is no such name; declared: ${Object.keys(declared).join(', ') || 'none'}`,
  );
}

function parseApproval(detail: unknown, givenAtMs: number): ParsedSignal {
  const given = normalized(detail);
  const parsed = selfhealApproval.safeParse(given);
  if (parsed.success) return { kind: 'approval', approval: proposalDecisionOf(parsed.data, givenAtMs) };
  return { kind: 'not-understood', problem: eventProblem(parsed.error, given, APPROVAL_FIELDS) };
}

function sourceProblem(
  source: string,
  detailType: TakenEvent,
  configuration: CompiledConfiguration,
): string | undefined {
  const allowed = sourcesOf(detailType, configuration);
  if (allowed.includes(source)) return undefined;
  return `source ${shortReason(source)}: a ${detailType} is accepted from ${allowed.join(', ') || 'no source'}; send it from one of these, or add yours to settings.sources`;
}
