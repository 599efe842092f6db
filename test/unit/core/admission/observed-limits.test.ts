import { describe, expect, it } from 'vitest';
import {
  ifObservedWereReal,
  isHeldBack,
  mayBeHeldBackAs,
  observedUntilMs,
  withObserved,
} from '../../../../functions/core/admission/observed-limits.ts';
import { withoutObserved } from '../../../../functions/core/admission/observed-recovery.ts';
import type { Limits, ObservedOperations, Override } from '../../../../functions/core/admission/records.ts';
import {
  alertOf,
  configurationOf,
  grantFor,
  NOON,
  STRATEGY,
} from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const configuration = configurationOf({ components: ['web'] });
const { grant } = grantFor(alertOf('web'), configuration, limitsWith());
const [declared] = configuration.strategies;
if (!declared) throw new Error('there is no strategy');
const verify = { ...declared.verify, settleSeconds: 30, timeoutSeconds: 60 };
const strategy = { ...declared, verify, cooldownSeconds: 300, attemptWindowSeconds: 3_600 };

const UNTIL_MS = NOON + 90_000;
const operations = (more: Partial<ObservedOperations> = {}): ObservedOperations => ({
  ...{ operationId: 'op-1', strategyId: STRATEGY, untilMs: UNTIL_MS, attemptsMs: { [STRATEGY]: [NOON] } },
  ...{ cooldownUntilMs: { [STRATEGY]: UNTIL_MS + 300_000, other: 7 }, unrecovered: ['op-1'] },
  ...more,
});

describe('an observed operation', () => {
  it('would end with its verification, or at its deadline if that is earlier', () => {
    expect(observedUntilMs({ strategy, grant })).toBe(UNTIL_MS);
    const deadlineMs = UNTIL_MS - 1;
    expect(observedUntilMs({ strategy, grant: { ...grant, deadlineMs } })).toBe(deadlineMs);
  });

  it('is on record of its component and of the fleet', () => {
    const { component, fleet } = limitsWith();
    expect(withObserved({ component, fleet }, { strategy, grant })).toEqual({
      component: {
        ...component,
        revision: 1,
        observed: {
          ...{ operationId: grant.operationId, strategyId: STRATEGY, untilMs: UNTIL_MS },
          attemptsMs: { [STRATEGY]: [NOON] },
          cooldownUntilMs: { [STRATEGY]: UNTIL_MS + 300_000 },
          unrecovered: [grant.operationId],
        },
      },
      fleet: {
        ...fleet,
        ...{ revision: 1, unhealthy: ['web'] },
        observed: { untilMs: { web: UNTIL_MS }, strategyCooldownUntilMs: {} },
      },
    });
  });

  it('has its cooldown on record of the fleet, where that is of the whole strategy', () => {
    const ofAll = { ...strategy, cooldownScope: 'strategy' as const };
    const { component, fleet } = withObserved(limitsWith(), { strategy: ofAll, grant });
    expect(component.observed?.cooldownUntilMs).toEqual({});
    expect(fleet.observed?.strategyCooldownUntilMs).toEqual({ [STRATEGY]: UNTIL_MS + 300_000 });
  });

  it('keeps of those before it what is not over', () => {
    const before = operations({
      attemptsMs: { [STRATEGY]: [NOON - 3_600_000, NOON - 3_599_999], other: [1] },
      cooldownUntilMs: { over: NOON, lasting: NOON + 1 },
      unrecovered: Array.from({ length: 20 }, (_, nth) => `op-${nth}`),
    });
    const times = { over: NOON, lasting: NOON + 1 };
    const observed = { untilMs: times, strategyCooldownUntilMs: times };
    const after = withObserved(limitsWith({ observed: before }, { observed }), { strategy, grant });
    expect(after.component.observed).toMatchObject({
      attemptsMs: { [STRATEGY]: [NOON - 3_599_999, NOON], other: [1] },
      cooldownUntilMs: { lasting: NOON + 1, [STRATEGY]: UNTIL_MS + 300_000 },
    });
    expect(after.component.observed?.cooldownUntilMs).not.toHaveProperty('over');
    expect(after.component.observed?.unrecovered).toEqual([
      ...before.unrecovered.slice(1),
      grant.operationId,
    ]);
    expect(after.fleet.observed).toEqual({
      untilMs: { lasting: NOON + 1, web: UNTIL_MS },
      strategyCooldownUntilMs: { lasting: NOON + 1 },
    });
  });
});

describe('limits on which observed operations count as carried out', () => {
  it('are as they were if there are none', () => {
    const limits = limitsWith({}, { inFlight: ['db'] });
    expect(ifObservedWereReal(limits, NOON)).toEqual(limits);
  });

  it('hold the component until the operation would have ended', () => {
    const { component } = limitsWith({ fence: 4, observed: operations() });
    const at = (nowMs: number) => ifObservedWereReal(limitsWith(component), nowMs).component.claim;
    expect(at(UNTIL_MS - 1)).toEqual({
      ...{ operationId: 'op-1', strategyId: STRATEGY, fence: 4, leaseUntilMs: UNTIL_MS },
    });
    expect(at(UNTIL_MS)).toBeUndefined();
  });

  it('hold the component for the operation that is carried out, if there is one', () => {
    const claim = { operationId: 'real', strategyId: STRATEGY, fence: 4, leaseUntilMs: NOON + 1 };
    const limits = limitsWith({ claim, observed: operations() });
    expect(ifObservedWereReal(limits, NOON).component.claim).toEqual(claim);
  });

  it('have the attempts of both, and the later of two cooldowns', () => {
    const limits = limitsWith({
      ...{ attemptsMs: { [STRATEGY]: [NOON + 1], more: [2] }, observed: operations() },
      cooldownUntilMs: { [STRATEGY]: UNTIL_MS, other: 8, more: 3 },
    });
    expect(ifObservedWereReal(limits, UNTIL_MS).component).toMatchObject({
      attemptsMs: { [STRATEGY]: [NOON, NOON + 1], more: [2] },
      cooldownUntilMs: { [STRATEGY]: UNTIL_MS + 300_000, other: 8, more: 3 },
    });
  });

  it('have in flight what would still be', () => {
    const observed = { untilMs: { web: NOON + 1, db: NOON }, strategyCooldownUntilMs: { a: 2, b: 3 } };
    const limits = limitsWith({}, { inFlight: ['api'], strategyCooldownUntilMs: { a: 1, c: 4 }, observed });
    expect(ifObservedWereReal(limits, NOON).fleet).toMatchObject({
      inFlight: ['api', 'web'],
      strategyCooldownUntilMs: { a: 2, b: 3, c: 4 },
    });
  });
});

it('the attempts of a component are those carried out and those observed', () => {
  const attemptsMs = { both: [NOON - 2], carried: [NOON - 1] };
  const observed = operations({ attemptsMs: { both: [NOON - 3], seen: [NOON] } });
  expect(ifObservedWereReal(limitsWith({ attemptsMs, observed }), NOON).component.attemptsMs).toEqual({
    ...{ both: [NOON - 3, NOON - 2], carried: [NOON - 1], seen: [NOON] },
  });
});

describe('what was held back from a component', () => {
  const { component } = limitsWith({ observed: operations() });
  const proposed = limitsWith({ proposal: { proposalId: 'op-2', expiresAtMs: NOON } }).component;

  it('is an observed operation before the recovery, or a proposal', () => {
    expect(isHeldBack(component)).toBe(true);
    expect(isHeldBack(proposed)).toBe(true);
    expect(isHeldBack({ ...component, observed: operations({ unrecovered: [] }) })).toBe(false);
    expect(isHeldBack(limitsWith().component)).toBe(false);
  });

  const mayBe = (operationId: string, limits: Limits, nowMs = NOON) =>
    mayBeHeldBackAs(operationId, limits, 'front', nowMs);

  it('is known by its id', () => {
    const proposal = limitsWith({ proposal: { proposalId: 'op-2', expiresAtMs: NOON } });
    expect(mayBe('op-1', limitsWith({ observed: operations() }))).toBe(true);
    expect(mayBe('op-2', limitsWith({ observed: operations() }))).toBe(false);
    expect(mayBe('op-2', proposal)).toBe(true);
    expect(mayBe('op-1', limitsWith())).toBe(false);
  });

  it('may be anything once a person has denied a proposal', () => {
    expect(mayBe('op-1', limitsWith({ deniedUntilMs: NOON - 1 }))).toBe(true);
  });

  it.each<[string, (override: Override) => Limits]>([
    ['the component', (override) => limitsWith({ modeOverride: override })],
    ['its group', (override) => limitsWith({}, { groupModes: { front: override } })],
    ['everything', (override) => limitsWith({}, { modeOverride: override })],
  ])('may be anything for a day after a mode that was set for %s', (_part, limitsOf) => {
    const setting = { mode: 'propose', reason: 'incident', sinceMs: NOON, untilMs: NOON + 60_000 } as const;
    const ended = limitsOf({ givenAtMs: NOON, setting });
    expect(mayBe('op-1', ended, NOON + 60_000 + 86_399_999)).toBe(true);
    expect(mayBe('op-1', ended, NOON + 60_000 + 86_400_000)).toBe(false);
    const lifted = limitsOf({ givenAtMs: NOON });
    expect(mayBe('op-1', lifted, NOON + 86_399_999)).toBe(true);
    expect(mayBe('op-1', lifted, NOON + 86_400_000)).toBe(false);
  });

  it('is nothing where a mode was set for another group', () => {
    const others = limitsWith({}, { groupModes: { back: { givenAtMs: NOON } } });
    expect(mayBe('op-1', others)).toBe(false);
    expect(mayBeHeldBackAs('op-1', others, undefined, NOON)).toBe(false);
  });
});

describe('a recovery', () => {
  const observed = { untilMs: { web: UNTIL_MS, db: 5 }, strategyCooldownUntilMs: { [STRATEGY]: UNTIL_MS } };
  const before = limitsWith({ observed: operations() }, { observed });

  it('ends the observed operation earlier, and its cooldown by as much', () => {
    expect(withoutObserved(before, NOON + 60_000)).toEqual({
      component: {
        ...before.component,
        revision: 1,
        observed: operations({
          ...{ untilMs: NOON + 60_000, unrecovered: [] },
          cooldownUntilMs: { [STRATEGY]: NOON + 360_000, other: 7 },
        }),
      },
      fleet: {
        ...before.fleet,
        revision: 1,
        observed: {
          untilMs: { web: NOON + 60_000, db: 5 },
          strategyCooldownUntilMs: { [STRATEGY]: NOON + 60_000 },
        },
      },
    });
  });

  it('after its end moves no time', () => {
    const after = withoutObserved(before, UNTIL_MS + 1);
    expect(after.component.observed).toEqual(operations({ unrecovered: [] }));
    expect(after.fleet.observed).toEqual(observed);
  });

  it('counts from the moment on at which the operation began', () => {
    expect(withoutObserved(before, NOON - 1)).toEqual(before);
    expect(withoutObserved(before, NOON).component.observed?.untilMs).toBe(NOON);
  });

  it('changes nothing where no operation waits for it, and nothing that the fleet does not know', () => {
    const settled = limitsWith({ observed: operations({ unrecovered: [] }) }, { observed });
    expect(withoutObserved(settled, NOON + 1)).toEqual(settled);
    expect(withoutObserved(limitsWith(), NOON + 1)).toEqual(limitsWith());
    const alone = limitsWith({ observed: operations({ cooldownUntilMs: {} }) });
    const after = withoutObserved(alone, NOON + 1);
    expect(after.component.observed?.cooldownUntilMs).toEqual({});
    expect(after.fleet).toEqual({ ...alone.fleet, revision: 1 });
  });
});
