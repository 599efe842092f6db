import { describe, expect, it } from 'vitest';
import type { AdmissionDecision } from '../../../../functions/core/admission/decide-admission.ts';
import type { RefusalReason } from '../../../../functions/core/admission/refusal.ts';
import { isWorthAsking, lastTurnMs, stillRedAlert } from '../../../../functions/core/admission/still-red.ts';
import { selfhealSignal } from '../../../../functions/core/signal/signal-event.ts';
import { alertOf, configurationOf, grantFor, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const alarm = { component: 'web', metric: 'memory', severity: 'CRITICAL' } as const;
const refused = (reason: RefusalReason): AdmissionDecision => ({
  decision: 'refuse',
  refusal: { reason, detail: '' },
});

describe('the alert of an alarm that is still red', () => {
  it('has an id that a signal may have, whatever the alarm is called', () => {
    const { signalId, reason, targets } = stillRedAlert({ ...alarm, name: 'web: "p99" > 2 s?' }, NOON);
    expect(targets).toEqual([]);
    expect(reason).toBe('alarm web: "p99" > 2 s? is still in ALARM');
    expect(selfhealSignal().safeParse({ component: 'web', metric: 'memory', reason, signalId }).success).toBe(
      true,
    );
  });

  it('has an id of its own for each alarm and each round', () => {
    const idOf = (name: string, nowMs: number) => stillRedAlert({ ...alarm, name }, nowMs).signalId;
    expect(new Set([idOf('a', NOON), idOf('b', NOON), idOf('a', NOON + 60_000)]).size).toBe(3);
    expect(idOf('a', NOON)).toBe(idOf('a', NOON));
  });
});

describe('the last turn of a component', () => {
  it('comes from its latest admission under any strategy', () => {
    expect(lastTurnMs(limitsWith({ attemptsMs: { restart: [NOON, NOON + 2], isolate: [NOON + 1] } }))).toBe(
      NOON + 2,
    );
  });

  it('comes before all others if it was never admitted', () => {
    expect(lastTurnMs(limitsWith())).toBe(0);
  });
});

describe('the decision to ask triage about a red alarm', () => {
  it('favours an alert that would be granted', () => {
    const { grant } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
    const decision: AdmissionDecision = { decision: 'grant', strategy: grant.plan.strategy, grant };
    expect(isWorthAsking(decision, limitsWith())).toBe(true);
  });

  it('favours an alert that has to be counted', () => {
    expect(isWorthAsking(refused('TRIGGER_PENDING'), limitsWith())).toBe(true);
  });

  it.each(['ATTEMPTS_SPENT', 'INEFFECTIVE'] as const)(
    'favours a refusal for %s until people were notified of it',
    (reason) => {
      expect(isWorthAsking(refused(reason), limitsWith())).toBe(true);
      expect(isWorthAsking(refused(reason), limitsWith({ exhaustionNotifiedAtMs: NOON }))).toBe(false);
    },
  );

  it.each(['COOLDOWN', 'GROUP_BUSY', 'FLEET_BUSY', 'IN_PROGRESS', 'PAUSED'] as const)(
    'rejects a refusal for %s, which passes without triage',
    (reason) => {
      expect(isWorthAsking(refused(reason), limitsWith())).toBe(false);
    },
  );
});
