import type { Limits } from '../../../functions/core/admission/records.ts';
import { type Defect, inStore } from './defect.ts';

/** Mistakes in what is stored, and when. */
export const STORE_DEFECTS: readonly Defect[] = [
  inStore({ name: 'drops the fence check', breaks: ['1'], caughtWith: 13 }, (store) => ({
    beginStep: async (key, step, leaseUntilMs) => {
      const claim = await store.getClaim(key.component);
      if (claim === undefined) return false;
      const { operationId, fence } = claim;
      await store.beginStep({ component: key.component, operationId, fence }, step, leaseUntilMs);
      return true;
    },
  })),
  inStore(
    { name: 'releases the claim before the conclusion', breaks: ['5', '1', '8', 'liveness'], caughtWith: 1 },
    (store) => ({
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
    }),
  ),
  inStore({ name: 'does not count an attempt', breaks: ['3'], caughtWith: 1 }, (store) => ({
    admit: async (operation, grant, limits) =>
      await store.admit(operation, { ...grant, attemptsMs: grant.attemptsMs.slice(0, -1) }, limits),
  })),
  inStore({ name: 'swallows refusals for a busy component', breaks: ['6'], caughtWith: 1 }, (store) => ({
    recordRefusal: async (refusal) => {
      if (refusal.reason !== 'IN_PROGRESS') await store.recordRefusal(refusal);
    },
  })),
  inStore({ name: 'files the cooldown under the wrong strategy', breaks: ['4'], caughtWith: 4 }, (store) => ({
    conclude: async (conclusion) => await store.conclude({ ...conclusion, strategyId: conclusion.component }),
  })),
  inStore({ name: 'ignores which components are unhealthy', breaks: ['3'], caughtWith: 1 }, (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      return { ...read, limits: { ...read.limits, fleet: { ...read.limits.fleet, unhealthy: [] } } };
    },
  })),
  inStore({ name: 'ignores which operations are in flight', breaks: ['3'], caughtWith: 1 }, (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      return { ...read, limits: { ...read.limits, fleet: { ...read.limits.fleet, inFlight: [] } } };
    },
  })),
  inStore(
    { name: 'ignores a sibling on the same host and service', breaks: ['1'], caughtWith: 6 },
    (store) => {
      const siblings: Readonly<Record<string, string>> = { db: 'db-replica', 'db-replica': 'db' };
      const blind = ({ component, fleet }: Limits): Limits => ({
        component,
        fleet: {
          ...fleet,
          inFlight: fleet.inFlight.filter((name) => name !== siblings[component.component]),
        },
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
    },
  ),
  inStore({ name: 'ignores the pause', breaks: ['4'], caughtWith: 5 }, (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      const { pause: _pause, ...fleet } = read.limits.fleet;
      return { ...read, limits: { ...read.limits, fleet } };
    },
  })),
  inStore({ name: 'lets an outdated pause or resume win', breaks: ['4'], caughtWith: 162 }, (store) => {
    let lastMs = 0;
    return {
      setPause: async (pause, givenAtMs) => {
        lastMs = Math.max(lastMs + 1, givenAtMs);
        return await store.setPause(pause, lastMs);
      },
    };
  }),
  inStore({ name: 'rolls back without a new fence', breaks: ['1'], caughtWith: 1 }, (store) => ({
    takeOver: async ({ component, fence }) => {
      const claim = await store.getClaim(component);
      return claim?.fence === fence ? { fence } : undefined;
    },
  })),
  inStore(
    { name: 'ends any operation that is in the way', breaks: ['8', '1', 'liveness'], caughtWith: 1 },
    (store) => ({
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
    }),
  ),
  inStore(
    {
      name: 'keeps the last outcome of a step instead of the first',
      breaks: ['8', '10', '5', '1'],
      caughtWith: 1,
    },
    (store) => ({
      recordOutcome: async (step) => {
        await store.recordOutcome({ ...step, outcome: 'SUCCEEDED' });
        return true;
      },
      recordOwnOutcome: async (key, step) => {
        await store.recordOwnOutcome(key, { ...step, outcome: 'SUCCEEDED' });
        return true;
      },
    }),
  ),
];
