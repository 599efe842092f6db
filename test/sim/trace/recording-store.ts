import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { Trace } from './trace.ts';

/** The store, with every write that took effect noted in the trace. */
export function recordingStore(store: OperationStore, trace: Trace): OperationStore {
  return {
    ...store,
    admit: async (operation, grant, limits) => {
      const outcome = await store.admit(operation, grant, limits);
      if (outcome.outcome === 'granted') trace.note({ kind: 'admitted', operation, grant });
      return outcome;
    },
    beginStep: async (key, step, leaseUntilMs) => {
      const begun = await store.beginStep(key, step, leaseUntilMs);
      const { operationId, component, fence } = key;
      const claim = { operationId, component, fence };
      if (begun) trace.note({ kind: 'step-begun', key: claim, stepId: step.stepId });
      return begun;
    },
    takeOver: async (key, leaseUntilMs) => {
      const taken = await store.takeOver(key, leaseUntilMs);
      if (taken) trace.note({ kind: 'taken-over', key, fence: taken.fence });
      return taken;
    },
    recordOutcome: async (step) => {
      const isFirst = await store.recordOutcome(step);
      if (isFirst) trace.note({ kind: 'step-ended', step });
      return isFirst;
    },
    enterPhase: async (operationId, state, facts) => {
      const entered = await store.enterPhase(operationId, state, facts);
      if (entered) trace.note({ kind: 'phase', operationId, state });
      return entered;
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
    markUnhealthy: async (component, group) => {
      await store.markUnhealthy(component, group);
      trace.note({ kind: 'counted-unwell', component, group });
    },
    markHealthy: async (component, group) => {
      await store.markHealthy(component, group);
      trace.note({ kind: 'counted-well', component, group });
    },
    setPause: async (pause) => {
      await store.setPause(pause);
      trace.note({ kind: 'pause', pause });
    },
  };
}
