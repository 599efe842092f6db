import { describe, expect, it } from 'vitest';
import {
  type AdmissionQuestion,
  decideAdmission,
} from '../../../../functions/core/admission/decide-admission.ts';
import type { Limits } from '../../../../functions/core/admission/records.ts';
import { matchingStrategies } from '../../../../functions/core/signal/match-strategy.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

type Parts = NonNullable<Parameters<typeof configured>[0]>;

function decide(limits: Limits, parts: Parts = {}, more: Partial<AdmissionQuestion> = {}) {
  const configuration = configured(parts);
  const alert = alertOf('web');
  const strategies = matchingStrategies(configuration.strategies, alert);
  return decideAdmission({ alert, strategies, configuration, limits, nowMs: NOON, ...more });
}
const refusal = (...asked: Parameters<typeof decide>) => {
  const decision = decide(...asked);
  return decision.decision === 'refuse' ? decision.refusal : decision.decision;
};
const ago = (...seconds: readonly number[]) => seconds.map((each) => NOON - each * 1_000);

const GROUP: Parts = {
  groups: { front: { maxInFlight: 1, minHealthy: 1 } },
  components: { web: { group: 'front' }, api: { group: 'front' } },
};
const setBy = (reason: string, untilMs?: number) => ({
  givenAtMs: NOON - 1,
  setting: { reason, sinceMs: NOON - 1, ...(untilMs !== undefined && { untilMs }) },
});
const LADDER: Parts = { strategies: [{ maxAttempts: 2 }, { id: 'isolate', maxAttempts: 1 }] };
const chain = (strategyId: string, repairs: number, eligibleAtMs: number) => ({
  ...{ strategyId, repairs, lastEndedMs: NOON - 1, eligibleAtMs },
});
const CHAIN = chain('restart', 3, NOON + 9_000);

describe('a refusal', () => {
  it.each<readonly [string, object, Limits, Parts]>([
    [
      'healing is switched off',
      { reason: 'AUTO_HEAL_DISABLED', detail: 'settings.autoHealEnabled is false' },
      limitsWith(),
      { settings: { autoHealEnabled: false, paused: true } },
    ],
    [
      'the settings pause it',
      { reason: 'PAUSED', detail: 'settings.paused is true' },
      limitsWith(),
      { settings: { paused: true } },
    ],
    [
      'a person has paused the group',
      { reason: 'PAUSED', detail: 'group front: release', eligibleAtMs: NOON + 5 },
      limitsWith({}, { groupPauses: { front: setBy('release', NOON + 5) } }),
      GROUP,
    ],
    [
      'a person has paused the group without an end',
      { reason: 'PAUSED', detail: 'group front: release' },
      limitsWith({}, { groupPauses: { front: setBy('release') } }),
      GROUP,
    ],
    [
      'a person has the component left alone',
      { reason: 'EXCLUDED', detail: 'migration', eligibleAtMs: NOON + 5 },
      limitsWith({ exclusion: setBy('migration', NOON + 5) }),
      {},
    ],
    [
      'the configuration excludes the component',
      { reason: 'EXCLUDED', detail: 'component web is excluded' },
      limitsWith(),
      { components: { web: { excluded: true } } },
    ],
    [
      'the strategy is in a cooldown here, and in a longer one everywhere',
      { reason: 'COOLDOWN', detail: 'strategy restart is in cooldown', eligibleAtMs: NOON + 2 },
      limitsWith(
        { cooldownUntilMs: { restart: NOON + 1 } },
        { strategyCooldownUntilMs: { restart: NOON + 2 } },
      ),
      {},
    ],
    [
      'the strategy is in a cooldown everywhere, and in a longer one here',
      { reason: 'COOLDOWN', detail: 'strategy restart is in cooldown', eligibleAtMs: NOON + 2 },
      limitsWith(
        { cooldownUntilMs: { restart: NOON + 2 } },
        { strategyCooldownUntilMs: { restart: NOON + 1 } },
      ),
      {},
    ],
    [
      'the group has no room',
      { reason: 'GROUP_BUSY', detail: 'group front: 1 of 1 in flight' },
      limitsWith({}, { inFlight: ['api'] }),
      GROUP,
    ],
    [
      'the group would not be healthy enough',
      { reason: 'GROUP_UNHEALTHY', detail: 'group front: 0 of 2 healthy, 1 required' },
      limitsWith({}, { unhealthy: ['api'] }),
      GROUP,
    ],
    [
      'the fleet has no room',
      { reason: 'FLEET_BUSY', detail: '2 of 2 operations in flight' },
      limitsWith({}, { inFlight: ['a', 'b'] }),
      { settings: { maxConcurrentRepairs: 2 } },
    ],
    [
      'more attempts than the strategy has by now are in its window',
      { reason: 'ATTEMPTS_SPENT', detail: 'restart: 2 of 2', eligibleAtMs: NOON + 3_600_000 - 20_000 },
      limitsWith({ attemptsMs: { restart: ago(30, 20, 10) } }),
      { strategies: [{ maxAttempts: 2 }] },
    ],
  ])('says why, in figures, and when asking again may help: %s', (_, expected, limits, parts) => {
    expect(refusal(limits, parts)).toStrictEqual(expected);
  });

  it('comes after the end of what a person has set', () => {
    const over = setBy('over', NOON);
    expect(
      refusal(limitsWith({ exclusion: over }, { groupPauses: { front: over, other: setBy('x') } }), GROUP),
    ).toBe('grant');
  });

  it('names the strategies that have no lasting effect, and those whose attempts are spent', () => {
    const spent = limitsWith({ attemptsMs: { restart: ago(50, 40), isolate: ago(30) } });
    const both = new Map([
      ['restart', CHAIN],
      ['isolate', chain('isolate', 4, NOON + 8_000)],
    ]);
    expect(refusal(limitsWith(), LADDER, { ineffective: both })).toStrictEqual({
      reason: 'INEFFECTIVE',
      detail: 'restart: 3 repairs without lasting effect, isolate: 4 repairs without lasting effect',
      eligibleAtMs: NOON + 8_000,
    });
    expect(refusal(spent, LADDER, { ineffective: new Map([['restart', CHAIN]]) })).toStrictEqual({
      reason: 'INEFFECTIVE',
      detail: 'restart: 3 repairs without lasting effect, isolate: 1 of 1',
      eligibleAtMs: NOON + 3_600_000 - 50_000,
    });
  });

  it('passes to the next strategy where the first has no lasting effect', () => {
    expect(decide(limitsWith(), LADDER, { ineffective: new Map([['restart', CHAIN]]) })).toMatchObject({
      decision: 'grant',
      strategy: { id: 'isolate' },
    });
  });
});

describe('a decision in a stricter mode', () => {
  const OBSERVED = {
    ...{ operationId: 'op-1', strategyId: 'restart', untilMs: NOON + 1, attemptsMs: {} },
    ...{ cooldownUntilMs: {}, unrecovered: [] },
  };

  it('is a proposal, unless one waits or a person denied it', () => {
    const parts = { settings: { mode: 'propose' } };
    expect(decide(limitsWith(), parts)).not.toHaveProperty('setMode');
    expect(decide(limitsWith(), parts)).toMatchObject({ decision: 'propose', strategy: { id: 'restart' } });
    expect(decide(limitsWith({ deniedUntilMs: NOON + 1 }), parts)).toMatchObject({
      decision: 'refuse',
      strategy: { id: 'restart' },
      refusal: { reason: 'DENIED', detail: 'a person denied a proposal', eligibleAtMs: NOON + 1 },
    });
  });

  it('is a grant where people approved this very operation', () => {
    const parts = { settings: { mode: 'propose' } };
    const proposed = decide(limitsWith(), parts);
    const id = proposed.decision === 'propose' ? proposed.grant.operationId : '';
    expect(decide(limitsWith(), parts, { approvedId: id })).toMatchObject({ decision: 'grant' });
    expect(decide(limitsWith(), parts, { approvedId: `${id}-other` })).toMatchObject({ decision: 'propose' });
  });

  it('is an observation, unless one that was observed would still be in progress', () => {
    const parts = { settings: { mode: 'observe' } };
    expect(decide(limitsWith(), parts)).not.toHaveProperty('setMode');
    expect(decide(limitsWith(), parts)).toMatchObject({ decision: 'observe', grant: { startedAtMs: NOON } });
    expect(refusal(limitsWith({ observed: OBSERVED }), parts)).toMatchObject({ reason: 'IN_PROGRESS' });
    expect(refusal(limitsWith({ observed: OBSERVED }))).toBe('grant');
  });

  it('names what a person has set', () => {
    const override = (mode: 'propose' | 'observe') => ({
      givenAtMs: NOON,
      setting: { mode, reason: 'holidays', sinceMs: NOON },
    });
    for (const mode of ['propose', 'observe'] as const)
      expect(decide(limitsWith({}, { modeOverride: override(mode) }))).toMatchObject({
        decision: mode,
        setMode: { of: 'everything', mode, reason: 'holidays' },
      });
  });

  it('is that of the strategies up to the one that is used', () => {
    const [first, second] = [{ maxAttempts: 1 }, { id: 'isolate', mode: 'propose' }];
    const spent = limitsWith({ attemptsMs: { restart: ago(10) } });
    expect(decide(limitsWith(), { strategies: [first, second] })).toMatchObject({ decision: 'grant' });
    expect(decide(spent, { strategies: [first, second] })).toMatchObject({ decision: 'propose' });
    const strictFirst = [{ ...first, mode: 'propose' }, { id: 'isolate' }];
    expect(decide(spent, { strategies: strictFirst })).toMatchObject({ decision: 'propose' });
  });
});
