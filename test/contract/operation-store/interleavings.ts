import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../functions/core/admission/decide-admission.ts';
import { grantedOperation } from '../../../functions/core/admission/granted-operation.ts';
import type { Limits } from '../../../functions/core/admission/records.ts';
import type { Operation } from '../../../functions/core/operation/operation.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import { alertOf, conclusionOf, configurationOf, NOON } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const COMPONENTS = ['a', 'b', 'c'];
const BUDGET = 2;
const configuration = configurationOf({
  components: COMPONENTS,
  group: { name: 'web', maxInFlight: 2, minHealthy: 0 },
  maxConcurrentRepairs: BUDGET,
  maxAttempts: 20,
});

const component = fc.constantFrom(...COMPONENTS);
const command = fc.oneof(
  fc.record({ type: fc.constant('read' as const), component }),
  fc.record({ type: fc.constant('admit' as const), component }),
  fc.record({ type: fc.constant('begin' as const), component, fenceBehind: fc.nat(1) }),
  fc.record({ type: fc.constant('takeOver' as const), component }),
  fc.record({ type: fc.constant('conclude' as const), component, isHealthy: fc.boolean() }),
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** What must be true, kept beside the store: who holds what, and every fence that was ever given. */
class Model {
  readonly readBefore = new Map<string, Limits>();
  readonly holders = new Map<string, Operation>();
  readonly fences = new Map<string, number>();
  readonly admitted: Operation[] = [];
  ended = 0;

  raise(name: string, fence: number): void {
    expect(fence).toBeGreaterThan(this.fences.get(name) ?? 0);
    this.fences.set(name, fence);
  }
}

export function interleavingContract(makeStore: MakeStore, propertyRuns: number): void {
  describe('interleavings', () => {
    it('holds its invariants: one claim a component, fences that grow, budgets that match the claims', {
      timeout: 120_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
          const store = await makeStore();
          const model = new Model();
          for (const [index, next] of commands.entries()) {
            await run(store, model, next, NOON + index * 600_000);
            await checkInvariants(store, model);
          }
        }),
        { numRuns: propertyRuns },
      );
    });
  });
}

async function run(store: OperationStore, model: Model, command: Command, nowMs: number): Promise<void> {
  const { component } = command;
  const holder = model.holders.get(component);
  switch (command.type) {
    case 'read':
      model.readBefore.set(component, (await store.readLimits(component)).limits);
      return;
    case 'admit':
      return await admitOnOldLimits(store, model, component, nowMs);
    case 'begin': {
      const step = {
        stepId: 'heal-0',
        order: 1,
        taskToken: 't',
        startedAtMs: nowMs,
        deadlineMs: nowMs,
      } as const;
      const fence = (model.fences.get(component) ?? 0) - command.fenceBehind;
      const key = { operationId: holder?.operationId ?? 'none', component, fence };
      const mayAct = holder !== undefined && command.fenceBehind === 0;
      expect(await store.beginStep(key, step, nowMs)).toBe(mayAct);
      return;
    }
    case 'takeOver': {
      const operationId = holder?.operationId ?? 'none';
      const fence = model.fences.get(component) ?? 0;
      const taken = await store.takeOver({ operationId, component, fence }, nowMs);
      expect(taken !== undefined).toBe(holder !== undefined);
      if (taken) model.raise(component, taken.fence);
      return;
    }
    case 'conclude': {
      const operation = holder ?? model.admitted.findLast((one) => one.component === component);
      if (!operation) return;
      const state = command.isHealthy ? 'COMPLETED' : 'FAILED';
      const fence = model.fences.get(component) ?? 0;
      const conclusion = conclusionOf(operation, { state, fence, cooldownUntilMs: nowMs });
      if (holder && fence > 1) {
        expect(await store.conclude({ ...conclusion, fence: fence - 1 })).toBe('overtaken');
      }
      expect(await store.conclude(conclusion)).toBe(holder ? 'concluded' : 'ended-before');
      if (holder) model.ended++;
      model.holders.delete(component);
    }
  }
}

/** Decides on what was read some commands ago, as a slow Lambda would. */
async function admitOnOldLimits(
  store: OperationStore,
  model: Model,
  component: string,
  nowMs: number,
): Promise<void> {
  const limits = model.readBefore.get(component) ?? (await store.readLimits(component)).limits;
  const alert = alertOf(component, { signalId: `alarm/${nowMs}`, occurredAtMs: nowMs });
  const decision = decideAdmission({
    alert,
    strategies: configuration.strategies,
    configuration,
    limits,
    nowMs,
  });
  if (decision.decision === 'refuse') return;
  const operation = grantedOperation(alert, decision.grant);
  const outcome = await store.admit(operation, decision.grant, limits);
  if (outcome.outcome === 'conflict') {
    if (outcome.limits) expect(outcome.limits).toEqual((await store.readLimits(component)).limits);
    return;
  }
  expect(outcome.outcome).toBe('granted');
  expect(model.holders.has(component)).toBe(false);
  model.raise(component, decision.grant.claim.fence);
  model.holders.set(component, operation);
  model.admitted.push(operation);
}

async function checkInvariants(store: OperationStore, model: Model): Promise<void> {
  const claims = await store.listClaims();
  const holders = [...model.holders.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(claims.map((claim) => [claim.component, claim.operationId, claim.fence])).toEqual(
    holders.map(([name, operation]) => [name, operation.operationId, model.fences.get(name)]),
  );
  const { fleet } = (await store.readLimits('a')).limits;
  const names = holders.map(([name]) => name);
  expect(fleet.inFlight).toEqual(names);
  expect(fleet.inFlight.length).toBeLessThanOrEqual(BUDGET);
  expect(fleet.unhealthy).toEqual(expect.arrayContaining(names));

  const operations = await store.listOperations(100);
  const final = operations.filter(({ state }) => state === 'COMPLETED' || state === 'FAILED');
  expect(operations).toHaveLength(model.admitted.length);
  expect(final).toHaveLength(model.ended);
}
