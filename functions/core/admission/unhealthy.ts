import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { AdmissionDecision } from './decide-admission.ts';
import { isExhausted, type RefusalReason } from './refusal.ts';

/** Refusals that say nothing about a component's health: it does not count as unhealthy in its group. */
const UNTOUCHED: ReadonlySet<RefusalReason> = new Set(['PAUSED', 'EXCLUDED', 'AUTO_HEAL_DISABLED']);

/** Whether a decision leaves the component as if there had been no alert. */
export function leavesUntouched(decision: AdmissionDecision): boolean {
  return decision.decision === 'refuse' && UNTOUCHED.has(decision.refusal.reason);
}

/** Whether an alert makes its component count as unhealthy in its group; without a group, there is no limit to keep. */
export function countsInGroup(
  component: string,
  { components }: Pick<CompiledConfiguration, 'components'>,
  decision: AdmissionDecision,
): boolean {
  return components[component]?.group !== undefined && !leavesUntouched(decision);
}

/** Whether a refusal leaves something in the component's record that the reconciler has to forget after a recovery. */
export function isRemembered(decision: AdmissionDecision): boolean {
  if (decision.decision !== 'refuse') return false;
  const { refusal, failuresMs = [] } = decision;
  return failuresMs.length > 0 || isExhausted(refusal.reason);
}
