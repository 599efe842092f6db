import type { Limits } from '../../../functions/core/admission/records.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { Defect } from './defect.ts';

const inStore = (
  name: string,
  breaks: readonly string[],
  change: (store: OperationStore) => Partial<OperationStore>,
): Defect => ({
  name,
  breaks,
  create: () => ({ store: (store) => ({ ...store, ...change(store) }) }),
});

/** Mistakes in what is written, and when. */
export const STORE_DEFECTS: readonly Defect[] = [
  inStore('drops the fence check', ['1'], (store) => ({
    beginStep: async (key, step, leaseUntilMs) => {
      const claim = await store.getClaim(key.component);
      if (claim === undefined) return false;
      const { operationId, fence } = claim;
      await store.beginStep({ component: key.component, operationId, fence }, step, leaseUntilMs);
      return true;
    },
  })),
  inStore('releases the claim before the conclusion', ['5', '1', '8', 'liveness'], (store) => ({
    beginRollback: async (operationId, failure, steps) => {
      const operation = await store.getOperation(operationId);
      const claim = operation && (await store.getClaim(operation.component));
      if (operation && claim?.operationId === operationId) {
        await store.conclude({
          operationId,
          component: operation.component,
          fence: claim.fence,
          strategyId: operation.strategyId,
          state: 'FAILED',
          result: 'FAILED',
          completedAtMs: operation.startedAtMs,
          cooldownUntilMs: operation.startedAtMs,
          cooldownScope: 'component',
        });
      }
      return await store.beginRollback(operationId, failure, steps);
    },
  })),
  inStore('forgets that an attempt was made', ['3'], (store) => ({
    admit: async (operation, grant, limits) =>
      await store.admit(operation, { ...grant, attemptsMs: grant.attemptsMs.slice(0, -1) }, limits),
  })),
  inStore('swallows refusals for a busy component', ['6'], (store) => ({
    recordRefusal: async (refusal) => {
      if (refusal.reason !== 'IN_PROGRESS') await store.recordRefusal(refusal);
    },
  })),
  inStore('keys the cooldown wrongly', ['4'], (store) => ({
    conclude: async (conclusion) => await store.conclude({ ...conclusion, strategyId: conclusion.component }),
  })),
  inStore('does not see who is unhealthy', ['3'], (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      return { ...read, limits: { ...read.limits, fleet: { ...read.limits.fleet, unhealthy: [] } } };
    },
  })),
  inStore('does not see who is in flight', ['3'], (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      return { ...read, limits: { ...read.limits, fleet: { ...read.limits.fleet, inFlight: [] } } };
    },
  })),
  inStore('does not see a sibling on the same host and service', ['1'], (store) => {
    const siblings: Readonly<Record<string, string>> = { db: 'db-replica', 'db-replica': 'db' };
    const blind = ({ component, fleet }: Limits): Limits => ({
      component,
      fleet: { ...fleet, inFlight: fleet.inFlight.filter((name) => name !== siblings[component.component]) },
    });
    return {
      readLimits: async (component, operationId) => {
        const read = await store.readLimits(component, operationId);
        return { ...read, limits: blind(read.limits) };
      },
      admit: async (...asked) => {
        const outcome = await store.admit(...asked);
        return outcome.outcome === 'conflict' && outcome.limits
          ? { ...outcome, limits: blind(outcome.limits) }
          : outcome;
      },
    };
  }),
  inStore('ignores the pause', ['4'], (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      const { pause: _pause, ...fleet } = read.limits.fleet;
      return { ...read, limits: { ...read.limits, fleet } };
    },
  })),
  inStore('lets a stale word to pause or resume win', ['4'], (store) => {
    let lastMs = 0;
    return {
      setPause: async (pause, givenAtMs) => {
        lastMs = Math.max(lastMs + 1, givenAtMs);
        return await store.setPause(pause, lastMs);
      },
    };
  }),
  inStore('undoes without a new fence', ['1'], (store) => ({
    takeOver: async ({ component, fence }) => {
      const claim = await store.getClaim(component);
      return claim?.fence === fence ? { fence } : undefined;
    },
  })),
  inStore('ends whatever operation stands in the way', ['8', '1', 'liveness'], (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      const { claim, ...record } = read.limits.component;
      if (claim === undefined || read.operation) return read;
      await store.conclude({
        operationId: claim.operationId,
        component,
        fence: claim.fence,
        strategyId: claim.strategyId,
        state: 'FAILED',
        result: 'FAILED',
        completedAtMs: claim.leaseUntilMs,
        cooldownUntilMs: claim.leaseUntilMs,
        cooldownScope: 'component',
      });
      return { ...read, limits: { ...read.limits, component: record } };
    },
  })),
  inStore('keeps the last outcome of a step, not the first', ['8', '10', '5', '1'], (store) => ({
    recordOutcome: async (step) => {
      await store.recordOutcome({ ...step, outcome: 'SUCCEEDED' });
      return true;
    },
  })),
];
