import type { Claim, ClaimKey } from '../../core/admission/records.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import type { Conclusion } from '../../core/operation/conclusion.ts';
import { hasEnded, isGivenUp, type Operation, type StepId } from '../../core/operation/operation.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { ConcludeOutcome, OperationStore } from '../../ports/operation-store.ts';
import { createComponentAlerts } from './component-alerts.ts';
import { createControls } from './controls.ts';
import { createDenials } from './denials.ts';
import { frozen } from './frozen.ts';
import { createHeldBack } from './held-back.ts';
import { createLimitRecords } from './limit-records.ts';
import { createSteps } from './steps.ts';
import { admitted, concluded } from './transitions.ts';

/**
 * The store in memory: every method is atomic, since none of them waits. Values are frozen, and returned without a
 * copy. Nothing expires.
 */
export function createMemoryOperationStore(): OperationStore {
  const records = createLimitRecords();
  const operations = new Map<string, Operation>();
  const plans = new Map<string, OperationPlan>();
  const refusalsOf = new Map<string, Map<string, RefusalRecord>>();

  function keepPlan(planId: string, plan: OperationPlan): void {
    if (!plans.has(planId)) plans.set(planId, frozen(plan));
  }

  /** The claim, if it is still held under this fence. */
  function heldClaim(key: ClaimKey): Claim | undefined {
    const { claim } = records.component(key.component);
    return claim?.operationId === key.operationId && claim.fence === key.fence ? claim : undefined;
  }

  function isOvertaken(key: ClaimKey, stepId: StepId): boolean {
    const operation = operations.get(key.operationId);
    return heldClaim(key) === undefined || operation === undefined || isGivenUp(operation, stepId);
  }

  function conclude(conclusion: Conclusion): ConcludeOutcome {
    const operation = operations.get(conclusion.operationId);
    if (!operation || hasEnded(operation)) return 'ended-before';
    const record = records.component(conclusion.component);
    const isOwn = record.claim?.operationId === conclusion.operationId;
    if (isOwn && record.claim?.fence !== conclusion.fence) return 'overtaken';
    const { state, result, completedAtMs, failure, warnings } = conclusion;
    const facts = {
      state,
      result,
      completedAtMs,
      ...(failure && { failure }),
      ...(warnings && { warnings }),
    };
    operations.set(operation.operationId, frozen({ ...operation, ...facts }));

    const after = concluded(record, records.fleet(), conclusion);
    if (isOwn) records.write(after);
    else if (conclusion.cooldownScope === 'strategy') {
      records.changeFleet({ strategyCooldownUntilMs: after.fleet.strategyCooldownUntilMs });
    }
    return 'concluded';
  }

  const { approve, ...heldBack } = createHeldBack({
    read: (component) => ({ component: records.component(component), fleet: records.fleet() }),
    write: records.write,
    keepPlan,
  });

  return {
    ...heldBack,
    ...createComponentAlerts(records),
    ...createControls(records),
    ...createDenials(),
    ...createSteps(isOvertaken),

    readLimits: async (component, operationId) => {
      const operation = operationId === undefined ? undefined : operations.get(operationId);
      const limits = { component: records.component(component), fleet: records.fleet() };
      return { limits, ...(operation && { operation }) };
    },

    readComponents: async (names) => names.map(records.component),

    readFleet: async () => records.fleet(),

    admit: async (operation, grant, limits, approved) => {
      keepPlan(operation.planId, grant.plan);
      const known = operations.get(operation.operationId);
      if (known) return { outcome: 'duplicate', operation: known };

      const component = records.component(limits.component.component);
      const fleet = records.fleet();
      const holds =
        component.revision === limits.component.revision &&
        fleet.revision === limits.fleet.revision &&
        component.claim === undefined &&
        component.fence < grant.claim.fence;
      if (!holds) return { outcome: 'conflict', limits: { component, fleet } };

      if (approved && !approve(operation.operationId, approved.end, approved.approvals)) {
        return { outcome: 'conflict' };
      }
      records.write(admitted(limits.component, fleet, grant, approved !== undefined));
      operations.set(operation.operationId, frozen(operation));
      return { outcome: 'granted' };
    },

    keepQueue: async (queue) => {
      const { queue: _before, ...rest } = records.fleet();
      records.replaceFleet({ ...rest, ...(queue && { queue }) });
    },

    recordRefusal: async (refusal) => {
      const { component, signalId, occurredAtMs } = refusal;
      const refusals = refusalsOf.get(component) ?? new Map<string, RefusalRecord>();
      refusalsOf.set(component, refusals.set(`${occurredAtMs}#${signalId}`, frozen(refusal)));
    },

    listRefusals: async (component, limit, sinceMs = 0) =>
      [...(refusalsOf.get(component)?.values() ?? [])]
        .filter(({ occurredAtMs }) => occurredAtMs >= sinceMs)
        .sort((a, b) => b.occurredAtMs - a.occurredAtMs)
        .slice(0, limit),

    getOperation: async (operationId) => operations.get(operationId),

    getPlan: async (planId) => plans.get(planId),

    listOperations: async (limit, sinceMs = 0) =>
      [...operations.values()]
        .filter(({ operationId }) => operationId >= idTime(sinceMs))
        .sort((a, b) => (a.operationId < b.operationId ? 1 : -1))
        .slice(0, limit),

    layOut: async (operationId, proposed) => {
      const operation = operations.get(operationId);
      if (!operation || hasEnded(operation) || operation.state === 'ROLLING_BACK') return undefined;
      const { layout = proposed } = operation;
      operations.set(operationId, frozen({ ...operation, layout }));
      return layout;
    },

    beginRollback: async (operationId, failure, steps) => {
      const operation = operations.get(operationId);
      if (!operation || hasEnded(operation)) return undefined;
      const { undoSteps = steps } = operation;
      operations.set(operationId, frozen({ ...operation, state: 'ROLLING_BACK', failure, undoSteps }));
      return undoSteps;
    },

    beginStep: async (key, step, leaseUntilMs) => {
      const claim = heldClaim(key);
      if (!claim) return false;
      if (claim.step && claim.step.order > step.order) return false;
      records.changeComponent(key.component, { claim: { ...claim, leaseUntilMs, step } });
      return true;
    },

    getClaim: async (component) => records.component(component).claim,

    getRolledBack: async (component) => records.component(component).rolledBack,

    listClaims: async () =>
      records
        .components()
        .flatMap(({ component, claim }) => (claim ? [{ component, ...claim }] : []))
        .sort((a, b) => (a.component < b.component ? -1 : 1)),

    takeOver: async (key, leaseUntilMs) => {
      const claim = heldClaim(key);
      if (!claim) return undefined;
      const fence = claim.fence + 1;
      records.changeComponent(key.component, { fence, claim: { ...claim, fence, leaseUntilMs } });
      return { fence };
    },

    conclude: async (conclusion) => conclude(conclusion),
  };
}
