import { denialIn, describeDenial } from '../../../functions/core/denial.ts';
import type { HandlerDefinition } from '../../../functions/handlers/table/handler-definition.ts';
import { HANDLERS } from '../../../functions/handlers/table/handler-table.ts';
import { actionsOf } from '../../../functions/handlers/table/port-permissions.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';

/** Fewer denials may all have hit functions whose retries succeeded. */
const MANY = 6;

/**
 * 16. A missing permission says nothing about a component, and is reported.
 *
 * No repair is undone of which only a missing permission is known. No step of a repair acts once its undo
 * steps are laid out. What failed an operation, and what was refused again and again, is reported to the architect
 * with permission, resource and role.
 */
export function missingPermissions(evidence: Evidence): readonly string[] {
  return [...undoneForNothing(evidence), ...actsAfterUndo(evidence), ...unreported(evidence)];
}

/** A permission was missing during its verification, and no answer spoke against the repair. */
function undoneForNothing({ trace }: Evidence): readonly string[] {
  return trace.of('rollback-begun').flatMap(({ operationId, failure, index: end }) => {
    const verifying = trace
      .of('step-begun')
      .find(({ key, stepId }) => key.operationId === operationId && stepId.startsWith('verify-'));
    if (verifying === undefined || verifying.index > end) return [];
    const isIts = (each: { readonly operationId: string; readonly index: number }) =>
      each.operationId === operationId && each.index > verifying.index && each.index < end;
    const denied = trace
      .of('denied')
      .find((each) => isIts(each) && ['selfheal-verify', 'selfheal-conclude'].includes(each.functionName));
    const isBlamed = failure.error === 'NotRecovered' || denialIn(failure.cause) !== undefined;
    if (denied === undefined || !isBlamed) return [];
    const isBad =
      trace.of('look').some((each) => isIts(each) && each.observation !== 'good') ||
      trace
        .of('performed')
        .some((each) => isIts(each) && each.stepId.startsWith('verify-') && each.exitCode !== 0) ||
      wasConnectedAgain(trace, operationId, end);
    return isBad
      ? []
      : [`${operationId} was undone, and all that spoke against it was a ${describeDenial(denied.denial)}`];
  });
}

/** Whether someone else has lifted the isolation of a host that an operation had isolated by its security groups. */
function wasConnectedAgain({ of }: Evidence['trace'], operationId: string, end: number): boolean {
  return of('effect').some(({ effect, index }) => {
    if (effect.operationId !== operationId) return false;
    const before = of('cut-off').filter((each) => each.instanceId === effect.instanceId && each.index < end);
    return before.some(({ index: at, isCutOff }) => at > index && !isCutOff);
  });
}

/** A try that looks for hosts, whose operation the fault does not name: the step may end, and its next try act, meanwhile. */
const HUNG_BEFORE_HOSTS = /^hang-\w+ @ selfheal-act runbooks\.resolveTargets /;

/** As long as Lambda lets `act` run, and until it is tried again. */
const HUNG_FOR_MS = 120_000;

/**
 * Neither begins nor goes on. Exempt is what no engine can prevent: a function that was held up, an agent that is late, a
 * host that is unreachable.
 */
function actsAfterUndo({ trace }: Evidence): readonly string[] {
  return trace.of('rollback-begun').flatMap(({ operationId, index, atMs: undoneMs }) => {
    const effects = trace
      .of('effect')
      .filter(({ effect }) => effect.operationId === operationId && effect.stepId.startsWith('heal-'));
    return effects.flatMap(({ effect: { stepId, instanceId }, index: beganAt, atMs: beganMs }) => {
      const ended = trace
        .of('performed')
        .find(
          (each) =>
            each.operationId === operationId && each.stepId === stepId && each.instanceId === instanceId,
        );
      const isLate = beganAt > index || (ended !== undefined && ended.index > index);
      const isStruck = () =>
        trace
          .of('fault')
          .some(
            ({ id, index: at, atMs }) =>
              (id.includes(operationId) && (id.includes('selfheal-act') || id.includes(stepId))) ||
              (at < beganAt && beganMs - atMs <= HUNG_FOR_MS && HUNG_BEFORE_HOSTS.test(id)),
          );
      const isAway = () =>
        trace
          .of('host-away')
          .some(
            (away) => away.instanceId === instanceId && away.atMs <= undoneMs && away.untilMs >= undoneMs,
          );
      return isLate && !isStruck() && !isAway()
        ? [`${operationId} ${stepId} acted on ${instanceId} when its undo had begun`]
        : [];
    });
  });
}

/** Whether a later try recorded the end that this one was denied. */
function wasConcludedLater({ trace }: Evidence, { functionName, operationId, index }: Of<'denied'>): boolean {
  return (
    functionName === 'selfheal-conclude' &&
    trace
      .of('concluded')
      .some(({ conclusion, index: at }) => conclusion.operationId === operationId && at > index)
  );
}

function unreported(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const failed = trace.of('concluded').flatMap(({ conclusion: { failure, operationId } }) => {
    const denial = denialIn(failure?.cause ?? '');
    return denial && !isNotified(evidence, denial)
      ? [`${operationId} failed for a ${describeDenial(denial)}`]
      : [];
  });
  // While SNS is out, a function that may not write to the table can tell nobody.
  const outages = trace.of('outage').filter(({ service }) => service === 'sns');
  const reportable = trace
    .of('denied')
    .filter(({ atMs }) => !outages.some((out) => atMs >= out.atMs && atMs <= out.untilMs))
    .filter((each) => !wasConcludedLater(evidence, each));
  const byPermission = Map.groupBy(reportable, ({ denial }) => describeDenial(denial));
  const many = [...byPermission].flatMap(([what, denials]) => {
    const [first] = denials;
    const invocations = new Set(denials.map(({ invocation }) => invocation)).size;
    if (first === undefined || invocations < MANY || isNotified(evidence, first.denial)) return [];
    if (canOnlyFail(first)) return [];
    return [`${invocations} invocations met a ${what}`];
  });
  return [...failed, ...many].map((what) => `${what}, and the architect was not notified of it`);
}

/**
 * A function with no topic that may not write to the table can neither note nor report what it lacks: it fails, which
 * rings the alarm on its errors.
 */
function canOnlyFail({ functionName, denial }: Of<'denied'>): boolean {
  const handlers: Readonly<Record<string, HandlerDefinition>> = HANDLERS;
  const noting: readonly string[] = actionsOf({ store: ['noteDenial'] });
  const { topics = [] } = handlers[functionName.replace(/^selfheal-/, '')] ?? {};
  return topics.length === 0 && noting.includes(denial.action);
}

function isNotified({ trace }: Evidence, { action, resource, role }: Of<'denied'>['denial']): boolean {
  return trace.of('notified').some(({ notification: { topic, body } }) => {
    const text = JSON.stringify(body);
    return topic === 'architect' && [action, resource, role].every((each) => each && text.includes(each));
  });
}
