import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { Trace } from './trace.ts';

/** The store, with every effective write recorded in the trace. */
export function recordingStore(store: OperationStore, trace: Trace): OperationStore {
  return {
    ...store,
    admit: async (operation, grant, limits, approved) => {
      const outcome = await store.admit(operation, grant, limits, approved);
      if (outcome.outcome !== 'granted') return outcome;
      const { operationId: proposalId } = operation;
      if (approved) trace.note({ kind: 'approved', proposalId, approvals: approved.approvals });
      trace.note({ kind: 'admitted', operation, grant, unhealthy: limits.fleet.unhealthy });
      return outcome;
    },
    observe: async (observation, undone, limits) => {
      const outcome = await store.observe(observation, undone, limits);
      if (outcome.outcome === 'recorded')
        trace.note({ kind: 'observed', operation: observation.operation, grant: undone.grant });
      return outcome;
    },
    propose: async (proposal, undone, limits) => {
      const outcome = await store.propose(proposal, undone, limits);
      if (outcome.outcome === 'recorded') trace.note({ kind: 'proposed', proposal, grant: undone.grant });
      return outcome;
    },
    addApproval: async (proposal, approval) => {
      const isKept = await store.addApproval(proposal, approval);
      const { operationId: proposalId } = proposal.operation;
      if (isKept) trace.note({ kind: 'approval-kept', proposalId, approvals: [approval] });
      return isKept;
    },
    endProposal: async (proposal, end) => {
      const isEnded = await store.endProposal(proposal, end);
      const { operationId: proposalId } = proposal.operation;
      if (isEnded) trace.note({ kind: 'proposal-ended', proposalId, end });
      return isEnded;
    },
    recordOutcome: async (step) => {
      const isFirst = await store.recordOutcome(step);
      if (isFirst) trace.note({ kind: 'step-ended', step });
      return isFirst;
    },
    recordOwnOutcome: async (key, step) => {
      const isFirst = await store.recordOwnOutcome(key, step);
      if (isFirst) trace.note({ kind: 'step-ended', step });
      return isFirst;
    },
    layOut: async (operationId, proposed) => {
      const layout = await store.layOut(operationId, proposed);
      if (layout) trace.note({ kind: 'laid-out', operationId, layout });
      return layout;
    },
    beginRollback: async (operationId, failure, laidOut) => {
      const steps = await store.beginRollback(operationId, failure, laidOut);
      if (steps) trace.note({ kind: 'rollback-begun', operationId, failure, steps });
      return steps;
    },
    conclude: async (conclusion) => {
      const outcome = await store.conclude(conclusion);
      if (outcome === 'concluded') trace.note({ kind: 'concluded', conclusion });
      return outcome;
    },
    recordRefusal: async (refusal) => {
      await store.recordRefusal(refusal);
      trace.note({ kind: 'refused', refusal });
    },
    markUnhealthy: async (component) => {
      await store.markUnhealthy(component);
      trace.note({ kind: 'counted-unhealthy', component });
    },
    markHealthy: async (component) => {
      await store.markHealthy(component);
      trace.note({ kind: 'counted-healthy', component });
    },
    forgetAlerts: async (component) => {
      const answer = await store.forgetAlerts(component);
      if (answer.isForgotten) trace.note({ kind: 'alerts-forgotten', component });
      return answer;
    },
    keepQueue: async (queue) => {
      await store.keepQueue(queue);
      trace.note({ kind: 'queued', queue });
    },
    setOverride: async (scope, override) => {
      const outcome = await store.setOverride(scope, override);
      if (outcome === 'taken') trace.note({ kind: 'overridden', scope, override });
      return outcome;
    },
    setPause: async (pause, givenAtMs) => {
      const outcome = await store.setPause(pause, givenAtMs);
      if (outcome === 'taken') trace.note({ kind: 'pause', pause });
      return outcome;
    },
  };
}
