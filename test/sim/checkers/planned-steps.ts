import type { Strategy } from '../../../functions/core/configuration/schema/schema.ts';
import { type HealStep, healSteps } from '../../../functions/core/operation/heal-steps.ts';
import type { Layout } from '../../../functions/core/operation/layout.ts';
import type { Evidence } from './evidence.ts';

/** The batches of an operation, as they were laid out; `undefined` if it needs none. */
export function layoutOf({ trace }: Pick<Evidence, 'trace'>, operationId: string): Layout | undefined {
  return trace.of('laid-out').find((each) => each.operationId === operationId)?.layout;
}

/** The heal steps of an operation, in order. */
export function plannedSteps(
  evidence: Pick<Evidence, 'trace'>,
  operationId: string,
  strategy: Strategy,
): readonly HealStep[] {
  const layout = layoutOf(evidence, operationId);
  return healSteps(strategy, layout ? { layout } : {});
}

/**
 * The batch that an operation had begun but not finished at some point; `undefined` if it was between two batches or had
 * finished all. A single batch is finished by the verification only.
 */
export function batchLeft(
  evidence: Pick<Evidence, 'trace'>,
  operationId: string,
  beforeIndex: number,
): number | undefined {
  const { trace } = evidence;
  const begun = trace.of('admitted').find(({ operation }) => operation.operationId === operationId);
  if (begun === undefined) return undefined;
  const steps = plannedSteps(evidence, operationId, begun.grant.plan.strategy);
  const lastBegun = trace
    .of('step-begun')
    .filter(({ key, index }) => key.operationId === operationId && index < beforeIndex)
    .flatMap(({ stepId }) => steps.find((step) => step.stepId === stepId) ?? [])
    .at(-1);
  const [first] = steps;
  const hasChecks = steps.some(({ isCheck }) => isCheck);
  if (!hasChecks) return first?.batch;
  if (lastBegun === undefined) return undefined;
  const end = trace
    .of('step-ended')
    .find(
      ({ step, index }) =>
        step.operationId === operationId && step.stepId === lastBegun.stepId && index < beforeIndex,
    )?.step;
  const isClosed = end?.failsAs === 'TooFewHealthyTargets';
  // Hosts of a load balancer are put back into it after their check: the batch is passed only then.
  const isReadmission = ({ action, isCheck }: HealStep) => !isCheck && action.type === 'restore_target';
  const isLast = steps.some(isReadmission) ? isReadmission(lastBegun) : lastBegun.isCheck;
  const isPassed = isLast && (end?.outcome === 'SUCCEEDED' || end?.outcome === 'SKIPPED');
  return isClosed || isPassed ? undefined : lastBegun.batch;
}

/** The targets that, by the records up to some point, had ended their part in an operation. */
export function skippedOf(
  { trace }: Pick<Evidence, 'trace'>,
  operationId: string,
  beforeIndex: number,
): ReadonlySet<string> {
  const records = trace
    .of('step-ended')
    .filter(({ step, index }) => step.operationId === operationId && index < beforeIndex);
  return new Set(records.flatMap(({ step }) => Object.keys(step.skipped ?? {})));
}
