import { describeDenial } from '../../functions/core/denial.ts';
import type { Kind, Trace } from './trace/trace.ts';

/** Kinds that concern every component. */
const FOR_ALL: ReadonlySet<Kind> = new Set([
  'fault',
  'faults-over',
  'cured-by-hand',
  'outage',
  'revoked',
  'deployed',
  'pause',
  'control',
]);

/**
 * A run in readable form: one line per happening, with the time since the start.
 *
 * @param component shows only what concerns this component. @default all of them
 */
export function timeline(trace: Trace, component?: string): readonly string[] {
  const startMs = trace.all[0]?.atMs ?? 0;
  const lines = trace.all.map((happening) => ({ ...happening, text: lineOf(happening) }));
  const names = component === undefined ? undefined : namesOf(trace, component);
  return lines
    .filter(
      ({ kind, text }) =>
        names === undefined || FOR_ALL.has(kind) || names.some((name) => text.includes(name)),
    )
    .map(({ atMs, text }) => `${clockTime(atMs - startMs)}  ${text}`.trimEnd());
}

/** The names that a component goes by: its own, its operations', and its hosts'. */
function namesOf(trace: Trace, component: string): readonly string[] {
  const operations = trace.of('admitted').filter(({ operation }) => operation.component === component);
  const hosts = trace.of('sent').filter(({ request }) => request.parameters['component'] === component);
  return [
    component,
    ...operations.map(({ operation }) => operation.operationId),
    ...new Set(hosts.flatMap(({ request }) => request.instanceIds)),
  ];
}

function clockTime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = (milliseconds % 60_000) / 1_000;
  return `${String(minutes).padStart(3, '0')}:${seconds.toFixed(3).padStart(6, '0')}`;
}

function lineOf(happening: Trace['all'][number]): string {
  const { kind } = happening;
  switch (kind) {
    case 'incident':
      return `INCIDENT ${happening.component}: ${happening.metric}, ${happening.text}`;
    case 'fault':
      return `FAULT ${happening.id}`;
    case 'admitted': {
      const { operationId, component, strategyId, attempt, fence } = happening.operation;
      return `admitted ${operationId}: ${strategyId} on ${component}, attempt ${attempt}, fence ${fence}`;
    }
    case 'step-begun':
      return `begun ${happening.stepId} of ${happening.key.operationId}, fence ${happening.key.fence}`;
    case 'taken-over':
      return `taken over ${happening.key.operationId}, fence ${happening.fence}`;
    case 'step-ended': {
      const { stepId, action, operationId, outcome, detail } = happening.step;
      return `ended ${stepId} ${action} of ${operationId}: ${outcome} ${detail ?? ''}`.trimEnd();
    }
    case 'concluded': {
      const { operationId, state, component, failure } = happening.conclusion;
      return `${state} ${operationId} on ${component}${failure ? `: ${failure.error}: ${failure.cause}` : ''}`;
    }
    case 'refused': {
      const { component, reason, detail, signalId } = happening.refusal;
      return `refused ${component}: ${reason}: ${detail} (${signalId})`;
    }
    case 'notified':
      return `notified ${happening.notification.topic}: ${happening.notification.subject}`;
    case 'sent':
      return `sent ${happening.request.document} to ${happening.request.instanceIds.join(', ')}: ${happening.request.comment}`;
    case 'effect': {
      const { action, instanceId, operationId, stepId, fence } = happening.effect;
      return `EFFECT ${action} on ${instanceId}, ${stepId} of ${operationId}, fence ${fence}`;
    }
    case 'outage':
      return `OUTAGE of ${happening.service} for ${Math.round((happening.untilMs - happening.atMs) / 1_000)} s`;
    case 'denied': {
      const { functionName, method, denial, operationId } = happening;
      return `denied ${functionName} ${method}: ${describeDenial(denial)} ${operationId}`.trimEnd();
    }
    case 'deployed':
      return 'deployed a configuration';
    default: {
      const { kind: _kind, atMs: _atMs, index: _index, ...rest } = happening;
      return [
        kind,
        ...Object.values(rest).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
      ].join(' ');
    }
  }
}
