import type { Claim } from '../../core/admission/records.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { noteDenial, notifyDenials } from '../denials.ts';
import { type ReconcileAlarmsDeps, reconcileAlarms } from './reconcile-alarms.ts';
import { type ReconcileExecutionDeps, reconcileExecution } from './reconcile-execution.ts';
import type { ReconcileStepDeps } from './reconcile-step.ts';
import { createRound, type Round } from './round.ts';

export type ReconcileDeps = ReconcileStepDeps &
  ReconcileExecutionDeps &
  ReconcileAlarmsDeps & {
    readonly store: Pick<OperationStore, 'listClaims' | 'noteDenial' | 'listDenials' | 'noteDenialNotified'>;
  };

export interface ReconcileReport {
  readonly claims: number;
  /** What was done, one line each. */
  readonly done: readonly string[];
  /** What could not be done; the next round tries again. */
  readonly problems: readonly string[];
}

/**
 * One round of the safety net for lost events: silent commands are polled, operations whose execution is gone are
 * ended, and alarms that are still red go back to triage. The architect is notified of permissions that a function
 * lacked. One part's failure stops no other.
 */
export async function reconcile(deps: ReconcileDeps): Promise<ReconcileReport> {
  const round = createRound();
  const claims = await readClaims(deps, round);
  if (claims.some(({ step }) => step !== undefined)) {
    const { reconcileSteps } = await import('./reconcile-steps.ts');
    await reconcileSteps(deps, claims, round);
  }
  for (const claim of claims) {
    await round.attempt(`execution of ${claim.operationId}`, () => reconcileExecution(deps, claim));
  }
  await round.attempt('alarms', async () => {
    const { done, problems, denials } = await reconcileAlarms(deps);
    round.problems.push(...problems);
    round.denials.push(...denials);
    return done;
  });
  for (const denial of round.denials) await noteDenial(deps, denial);
  await notifyDenials(deps, round);
  return { claims: claims.length, done: round.done, problems: round.problems };
}

type ComponentClaim = Claim & { readonly component: string };

/** All claims at once; if that fails, one by one, so that an unreadable item hides no other. */
async function readClaims({ store }: ReconcileDeps, round: Round): Promise<readonly ComponentClaim[]> {
  const claims: ComponentClaim[] = [];
  await round.attempt('claims', async () => {
    claims.push(...(await store.listClaims()));
    return [];
  });
  if (round.problems.length === 0) return claims;

  let inFlight: readonly string[] = [];
  await round.attempt('components in flight', async () => {
    ({ inFlight } = await store.readFleet());
    return [];
  });
  for (const component of inFlight) {
    await round.attempt(`claim of ${component}`, async () => {
      const claim = await store.getClaim(component);
      if (claim) claims.push({ component, ...claim });
      return [];
    });
  }
  return claims;
}
