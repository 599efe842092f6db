import type { Refusal } from '../../core/admission/refusal.ts';
import { isSameChange } from '../../core/change/change.ts';
import { isReversible } from '../../core/change/change-event.ts';
import type { SuspectedChange } from '../../core/diagnosis/cause.ts';
import type { Evidence } from '../../core/diagnosis/evidence.ts';
import { faultsElsewhere } from '../../core/diagnosis/fault-elsewhere.ts';
import type { Operation } from '../../core/operation/operation.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import { judgeChanges } from './diagnose-alert.ts';
import { type EvidenceDeps, gatherEvidence } from './gather-evidence.ts';
import { elsewhereRefusal } from './leave-to-dependency.ts';
import type { Questions } from './questions.ts';

/**
 * Diagnosis of an operation that was proposed, when people approve it: what was found then may no longer hold. Nobody is
 * called, and no signal is sent: the alarms themselves do that.
 *
 * @returns `undefined` if the operation may be carried out as it was proposed
 */
export async function diagnoseAgain(
  deps: EvidenceDeps,
  proposed: Pick<Operation, 'alert' | 'startedAtMs'>,
  { looksElsewhere, judgesCauses }: Questions,
): Promise<Refusal | undefined> {
  const evidence = await gatherEvidence(deps, proposed.alert);
  const elsewhere = looksElsewhere ? elsewhereRefusal(faultsElsewhere(evidence), evidence) : undefined;
  if (elsewhere) return elsewhere;
  if (!judgesCauses) return undefined;
  const judged = await judgeChanges(deps.configuration, evidence);
  if ('refusal' in judged) return judged.refusal;
  return changedSince(proposed, judged.alert.change, evidence);
}

/**
 * A deployment or configuration that people or pipelines made since the proposal, or the one that it is about is another
 * one now. What scales by itself, or is maintained, changes no repair.
 */
function changedSince(
  { alert, startedAtMs: proposedAtMs }: Pick<Operation, 'alert' | 'startedAtMs'>,
  change: SuspectedChange | undefined,
  { components: [own] }: Evidence,
): Refusal | undefined {
  const begun = own?.changes?.find(
    (each) => isReversible(each) && each.operationId === undefined && each.startedAtMs > proposedAtMs,
  );
  if (begun) {
    const at = new Date(begun.startedAtMs).toISOString();
    return planChanged(`${begun.summary} of ${alert.component} began at ${at}, after the proposal`);
  }
  const [now, before] = [change, alert.change].map((one) => (one && isReversible(one) ? one : undefined));
  if (isSameChange(now, before)) return undefined;
  return planChanged(
    `the suspected change is ${now?.summary ?? 'none'} now, and was ${before?.summary ?? 'none'}`,
  );
}

function planChanged(why: string): Refusal {
  return {
    reason: 'PLAN_CHANGED',
    detail: shortReason(`${why}; deny the proposal; the next signal leads to a current one`),
  };
}
