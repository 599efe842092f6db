import { hasAutomationEnded } from '../../core/operation/automation-outcome.ts';
import type { ActionOwner } from '../../core/operation/inspection.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type DenialDeps, notingDenials } from '../denials.ts';
import * as automation from '../executors/automation.ts';
import { type SettleDeps, type Settlement, settleInspected } from './settle-step.ts';

/**
 * An automation may end before the function that started it has recorded its id, and before the service lists it: looked
 * for a few times before it is left to the reconciler. Where no operation is in flight, it is somebody else's.
 */
const LOOKS = 4;
const PAUSE_MILLISECONDS = 500;

export interface AutomationStatusDeps extends SettleDeps, automation.AutomationInspectDeps {
  readonly store: SettleDeps['store'] & DenialDeps['store'] & Pick<OperationStore, 'readFleet'>;
}

/** What a status event says of an execution of Automation. */
export interface AutomationStatusChange {
  readonly executionId: string;
  readonly status: string;
}

/**
 * Handles one status event of SSM Automation. The execution itself is looked up, since the event may be old. It does not
 * say what it was started for: the steps that operations wait for do.
 */
export async function automationStatus(
  deps: AutomationStatusDeps,
  { executionId, status }: AutomationStatusChange,
): Promise<Settlement> {
  if (!hasAutomationEnded(status)) return 'running';
  return await notingDenials(deps, async () => {
    for (let look = 1; ; look += 1) {
      const { inFlight } = await deps.store.readFleet();
      const owner = await ownerOf(deps, inFlight, executionId);
      const settlement = owner ? await settled(deps, executionId, owner) : 'foreign';
      if (settlement === 'settled' || inFlight.length === 0 || look === LOOKS) return settlement;
      await deps.clock.sleep(PAUSE_MILLISECONDS * look);
    }
  });
}

async function settled(deps: AutomationStatusDeps, id: string, owner: ActionOwner): Promise<Settlement> {
  const inspection = await automation.inspect(deps, id);
  return (await settleInspected(deps, { executor: 'automation', id }, inspection, { owner })).settlement;
}

async function ownerOf(
  { store }: Pick<AutomationStatusDeps, 'store'>,
  inFlight: readonly string[],
  executionId: string,
): Promise<ActionOwner | undefined> {
  for (const component of inFlight) {
    const claim = await store.getClaim(component);
    const record = claim?.step && (await store.getStep(claim.operationId, claim.step.stepId));
    if (record?.reference?.executor === 'automation' && record.reference.id === executionId) return record;
  }
  return undefined;
}
