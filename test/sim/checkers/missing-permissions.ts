import { denialIn, describeDenial } from '../../../functions/core/denial.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';

/** Fewer denials may all have struck functions that were tried again, and succeeded. */
const MANY = 6;

/**
 * 16. A missing permission is no bad news of a component, and no secret.
 *
 * No repair is undone of which only a missing permission is known. No step of a repair begins to act once its undo
 * steps are laid out. What failed an operation, and what was refused again and again, is told to the architect
 * with permission, resource and role.
 */
export function missingPermissions(evidence: Evidence): readonly string[] {
  return [...undoneForNothing(evidence), ...actsAfterUndo(evidence), ...untold(evidence)];
}

/** Its verification was refused something, and nothing that it was answered spoke against the repair. */
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
        .some((each) => isIts(each) && each.stepId.startsWith('verify-') && each.exitCode !== 0);
    return isBad
      ? []
      : [`${operationId} was undone, and all that spoke against it was a ${describeDenial(denied.denial)}`];
  });
}

/** What keeps a step from being sent or run until then, such as a slow function or a late agent, is let off. */
function actsAfterUndo({ trace }: Evidence): readonly string[] {
  return trace.of('rollback-begun').flatMap(({ operationId, index }) => {
    return trace.of('effect').flatMap(({ effect: { stepId, instanceId, ...effect }, index: at }) => {
      const isLate = effect.operationId === operationId && stepId.startsWith('heal-') && at > index;
      const isStruck = () =>
        trace
          .of('fault')
          .some(({ id }) => id.includes(operationId) && (id.includes('selfheal-act') || id.includes(stepId)));
      return isLate && !isStruck()
        ? [`${operationId} ${stepId} acted on ${instanceId} when its undo had begun`]
        : [];
    });
  });
}

function untold(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const failed = trace.of('concluded').flatMap(({ conclusion: { failure, operationId } }) => {
    const denial = denialIn(failure?.cause ?? '');
    return denial && !isTold(evidence, denial)
      ? [`${operationId} failed for a ${describeDenial(denial)}`]
      : [];
  });
  const byPermission = Map.groupBy(trace.of('denied'), ({ denial }) => describeDenial(denial));
  const many = [...byPermission].flatMap(([what, denials]) => {
    const [first] = denials;
    const invocations = new Set(denials.map(({ invocation }) => invocation)).size;
    if (first === undefined || invocations < MANY || isTold(evidence, first.denial)) return [];
    return [`${invocations} invocations met a ${what}`];
  });
  return [...failed, ...many].map((what) => `${what}, and the architect was not told so`);
}

function isTold({ trace }: Evidence, { action, resource, role }: Of<'denied'>['denial']): boolean {
  return trace.of('told').some(({ notification: { topic, body } }) => {
    const text = JSON.stringify(body);
    return topic === 'architect' && [action, resource, role].every((each) => each && text.includes(each));
  });
}
