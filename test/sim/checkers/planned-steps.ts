import type { Strategy } from '../../../functions/core/configuration/schema.ts';
import { type HealStep, healSteps } from '../../../functions/core/operation/heal-steps.ts';
import type { Layout } from '../../../functions/core/operation/layout.ts';
import type { Evidence } from './evidence.ts';

/** The batches of an operation, as they were laid out; `undefined` for one that needed none. */
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
