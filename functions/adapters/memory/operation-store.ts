import { withMember, withoutMember } from '../../core/admission/budgets.ts';
import { isHeldBack } from '../../core/admission/observed-limits.ts';
import { holdsAtSameTime, outcomeAfter, overrideOf } from '../../core/admission/override.ts';
import {
  type Claim,
  type ClaimKey,
  type ComponentRecord,
  EMPTY_FLEET,
  type FleetRecord,
  newComponentRecord,
} from '../../core/admission/records.ts';
import type { RefusalRecord } from '../../core/admission/refusal.ts';
import { DENIAL_REPEATS_AFTER_MS, type Denial, type DenialRecord } from '../../core/denial.ts';
import type { Conclusion } from '../../core/operation/conclusion.ts';
import {
  hasEnded,
  isGivenUp,
  type Operation,
  type StepId,
  type StepRecord,
} from '../../core/operation/operation.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { ConcludeOutcome, OperationStore } from '../../ports/operation-store.ts';
import { frozen } from './frozen.ts';
import { createHeldBack } from './held-back.ts';
import { admitted, concluded } from './transitions.ts';

const FAMILIES = {
  group: 'groupPauses',
  'group-mode': 'groupModes',
  window: 'windowOpenings',
} as const;

/**
 * The store in memory: every method is atomic, since none of them waits. Values are frozen, and returned without a
 * copy. Nothing expires.
 */
export function createMemoryOperationStore(): OperationStore {
  const components = new Map<string, ComponentRecord>();
  const operations = new Map<string, Operation>();
  const plans = new Map<string, OperationPlan>();
  const stepsOf = new Map<string, Map<StepId, StepRecord>>();
  const refusalsOf = new Map<string, Map<string, RefusalRecord>>();
  const denials = new Map<string, DenialRecord>();
  let fleet: FleetRecord = EMPTY_FLEET;

  const componentOf = (name: string) => components.get(name) ?? newComponentRecord(name);

  function changeComponent(name: string, changes: Partial<ComponentRecord>): void {
    const record = componentOf(name);
    components.set(name, frozen({ ...record, ...changes, revision: record.revision + 1 }));
  }

  function changeFleet(changes: Partial<FleetRecord>): void {
    fleet = frozen({ ...fleet, ...changes, revision: fleet.revision + 1 });
  }

  function putStep(step: StepRecord): boolean {
    const steps = stepsOf.get(step.operationId) ?? new Map<StepId, StepRecord>();
    const earlier = steps.get(step.stepId);
    if (earlier?.outcome !== undefined) return false;
    // What another try of the step was to change stays on record.
    if (earlier?.change !== undefined && step.change === undefined) return false;
    stepsOf.set(step.operationId, steps.set(step.stepId, frozen(step)));
    return true;
  }

  /** The claim, if it is still held under this fence. */
  function heldClaim(key: ClaimKey): Claim | undefined {
    const { claim } = componentOf(key.component);
    return claim?.operationId === key.operationId && claim.fence === key.fence ? claim : undefined;
  }

  function isOvertaken(key: ClaimKey, stepId: StepId): boolean {
    const operation = operations.get(key.operationId);
    return heldClaim(key) === undefined || operation === undefined || isGivenUp(operation, stepId);
  }

  function conclude(conclusion: Conclusion): ConcludeOutcome {
    const operation = operations.get(conclusion.operationId);
    if (!operation || hasEnded(operation)) return 'ended-before';
    const record = componentOf(conclusion.component);
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

    const after = frozen(concluded(record, fleet, conclusion));
    if (isOwn) components.set(record.component, after.component);
    if (isOwn) fleet = after.fleet;
    else if (conclusion.cooldownScope === 'strategy') {
      changeFleet({ strategyCooldownUntilMs: after.fleet.strategyCooldownUntilMs });
    }
    return 'concluded';
  }

  const { approve, ...heldBack } = createHeldBack({
    read: (component) => ({ component: componentOf(component), fleet }),
    write: (limits) => {
      components.set(limits.component.component, frozen(limits.component));
      fleet = frozen(limits.fleet);
    },
    keepPlan: (planId, plan) => {
      if (!plans.has(planId)) plans.set(planId, frozen(plan));
    },
  });

  return {
    ...heldBack,

    readLimits: async (component, operationId) => {
      const operation = operationId === undefined ? undefined : operations.get(operationId);
      return { limits: { component: componentOf(component), fleet }, ...(operation && { operation }) };
    },

    readComponents: async (names) => names.map(componentOf),

    readFleet: async () => fleet,

    admit: async (operation, grant, limits, approved) => {
      if (!plans.has(operation.planId)) plans.set(operation.planId, frozen(grant.plan));
      const known = operations.get(operation.operationId);
      if (known) return { outcome: 'duplicate', operation: known };

      const component = componentOf(limits.component.component);
      const holds =
        component.revision === limits.component.revision &&
        fleet.revision === limits.fleet.revision &&
        component.claim === undefined &&
        component.fence < grant.claim.fence;
      if (!holds) return { outcome: 'conflict', limits: { component, fleet } };

      if (approved && !approve(operation.operationId, approved.end, approved.approvals)) {
        return { outcome: 'conflict' };
      }
      const after = frozen(admitted(limits.component, fleet, grant, approved !== undefined));
      components.set(component.component, after.component);
      fleet = after.fleet;
      operations.set(operation.operationId, frozen(operation));
      return { outcome: 'granted' };
    },

    saveFailures: async (record, strategyId, failuresMs) => {
      const current = componentOf(record.component);
      if (current.revision !== record.revision) return false;
      const { [strategyId]: _before, ...others } = record.failuresMs;
      const kept = failuresMs.length === 0 ? others : { ...others, [strategyId]: failuresMs };
      changeComponent(record.component, { failuresMs: kept });
      return true;
    },

    noteExhaustionNotified: async (component, atMs) => {
      if (componentOf(component).exhaustionNotifiedAtMs !== undefined) return false;
      changeComponent(component, { exhaustionNotifiedAtMs: atMs });
      return true;
    },

    keepQueue: async (queue) => {
      const { queue: _before, ...rest } = fleet;
      fleet = frozen({ ...rest, ...(queue && { queue }), revision: fleet.revision + 1 });
    },

    markUnhealthy: async (component) => {
      if (fleet.unhealthy.includes(component)) return;
      changeFleet({ unhealthy: withMember(fleet.unhealthy, component) });
    },

    markHealthy: async (component) => {
      if (!fleet.unhealthy.includes(component)) return;
      changeFleet({ unhealthy: withoutMember(fleet.unhealthy, component) });
    },

    forgetAlerts: async (component) => {
      const { exhaustionNotifiedAtMs, ...record } = componentOf(component);
      const answer = { isForgotten: !record.reports, isHeldBack: isHeldBack(record) };
      if (record.reports) return answer;
      if (exhaustionNotifiedAtMs === undefined && Object.keys(record.failuresMs).length === 0) return answer;
      const revision = record.revision + 1;
      components.set(component, frozen({ ...record, failuresMs: {}, revision }));
      return answer;
    },

    noteReport: async (component, reporter, atMs, anomalyMetric) => {
      const { by = [], lastMs = 0, sentMs, ...before } = componentOf(component).reports ?? {};
      if (by.includes(reporter) && (sentMs?.[reporter] ?? 0) >= atMs) return;
      changeComponent(component, {
        reports: {
          ...before,
          ...{ by: withMember(by, reporter), lastMs: Math.max(lastMs, atMs) },
          sentMs: { ...sentMs, [reporter]: atMs },
          ...(anomalyMetric !== undefined && { anomalyMetric }),
        },
      });
    },

    endReports: async (component, reporter) => {
      const { reports, ...record } = componentOf(component);
      if (!reports || (reporter !== undefined && !reports.by.includes(reporter))) return;
      const by = reporter === undefined ? [] : withoutMember(reports.by, reporter);
      const { sentMs: { [reporter ?? '']: _ended, ...sentMs } = {}, ...rest } = reports;
      const left = by.length > 0 && { reports: { ...rest, by, sentMs } };
      components.set(component, frozen({ ...record, ...left, revision: record.revision + 1 }));
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
      changeComponent(key.component, { claim: { ...claim, leaseUntilMs, step } });
      return true;
    },

    recordStep: async (step) => putStep(step),

    recordChange: async (key, step) => {
      if (isOvertaken(key, step.stepId)) return undefined;
      const earlier = stepsOf.get(step.operationId)?.get(step.stepId);
      if (earlier?.change === undefined) return putStep(step) ? step.change : undefined;
      return earlier.outcome === undefined ? earlier.change : undefined;
    },

    recordOutcome: async (step) => putStep(step),

    recordOwnOutcome: async (key, step) => !isOvertaken(key, step.stepId) && putStep(step),

    getStep: async (operationId, stepId) => stepsOf.get(operationId)?.get(stepId),

    listSteps: async (operationId) =>
      [...(stepsOf.get(operationId)?.values() ?? [])].sort((a, b) => a.startedAtMs - b.startedAtMs),

    getClaim: async (component) => components.get(component)?.claim,

    getRolledBack: async (component) => components.get(component)?.rolledBack,

    listClaims: async () =>
      [...components.values()]
        .flatMap(({ component, claim }) => (claim ? [{ component, ...claim }] : []))
        .sort((a, b) => (a.component < b.component ? -1 : 1)),

    takeOver: async (key, leaseUntilMs) => {
      const claim = heldClaim(key);
      if (!claim) return undefined;
      const fence = claim.fence + 1;
      changeComponent(key.component, { fence, claim: { ...claim, fence, leaseUntilMs } });
      return { fence };
    },

    conclude: async (conclusion) => conclude(conclusion),

    noteDenial: async (denial, atMs) => {
      const known = denials.get(denialId(denial));
      if (known && known.notedAtMs >= atMs - DENIAL_REPEATS_AFTER_MS) return;
      denials.set(denialId(denial), frozen({ ...denial, notedAtMs: atMs }));
    },

    listDenials: async () => [...denials].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, denial]) => denial),

    noteDenialNotified: async (denial, atMs) => {
      const known = denials.get(denialId(denial));
      if (known) denials.set(denialId(denial), frozen({ ...known, notifiedAtMs: atMs }));
    },

    setTimeLimit: async (operationId, limit, dueAtMs) => {
      const { [operationId]: present, ...others } = fleet.timeLimits ?? {};
      if (dueAtMs !== undefined && present?.dueAtMs !== dueAtMs) return false;
      const timeLimits = { ...others, ...(limit && { [operationId]: limit }) };
      const { timeLimits: _, ...rest } = fleet;
      const revision = fleet.revision + 1;
      fleet = frozen({ ...rest, revision, ...(Object.keys(timeLimits).length > 0 && { timeLimits }) });
      return true;
    },

    setOverride: async (scope, override) => {
      const { kind, name } = scope;
      const earlier = overrideOf(scope, components.get(name), fleet);
      const holds = holdsAtSameTime(scope, override);
      const isTaken =
        earlier === undefined ||
        earlier.givenAtMs < override.givenAtMs ||
        (earlier.givenAtMs === override.givenAtMs &&
          (holds === 'always' || (holds === 'unless-observe' && earlier.setting?.mode !== 'observe')));
      if (!isTaken) return outcomeAfter(earlier, override);
      switch (kind) {
        case 'component':
          changeComponent(name, { exclusion: override });
          return 'taken';
        case 'component-mode':
          changeComponent(name, { modeOverride: override });
          return 'taken';
        case 'mode':
          changeFleet({ modeOverride: override });
          return 'taken';
        default: {
          const family = FAMILIES[kind];
          changeFleet({ [family]: { ...fleet[family], [name]: override } });
          return 'taken';
        }
      }
    },

    setPause: async (pause, givenAtMs) => {
      const { pause: before, controlledAtMs = Number.NEGATIVE_INFINITY, ...rest } = fleet;
      if (pause ? controlledAtMs > givenAtMs : controlledAtMs >= givenAtMs) {
        if ((before === undefined) !== (pause === undefined)) return 'overtaken';
        return controlledAtMs === givenAtMs ? 'taken' : 'confirmed';
      }
      fleet = frozen({
        ...rest,
        ...(pause && { pause }),
        controlledAtMs: givenAtMs,
        revision: fleet.revision + 1,
      });
      return 'taken';
    },
  };
}

function denialId({ action, role = 'unknown' }: Denial): string {
  return `${role}#${action}`;
}
