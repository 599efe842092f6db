import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../../functions/core/admission/decide-admission.ts';
import type { FleetRecord, QueuedRepair, RepairQueue } from '../../../../functions/core/admission/records.ts';
import {
  budgetAwaited,
  byTurn,
  queueOf,
  queueRefusal,
  withPlace,
} from '../../../../functions/core/admission/repair-queue.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const MINUTE_MS = 60_000;
const HALF_AN_HOUR_MS = 30 * MINUTE_MS;

const priority = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const waiting = fc.uniqueArray(
  fc.record({
    component: fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }),
    priority,
    sinceMs: fc.integer({ min: 0, max: 4 * HALF_AN_HOUR_MS }),
  }),
  { selector: ({ component }) => component, maxLength: 12 },
);

describe('the order of the repair queue', () => {
  it('puts the more urgent of two that have waited equally long first', () => {
    fc.assert(
      fc.property(priority, priority, fc.nat(), (one, other, sinceMs) => {
        fc.pre(one > other);
        const order = byTurn(
          { component: 'z', priority: one, sinceMs },
          { component: 'a', priority: other, sinceMs },
        );
        expect(order).toBeLessThan(0);
      }),
    );
  });

  it('does not depend on the order in which components are given', () => {
    fc.assert(
      fc.property(
        waiting.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(shuffled.toSorted(byTurn)).toEqual(all.toSorted(byTurn));
        },
      ),
    );
  });

  it('goes by the name between equals', () => {
    const same = { priority: 0.5, sinceMs: NOON };
    expect(
      [
        { component: 'b', ...same },
        { component: 'a', ...same },
      ].toSorted(byTurn),
    ).toMatchObject([{ component: 'a' }, { component: 'b' }]);
  });

  it('puts the most urgent first for half an hour, and the least urgent after that', () => {
    const urgent = { component: 'urgent', priority: 1, sinceMs: NOON };
    const waitedFor = (ms: number) => byTurn({ component: 'old', priority: 0, sinceMs: NOON - ms }, urgent);
    expect(waitedFor(HALF_AN_HOUR_MS)).toBeGreaterThan(0);
    expect(waitedFor(HALF_AN_HOUR_MS + 1)).toBeLessThan(0);
  });

  it('puts one that has waited half an hour longer first, however urgent the other is', () => {
    const old = { component: 'old', priority: 0, sinceMs: NOON - HALF_AN_HOUR_MS - 1 };
    expect(byTurn(old, { component: 'new', priority: 1, sinceMs: NOON })).toBeLessThan(0);
  });

  it('serves everyone within half an hour and one turn of each, though none ever recovers', () => {
    fc.assert(
      fc.property(waiting, fc.integer({ min: 1, max: 10 }), (red, turnMinutes) => {
        const turnMs = turnMinutes * MINUTE_MS;
        let queue = red;
        const startMs = 4 * HALF_AN_HOUR_MS;
        const servedAtMs = new Map(red.map(({ component }) => [component, startMs]));
        const longestMs = HALF_AN_HOUR_MS + red.length * turnMs;
        for (let nowMs = startMs; nowMs < startMs + 3 * longestMs; nowMs += turnMs) {
          const [next] = queue.toSorted(byTurn);
          if (!next) return;
          queue = queue.map((each) => (each === next ? { ...each, sinceMs: nowMs } : each));
          servedAtMs.set(next.component, nowMs);
          for (const [component, atMs] of servedAtMs)
            expect({ component, waitedTooLong: nowMs - atMs > longestMs }).toEqual({
              component,
              waitedTooLong: false,
            });
        }
      }),
    );
  });
});

const CONFIGURATION = configured({
  settings: { maxConcurrentRepairs: 2 },
  groups: { tier: { maxInFlight: 1, minHealthy: 0 } },
  components: { web: { group: 'tier' }, db: {}, cache: { group: 'tier' }, mail: {} },
});

const DB: QueuedRepair = { component: 'db', priority: 0.5, sinceMs: NOON, budget: 'fleet' };
const queued = (...repairs: readonly QueuedRepair[]) => queueOf(repairs, NOON) as RepairQueue;

/** What admission answers to an alarm on `web`. */
function answer(fleet: Partial<FleetRecord>, more: Partial<HealthAlert> = {}, nowMs = NOON) {
  const alert = alertOf('web', { severity: 'WARNING', occurredAtMs: NOON, ...more });
  const decision = decideAdmission({
    alert,
    ...{
      strategies: CONFIGURATION.strategies,
      configuration: CONFIGURATION,
      limits: limitsWith({}, fleet),
      nowMs,
    },
  });
  return decision.decision === 'refuse' ? decision.refusal : decision.decision;
}

describe('a budget with room left', () => {
  it('keeps room for a more urgent component that already waits', () => {
    expect(answer({ inFlight: ['mail'], queue: queued(DB) })).toEqual({
      reason: 'FLEET_BUSY',
      detail: 'its priority is 0.25, and what room there is goes to db (0.50) first',
    });
  });

  it('names three of those that the room is kept for, and how many more there are', () => {
    const others = ['db-1', 'db-2', 'db-3', 'db-4'].map((component) => ({ ...DB, component }));
    const answers = [3, 4].map((count) => answer({ queue: queued(...others.slice(0, count)) }));
    expect(answers.map((each) => typeof each === 'object' && each.detail)).toEqual([
      'its priority is 0.25, and what room there is goes to db-1 (0.50), db-2 (0.50), db-3 (0.50) first',
      'its priority is 0.25, and what room there is goes to db-1 (0.50), db-2 (0.50), db-3 (0.50) and 1 more first',
    ]);
  });

  it('grants one that has waited for longer than those that are more urgent', () => {
    const own: QueuedRepair = { ...DB, component: 'web', priority: 0.25, sinceMs: NOON - HALF_AN_HOUR_MS };
    expect(answer({ inFlight: ['mail'], queue: queued(DB, own) })).toBe('grant');
    const late = { ...own, sinceMs: NOON + 1 };
    expect(answer({ inFlight: ['mail'], queue: queued(DB, late) })).toMatchObject({ reason: 'FLEET_BUSY' });
  });

  it('grants a newcomer if there is enough room for those before it as well', () => {
    expect(answer({ queue: queued(DB) })).toBe('grant');
  });

  it('grants a newcomer that is more urgent', () => {
    const causes = [{ code: 'HOST_DOWN', component: 'web', confidence: 0.9, supports: [] }] as const;
    const fleet = { inFlight: ['mail'], queue: queued(DB) };
    expect(answer(fleet, { severity: 'CRITICAL', causes: [...causes] })).toBe('grant');
  });

  it('grants one that has become more urgent since it began to wait', () => {
    const own: QueuedRepair = { ...DB, component: 'web', priority: 0.1 };
    const fleet = { inFlight: ['mail'], queue: queued({ ...DB, priority: 0.2 }, own) };
    expect(answer(fleet)).toBe('grant');
  });

  it('keeps no room in the fleet for one that waits for room in its group', () => {
    const fleet = { inFlight: ['mail'], queue: queued({ ...DB, budget: 'group' }) };
    expect(answer(fleet)).toBe('grant');
  });

  it('keeps no room in a group for what is in none, or is not configured', () => {
    const fleet = { inFlight: [], queue: queued({ ...DB, component: 'cache', budget: 'group' }) };
    for (const component of ['mail', 'gone'])
      expect(
        queueRefusal(alertOf(component, { origin: 'alarm' }), CONFIGURATION, fleet, NOON),
      ).toBeUndefined();
  });

  it('keeps no room in a group for one that is no longer configured', () => {
    expect(answer({ queue: queued({ ...DB, component: 'gone', budget: 'group' }) })).toBe('grant');
  });

  it('keeps no room for a component that is already being healed', () => {
    expect(answer({ inFlight: ['db'], queue: queued(DB) })).toBe('grant');
  });

  it('keeps room for no longer than two rounds of the reconciler', () => {
    const fleet = { inFlight: ['mail'], queue: queued(DB) };
    expect(answer(fleet, {}, NOON + 129_000)).toMatchObject({ reason: 'FLEET_BUSY' });
    expect(answer(fleet, {}, NOON + 130_000)).toBe('grant');
  });

  it('grants signals that nobody would repeat, whichever component waits', () => {
    const fleet = { inFlight: ['mail'], queue: queued(DB) };
    for (const origin of ['manual', 'monitor', 'watchdog', 'anomaly', 'diagnosis', 'reconciler'] as const)
      expect(answer(fleet, { origin })).toBe('grant');
  });

  it('keeps the room of a group for its own members alone', () => {
    const waits = (component: string) => queued({ ...DB, component, budget: 'group' });
    expect(answer({ queue: waits('cache') })).toMatchObject({ reason: 'GROUP_BUSY' });
    expect(answer({ queue: waits('db') })).toBe('grant');
  });
});

describe('a group with room for two', () => {
  const configuration = configured({
    groups: { tier: { maxInFlight: 2, minHealthy: 0 } },
    components: { web: { group: 'tier' }, cache: { group: 'tier' }, api: { group: 'tier' } },
  });
  const waits = queued({ ...DB, component: 'cache', budget: 'group' });
  const reasonWith = (...inFlight: readonly string[]) =>
    queueRefusal(
      alertOf('web', { severity: 'WARNING', occurredAtMs: NOON }),
      configuration,
      { inFlight, queue: waits },
      NOON,
    )?.reason;

  it('keeps a place for the member that waits, beside those that are being healed', () => {
    expect(reasonWith()).toBeUndefined();
    expect(reasonWith('api')).toBe('GROUP_BUSY');
    expect(reasonWith('elsewhere')).toBeUndefined();
  });
});

describe('a refusal for a full budget', () => {
  it('gives the component’s place in the queue, its priority, and since when it waits', () => {
    const own: QueuedRepair = { ...DB, component: 'web', priority: 0.25 };
    expect(answer({ inFlight: ['mail', 'cache'], queue: queued(own, DB) })).toEqual({
      reason: 'GROUP_BUSY',
      detail: `group tier: 1 of 1 in flight; 2 of 2 in the queue, priority 0.25, since ${new Date(NOON).toISOString()}`,
    });
  });

  it('mentions no queue if the component is not known to be in it', () => {
    expect(answer({ inFlight: ['mail', 'db'], queue: queued(DB) })).toEqual({
      reason: 'FLEET_BUSY',
      detail: '2 of 2 operations in flight',
    });
  });
});

describe('the budget that a repair waits for', () => {
  it('is that of the first refusal for one', () => {
    expect(budgetAwaited(['COOLDOWN', 'GROUP_BUSY', 'FLEET_BUSY'])).toBe('group');
    expect(budgetAwaited(['FLEET_BUSY'])).toBe('fleet');
    expect(budgetAwaited(['COOLDOWN'])).toBeUndefined();
  });
});

describe('a refusal for something else than a budget', () => {
  it('mentions no queue', () => {
    const own: QueuedRepair = { ...DB, component: 'web' };
    const refusal = { reason: 'COOLDOWN', detail: 'strategy restart is in cooldown' } as const;
    expect(withPlace(refusal, 'web', { queue: queued(own) }, NOON)).toBe(refusal);
  });
});

describe('the recorded queue', () => {
  it('names the first twenty, and says how many wait', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...DB,
      component: `db-${index}`,
      sinceMs: NOON - index,
    }));
    const queue = queued(...many);
    expect(queue.length).toBe(30);
    expect(queue.next.map(({ component }) => component)).toEqual(
      Array.from({ length: 20 }, (_, index) => `db-${29 - index}`),
    );
  });

  it('does not exist if nobody waits', () => {
    expect(queueOf([], NOON)).toBeUndefined();
  });
});
