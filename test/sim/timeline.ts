import type { Happening, Trace } from './trace/trace.ts';

/** A run for people: a line for everything that happened, with the time since its beginning. */
export function timeline({ all }: Trace): readonly string[] {
  const startMs = all[0]?.atMs ?? 0;
  return all.map((happening) => `${clockTime(happening.atMs - startMs)}  ${told(happening)}`);
}

function clockTime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = (milliseconds % 60_000) / 1_000;
  return `${String(minutes).padStart(3, '0')}:${seconds.toFixed(3).padStart(6, '0')}`;
}

function told(happening: Happening): string {
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
    case 'told':
      return `told ${happening.notification.topic}: ${happening.notification.subject}`;
    case 'sent':
      return `sent ${happening.request.document} to ${happening.request.instanceIds.join(', ')}: ${happening.request.comment}`;
    case 'effect': {
      const { action, instanceId, operationId, stepId, fence } = happening.effect;
      return `EFFECT ${action} on ${instanceId}, ${stepId} of ${operationId}, fence ${fence}`;
    }
    case 'deployed':
      return 'deployed a configuration';
    default: {
      const {
        kind: _kind,
        atMs: _atMs,
        index: _index,
        ...rest
      } = happening as Happening & {
        readonly atMs: number;
        readonly index: number;
      };
      return [
        kind,
        ...Object.values(rest).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
      ].join(' ');
    }
  }
}
