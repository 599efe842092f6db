import type { Claim } from '../core/admission/records.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { type ReconcileAlarmsDeps, reconcileAlarms } from './reconcile-alarms.ts';
import { type ReconcileExecutionDeps, reconcileExecution } from './reconcile-execution.ts';
import { type ReconcileStepDeps, reconcileStep } from './reconcile-step.ts';

export type ReconcileDeps = ReconcileStepDeps &
  ReconcileExecutionDeps &
  ReconcileAlarmsDeps & { readonly store: Pick<OperationStore, 'listClaims'> };

export interface ReconcileReport {
  readonly claims: number;
  /** What was done, a line each. */
  readonly done: readonly string[];
  /** What could not be done; the next round tries again. */
  readonly problems: readonly string[];
}

/**
 * One round of what keeps the promises when events get lost: silent commands are polled, operations whose execution
 * has gone are ended, and alarms that are still red go back to triage. One part's failure stops no other.
 */
export async function reconcile(deps: ReconcileDeps): Promise<ReconcileReport> {
  const done: string[] = [];
  const problems: string[] = [];
  const attempt = async (what: string, part: () => Promise<readonly string[]>): Promise<void> => {
    try {
      done.push(...(await part()));
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    }
  };

  let claims: readonly (Claim & { readonly component: string })[] = [];
  await attempt('claims', async () => {
    claims = await deps.store.listClaims();
    return [];
  });
  for (const claim of claims) {
    await attempt(`step of ${claim.operationId}`, () => reconcileStep(deps, claim));
    await attempt(`execution of ${claim.operationId}`, () => reconcileExecution(deps, claim));
  }
  await attempt('alarms', () => reconcileAlarms(deps));
  return { claims: claims.length, done, problems };
}
