import type { Invocation } from '../../../local/embedded/lambda/lambda-service.ts';
import { plannedSteps } from '../checkers/planned-steps.ts';
import type { ActingStep } from '../trace/acting-step.ts';
import type { Trace } from '../trace/trace.ts';

interface ActInput extends Omit<ActingStep, 'stepId' | 'action'> {
  /** With its action if it is an undo step; those of the repair follow from its plan. */
  readonly step?: { readonly stepId: string; readonly action?: { readonly type: string } };
}

/** @returns `undefined` if it carries out none */
export function stepOfInvocation(
  trace: Trace,
  { functionName, payload }: Invocation,
): ActingStep | undefined {
  const { step, operationId, component, fence } = payload as ActInput;
  if (functionName !== 'selfheal-act' || step === undefined) return undefined;
  const { stepId } = step;
  const begun = trace.of('admitted').findLast(({ operation }) => operation.operationId === operationId);
  const { strategy } = begun?.grant.plan ?? {};
  const planned = strategy && plannedSteps({ trace }, operationId, strategy);
  const { type = 'unknown' } = step.action ?? planned?.find((each) => each.stepId === stepId)?.action ?? {};
  return { operationId, component, fence, stepId, action: type };
}
