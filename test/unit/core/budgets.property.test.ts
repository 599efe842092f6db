import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryOperationStore } from '../../../functions/adapters/memory/operation-store.ts';
import { decideAdmission } from '../../../functions/core/admission/decide-admission.ts';
import { grantedOperation } from '../../../functions/core/admission/granted-operation.ts';
import type { Limits } from '../../../functions/core/admission/records.ts';
import type { Operation } from '../../../functions/core/operation/operation.ts';
import { configured } from '../../factories/configuration.ts';
import { alertOf, conclusionOf, NOON } from '../../factories/operations/admissions.ts';

const MEMBERS = ['web-1', 'web-2', 'web-3', 'web-4'];
const ALONE = ['db-1', 'db-2'];

const budgets = fc.record({
  maxInFlight: fc.integer({ min: 1, max: 4 }),
  minHealthy: fc.integer({ min: 0, max: 4 }),
  maxConcurrentRepairs: fc.integer({ min: 1, max: 5 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
});
type Budgets = typeof budgets extends fc.Arbitrary<infer Value> ? Value : never;

const component = fc.constantFrom(...MEMBERS, ...ALONE);
const event = fc.oneof(
  // `stale`: decided on limits that were read that many events ago, as by an invocation that was held up.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('alert' as const), component, stale: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('end' as const), component, succeeds: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unhealthy' as const), component }) },
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

function configurationWith({ maxInFlight, minHealthy, maxConcurrentRepairs, maxAttempts }: Budgets) {
  return configured({
    settings: { maxConcurrentRepairs },
    groups: { web: { maxInFlight, minHealthy } },
    components: Object.fromEntries([
      ...MEMBERS.map((name) => [name, { group: 'web' }]),
      ...ALONE.map((name) => [name, {}]),
    ]),
    strategies: [{ maxAttempts, cooldownSeconds: 0 }],
  });
}

/** Plays the events; `check` sees the limits after each, and what was granted last. */
async function play(
  given: Budgets,
  events: readonly Event[],
  check: (limits: Limits, granted?: Operation) => void,
) {
  const configuration = configurationWith(given);
  const store = createMemoryOperationStore();
  const running = new Map<string, Operation>();
  const seen = new Map<string, Limits[]>();
  for (const [index, current] of events.entries()) {
    const nowMs = NOON + index * 1_000;
    const { limits } = await store.readLimits(current.component);
    const read = [...(seen.get(current.component) ?? []), limits];
    seen.set(current.component, read);
    let granted: Operation | undefined;
    if (current.kind === 'alert') {
      const known = read.at(-1 - current.stale) ?? limits;
      const alert = alertOf(current.component, { signalId: `signal-${index}`, occurredAtMs: nowMs });
      const decision = decideAdmission({
        alert,
        strategies: configuration.strategies,
        configuration,
        limits: known,
        nowMs,
      });
      if (decision.decision === 'grant') {
        const operation = grantedOperation(alert, decision.grant);
        const { outcome } = await store.admit(operation, decision.grant, known);
        if (outcome === 'granted') granted = operation;
        if (granted) running.set(current.component, granted);
      }
    } else if (current.kind === 'unhealthy') {
      if (MEMBERS.includes(current.component)) await store.markUnhealthy(current.component);
    } else {
      const operation = running.get(current.component);
      const state = current.succeeds ? ('COMPLETED' as const) : ('FAILED' as const);
      if (operation) await store.conclude(conclusionOf(operation, { state, cooldownUntilMs: nowMs }));
      running.delete(current.component);
    }
    check((await store.readLimits(current.component)).limits, granted);
  }
}

describe('whatever happens, however late', () => {
  it('invariant 3: no budget is exceeded: in flight in total and per group, minimum healthy, attempts', async () => {
    await fc.assert(
      fc.asyncProperty(budgets, fc.array(event, { maxLength: 40 }), async (given, events) => {
        await play(given, events, ({ component: record, fleet }, granted) => {
          const ofGroup = (names: readonly string[]) => names.filter((name) => MEMBERS.includes(name));
          expect(fleet.inFlight.length).toBeLessThanOrEqual(given.maxConcurrentRepairs);
          expect(ofGroup(fleet.inFlight).length).toBeLessThanOrEqual(given.maxInFlight);
          expect(record.attemptsMs['restart']?.length ?? 0).toBeLessThanOrEqual(given.maxAttempts);
          const unhealthy = new Set(ofGroup([...fleet.inFlight, ...fleet.unhealthy]));
          if (granted && MEMBERS.includes(granted.component))
            expect(MEMBERS.length - unhealthy.size).toBeGreaterThanOrEqual(given.minHealthy);
        });
      }),
    );
  });

  it('invariant 1: fences only grow, and a component has one operation at most', async () => {
    await fc.assert(
      fc.asyncProperty(budgets, fc.array(event, { maxLength: 40 }), async (given, events) => {
        const fences = new Map<string, number>();
        await play(given, events, ({ component: record, fleet }, granted) => {
          expect(record.fence).toBeGreaterThanOrEqual(fences.get(record.component) ?? 0);
          if (granted) expect(granted.fence).toBeGreaterThan(fences.get(record.component) ?? 0);
          fences.set(record.component, record.fence);
          expect(new Set(fleet.inFlight).size).toBe(fleet.inFlight.length);
          expect(fleet.inFlight.includes(record.component)).toBe(record.claim !== undefined);
        });
      }),
    );
  });
});
