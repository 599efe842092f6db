import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../functions/core/admission/decide-admission.ts';
import type { Limits } from '../../../functions/core/admission/records.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { matchingStrategies } from '../../../functions/core/signal/match-strategy.ts';
import { configured } from '../../factories/configuration.ts';
import { alertOf, NOON } from '../../factories/operations/admissions.ts';
import { limitsWith } from '../../factories/operations/limits.ts';

const CLAIM = { operationId: 'other', strategyId: 'restart', fence: 4, leaseUntilMs: NOON + 1_000 };

function decide(
  limits: Limits = limitsWith(),
  configuration: CompiledConfiguration = configured(),
  alert = alertOf('web'),
) {
  const strategies = matchingStrategies(configuration.strategies, alert);
  return decideAdmission({ alert, strategies, configuration, limits, nowMs: NOON });
}

const refusedFor = (...args: Parameters<typeof decide>) => {
  const decision = decide(...args);
  return decision.decision === 'refuse' ? decision.refusal : undefined;
};

const attempts = (...secondsAgo: readonly number[]) => secondsAgo.map((ago) => NOON - ago * 1_000);

it('admission refuses a component that is not configured', () => {
  expect(refusedFor(limitsWith(), configured(), alertOf('gone'))).toEqual({
    reason: 'UNKNOWN_COMPONENT',
    detail: 'gone is not a component in selfheal.yaml',
  });
});

describe('admission of an alert that may be healed', () => {
  it('grants a fence above the last, and above all that an earlier table gave', () => {
    const fenceAfter = (fence: number) => {
      const decision = decide(limitsWith({ fence }));
      return decision.decision === 'grant' ? decision.grant.claim.fence : undefined;
    };
    expect(fenceAfter(0)).toBe(NOON / 1_000);
    expect(fenceAfter(NOON)).toBe(NOON + 1);
  });

  it('grants claim, fence, attempt and deadlines at once', () => {
    expect(decide(limitsWith({ fence: 7 }))).toMatchObject({
      decision: 'grant',
      strategy: { id: 'restart' },
      grant: {
        operationId: expect.stringMatching(/^20261122T133000Z-/),
        claim: { strategyId: 'restart', fence: NOON / 1_000, leaseUntilMs: NOON + 120_000 },
        attempt: 1,
        attemptsMs: [NOON],
        startedAtMs: NOON,
        deadlineMs: NOON + 300_000,
      },
    });
  });

  it('grants the next attempt, and forgets those outside the window', () => {
    const limits = limitsWith({ attemptsMs: { restart: attempts(3_600, 3_599, 60) } });
    expect(decide(limits)).toMatchObject({
      grant: { attempt: 3, attemptsMs: [...attempts(3_599, 60), NOON] },
    });
  });

  it('grants the next rung of the ladder when the first has spent its attempts', () => {
    const ladder = configured({ strategies: [{ maxAttempts: 1 }, { id: 'isolate', maxAttempts: 1 }] });
    const spent = limitsWith({ attemptsMs: { restart: attempts(60) } });
    expect(decide(spent, ladder)).toMatchObject({ decision: 'grant', strategy: { id: 'isolate' } });
  });
});

describe('admission of a repair that people have approved', () => {
  const ask = (configuration: CompiledConfiguration, limits: Limits, approvedId?: string) =>
    decideAdmission({
      alert: alertOf('web', { severity: 'WARNING' }),
      ...{ strategies: configuration.strategies, configuration, limits, nowMs: NOON, approvedId },
    });

  it('does not wait for more alerts in a row', () => {
    const three = configured({ strategies: [{ trigger: { metrics: ['memory'], consecutiveFailures: 3 } }] });
    expect(ask(three, limitsWith())).toMatchObject({ refusal: { reason: 'TRIGGER_PENDING' } });
    expect(ask(three, limitsWith(), 'op-1')).toMatchObject({ decision: 'grant' });
  });

  it('does not wait in the queue', () => {
    const one = configured({ settings: { maxConcurrentRepairs: 1 }, components: { web: {}, db: {} } });
    const next = [{ component: 'db', priority: 1, sinceMs: NOON - 60_000, budget: 'fleet' }] as const;
    const limits = limitsWith({}, { queue: { next, length: 1, validUntilMs: NOON + 1 } });
    expect(ask(one, limits)).toMatchObject({ refusal: { reason: 'FLEET_BUSY' } });
    expect(ask(one, limits, 'op-1')).toMatchObject({ decision: 'grant' });
  });
});

describe('admission of a rollback', () => {
  const change = {
    changeId: 'd-1',
    source: 'codedeploy',
    kind: 'deployment',
    summary: 'deployment d-1',
    startedAtMs: NOON - 60_000,
    isInProgress: false,
  } as const;
  const grantWith = (rollbacks: ReadonlySet<string>, alert = alertOf('web', { change })) => {
    const configuration = configured();
    const { strategies } = configuration;
    const decision = decideAdmission({
      ...{ alert, strategies, configuration, limits: limitsWith(), nowMs: NOON, rollbacks },
    });
    return decision.decision === 'grant' ? decision.grant : undefined;
  };

  it('grants it with the change that it rolls back', () => {
    expect(grantWith(new Set(['restart']))?.rollsBack).toStrictEqual({
      source: 'codedeploy',
      changeId: 'd-1',
    });
  });

  it('grants any other repair without one', () => {
    expect(grantWith(new Set(['other']))).not.toHaveProperty('rollsBack');
    expect(grantWith(new Set(['restart']), alertOf('web'))).not.toHaveProperty('rollsBack');
  });
});

describe('admission of an alert that may not be healed (invariant 4: what may not be touched is not)', () => {
  it.each([
    ['AUTO_HEAL_DISABLED', { settings: { autoHealEnabled: false } }, limitsWith()],
    ['PAUSED', { settings: { paused: true } }, limitsWith()],
    ['PAUSED', {}, limitsWith({}, { pause: { reason: 'release night', sinceMs: NOON } })],
    ['EXCLUDED', { components: { web: { excluded: true } } }, limitsWith()],
    ['IN_PROGRESS', {}, limitsWith({ claim: CLAIM })],
    ['COOLDOWN', {}, limitsWith({ cooldownUntilMs: { restart: NOON + 1 } })],
    ['ATTEMPTS_SPENT', {}, limitsWith({ attemptsMs: { restart: attempts(30, 20, 10) } })],
    ['FLEET_BUSY', {}, limitsWith({}, { inFlight: ['a', 'b', 'c'] })],
    [
      'TARGET_BUSY',
      { components: { web: {}, twin: { service: 'nginx.service' } } },
      limitsWith({}, { inFlight: ['twin'] }),
    ],
  ])('refuses with %s', (reason, parts, limits) => {
    expect(refusedFor(limits, configured(parts))).toMatchObject({ reason });
  });

  it('refuses with the reason of the pause', () => {
    const limits = limitsWith({}, { pause: { reason: 'release night', sinceMs: NOON } });
    expect(refusedFor(limits)).toEqual({ reason: 'PAUSED', detail: 'release night' });
  });

  it('refuses until the end of a pause that has one, and says when that is', () => {
    const until = (untilMs: number) =>
      limitsWith({}, { pause: { reason: 'release night', sinceMs: NOON - 60_000, untilMs } });
    expect(refusedFor(until(NOON + 1))).toEqual({
      reason: 'PAUSED',
      detail: 'release night',
      eligibleAtMs: NOON + 1,
    });
    expect(decide(until(NOON))).toMatchObject({ decision: 'grant' });
    expect(decide(until(NOON - 1))).toMatchObject({ decision: 'grant' });
  });

  it('refuses while a claim is held, even one whose lease is over: the reconciler ends it first (invariant 1)', () => {
    const expired = limitsWith({ claim: { ...CLAIM, leaseUntilMs: NOON - 1 } });
    expect(refusedFor(expired)).toEqual({
      reason: 'IN_PROGRESS',
      detail: 'operation other',
      eligibleAtMs: NOON - 1,
    });
  });

  it('refuses until the cooldown is over, and says when that is', () => {
    const until = (untilMs: number) => limitsWith({ cooldownUntilMs: { restart: untilMs } });
    expect(refusedFor(until(NOON + 5_000))).toMatchObject({ eligibleAtMs: NOON + 5_000 });
    expect(refusedFor(until(NOON))).toBeUndefined();
  });

  it.each(['component', 'strategy'] as const)(
    'refuses in a cooldown that has begun, even if the scope is %s by now',
    (cooldownScope) => {
      const configuration = configured({ strategies: [{ cooldownScope }] });
      const ofComponent = limitsWith({ cooldownUntilMs: { restart: NOON + 1 } });
      const ofStrategy = limitsWith({}, { strategyCooldownUntilMs: { restart: NOON + 1 } });
      expect(refusedFor(ofComponent, configuration)).toMatchObject({ reason: 'COOLDOWN' });
      expect(refusedFor(ofStrategy, configuration)).toMatchObject({ reason: 'COOLDOWN' });
    },
  );

  it('refuses with spent attempts until the first of them leaves its window', () => {
    const ladder = configured({
      strategies: [{ maxAttempts: 2 }, { id: 'isolate', maxAttempts: 1, attemptWindowSeconds: 120 }],
    });
    const spent = limitsWith({ attemptsMs: { restart: attempts(100, 50), isolate: attempts(20) } });
    expect(refusedFor(spent, ladder)).toEqual({
      reason: 'ATTEMPTS_SPENT',
      detail: 'restart: 2 of 2, isolate: 1 of 1',
      eligibleAtMs: NOON - 20_000 + 120_000,
    });
  });

  it('refuses until enough alerts came in a row, and returns the alerts that count', () => {
    const three = configured({ strategies: [{ trigger: { metrics: ['memory'], consecutiveFailures: 3 } }] });
    expect(decide(limitsWith({ failuresMs: { restart: attempts(60) } }), three)).toMatchObject({
      decision: 'refuse',
      refusal: { reason: 'TRIGGER_PENDING', detail: '2 of 3 alerts within 300 s' },
      failuresMs: [...attempts(60), NOON],
    });
    const third = limitsWith({ failuresMs: { restart: attempts(60, 30) } });
    expect(decide(third, three)).toMatchObject({ decision: 'grant' });
  });
});

describe('a manual signal that names its strategy', () => {
  const manual = alertOf('web', { origin: 'manual', metric: 'manual', strategyId: 'restart' });
  const patient = configured({ strategies: [{ trigger: { metrics: ['cpu'], consecutiveFailures: 5 } }] });

  it('needs no alerts in a row', () => {
    expect(decide(limitsWith(), patient, manual)).toMatchObject({ decision: 'grant' });
  });

  it.each([
    ['PAUSED', limitsWith({}, { pause: { reason: 'no', sinceMs: NOON } })],
    ['IN_PROGRESS', limitsWith({ claim: CLAIM })],
    ['COOLDOWN', limitsWith({ cooldownUntilMs: { restart: NOON + 1 } })],
    ['ATTEMPTS_SPENT', limitsWith({ attemptsMs: { restart: attempts(30, 20, 10) } })],
    ['FLEET_BUSY', limitsWith({}, { inFlight: ['a', 'b', 'c'] })],
  ])('is refused with %s like any other', (reason, limits) => {
    expect(refusedFor(limits, patient, manual)).toMatchObject({ reason });
  });
});
