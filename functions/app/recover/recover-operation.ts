import type { Claim, ClaimKey } from '../../core/admission/records.ts';
import { denialIn, describeDenial } from '../../core/denial.ts';
import { type PendingConclusion, pendingConclusionOf, readableCause } from '../../core/operation/failure.ts';
import { type Failure, hasEnded, type Operation } from '../../core/operation/operation.ts';
import { undoExecutionName } from '../../core/operation/operation-id.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { HealExecutions } from '../../ports/executions.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { noteDenial } from '../denials.ts';
import { LEASE_MARGIN_SECONDS } from '../heal/act.ts';
import { type EndDeps, endOperation } from '../heal/conclude.ts';
import { type EscalateDeps, escalate } from '../heal/escalate.ts';

export interface RecoverDeps extends EndDeps, EscalateDeps {
  readonly store: EndDeps['store'] & EscalateDeps['store'] & Pick<OperationStore, 'takeOver' | 'noteDenial'>;
  readonly executions: Pick<HealExecutions, 'start'>;
}

/** How an execution ended that did not end its operation. */
interface GoneExecution {
  /** Whether it was the execution that undoes. */
  readonly undoing: boolean;
  readonly failure: Failure;
  /** Set if all that was left to do was to record how the operation ended. */
  readonly conclusion?: PendingConclusion | undefined;
}

/** What the recovery of an operation did: the undoing itself takes an execution of its own. */
export type Recovery = 'ended' | 'undo-started' | 'untouched';

/**
 * Ends an operation whose execution is gone without having ended it: stopped in the console, timed out, or failed. The
 * first time, an execution that only undoes takes over, under a new fence. If that one is gone too, the operation is
 * failed on the spot and people are notified, since its undo steps may not all have run. If only the conclusion was
 * left, it is written now: a repair that was verified is not undone because its end could not be recorded.
 */
export async function recoverOperation(
  deps: RecoverDeps,
  operation: Operation,
  claim: Claim,
  { undoing, failure, conclusion }: GoneExecution,
): Promise<Recovery> {
  if (hasEnded(operation)) return 'untouched';
  const { operationId, component } = operation;
  const key = { operationId, component, fence: claim.fence };
  // An execution that was overtaken does not conclude anything.
  const isLatest = undoing === claim.fence > operation.fence;
  if (conclusion && isLatest) {
    await concludeLate(deps, key, conclusion);
    return 'ended';
  }
  if (undoing) {
    const incomplete = { error: failure.error, cause: `rollback did not finish: ${failure.cause}` };
    await escalate(deps, { operationId, failure: incomplete });
    await endOperation(deps, { ...key, state: 'FAILED', failure: incomplete });
    return 'ended';
  }
  // Already taken over: only the start of the undoing execution may be missing, and its name makes that safe to repeat.
  const fence = claim.fence > operation.fence ? claim.fence : await takeOver(deps, key);
  if (fence === undefined) return 'untouched';
  await deps.executions.start(undoExecutionName(operationId), {
    operationId,
    component,
    fence,
    failure,
  });
  return 'undo-started';
}

/** @param failed what the execution reported of its end, if anything */
export function goneExecution(
  undoing: boolean,
  fallback: Failure,
  failed: { readonly error?: string; readonly cause?: string },
): GoneExecution {
  const conclusion = pendingConclusionOf(failed.error ?? '', failed.cause ?? '');
  const failure = {
    error: failed.error || fallback.error,
    cause: readableCause(failed.cause ?? '') || fallback.cause,
  };
  return { undoing, failure, conclusion };
}

async function concludeLate(
  deps: RecoverDeps,
  key: ClaimKey,
  { state, failure, problem }: PendingConclusion,
): Promise<void> {
  const { operationId } = key;
  await escalate(deps, { operationId, failure });
  const denial = denialIn(problem.cause);
  if (denial) await noteDenial(deps, denial);
  const why = denial ? describeDenial(denial) : `${problem.error}: ${readableCause(problem.cause)}`;
  const warnings = [shortReason(`Its execution could not conclude it: ${why}`)];
  await endOperation(deps, { ...key, state, warnings, failure });
}

async function takeOver(deps: RecoverDeps, key: ClaimKey): Promise<number | undefined> {
  const taken = await deps.store.takeOver(key, deps.clock.nowMs() + LEASE_MARGIN_SECONDS * 1_000);
  return taken?.fence;
}
