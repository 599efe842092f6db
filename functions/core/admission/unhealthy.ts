import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { isOnRoute } from './capacity.ts';
import type { AdmissionDecision } from './decide-admission.ts';
import { isExhausted, type RefusalReason } from './refusal.ts';

/** Refusals that say nothing about a component's health: it does not count as unhealthy in its group. */
const UNTOUCHED: ReadonlySet<RefusalReason> = new Set(['PAUSED', 'EXCLUDED', 'AUTO_HEAL_DISABLED']);

/** Whether a decision leaves the component as if there had been no alert. */
export function leavesUntouched(decision: AdmissionDecision): boolean {
  return decision.decision === 'refuse' && UNTOUCHED.has(decision.refusal.reason);
}

/** Whether an alert makes its component count as unhealthy: a group's budget, or the demand on its routes, may depend on it. */
export function countsAsUnhealthy(
  component: string,
  configuration: Pick<CompiledConfiguration, 'components'>,
  decision: AdmissionDecision,
): boolean {
  const isCounted =
    configuration.components[component]?.group !== undefined || isOnRoute(component, configuration);
  return isCounted && !leavesUntouched(decision);
}

/** Whether a refusal leaves something in the component's record that the reconciler has to forget after a recovery. */
export function isRemembered(decision: AdmissionDecision): boolean {
  if (decision.decision !== 'refuse') return false;
  const { refusal, failuresMs = [] } = decision;
  return failuresMs.length > 0 || isExhausted(refusal.reason);
}
