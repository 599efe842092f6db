import { describe, expect, it } from 'vitest';
import { decideAdmission } from '../../../../functions/core/admission/decide-admission.ts';
import { overtakenLiftRefusal } from '../../../../functions/core/admission/overtaken-lift.ts';
import { EMPTY_FLEET } from '../../../../functions/core/admission/records.ts';
import type { HealthAlert } from '../../../../functions/core/signal/health-alert.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const limit = {
  ...{ component: 'web', targets: ['i-a', 'i-b'], dueAtMs: NOON, limitSeconds: 300 },
  afterLimit: 'lift',
} as const;

/** The reconciler asks to lift what the operation `first` has isolated. */
const asked = (targets: readonly string[], more: Partial<HealthAlert> = {}) =>
  alertOf('web', { origin: 'reconciler', metric: 'isolation_limit', lifts: 'first', targets, ...more });

const refused = (alert: HealthAlert, timeLimits: Readonly<Record<string, object>>) =>
  overtakenLiftRefusal(alert, { ...EMPTY_FLEET, timeLimits: timeLimits as never });

describe('a request to lift an isolation that has reached its time limit', () => {
  it('holds for hosts that follow the limit, also where a later isolation has left it to that', () => {
    expect(refused(asked(['i-a', 'i-b']), { first: limit })).toBeUndefined();
    const shared = { first: { ...limit, targets: ['i-a'] } };
    const again = { ...limit, targets: ['i-b'], isolatedBy: 'first' };
    expect(refused(asked(['i-a', 'i-b']), { ...shared, 'first/second': again })).toBeUndefined();
  });

  it('is refused if it came after a host was let in, or was isolated again under a limit of its own', () => {
    const detail = 'i-b: no longer under the time limit of first: let back in since, or isolated again';
    const later = { first: { ...limit, targets: ['i-a'] }, second: { ...limit, targets: ['i-b'] } };
    expect(refused(asked(['i-a', 'i-b']), later)).toStrictEqual({ reason: 'OVERTAKEN', detail });
    expect(refused(asked(['i-b']), {})).toStrictEqual({ reason: 'OVERTAKEN', detail });
    expect(overtakenLiftRefusal(asked(['i-b']), { ...EMPTY_FLEET })).toStrictEqual({
      reason: 'OVERTAKEN',
      detail,
    });
  });

  it.each([
    ['a person asks', { origin: 'manual' }],
    ['it is about another metric', { metric: 'memory' }],
  ] as const)('is not judged by limits where %s', (_, more) => {
    expect(refused(asked(['i-b'], more), {})).toBeUndefined();
  });

  it('is refused by admission', () => {
    const configuration = configured();
    const { strategies } = configuration;
    const limits = limitsWith();
    const ask = { strategies, configuration, limits, nowMs: NOON };
    expect(decideAdmission({ alert: asked(['i-b']), ...ask })).toMatchObject({
      decision: 'refuse',
      refusal: { reason: 'OVERTAKEN' },
    });
  });

  it('is no other request of the reconciler', () => {
    const { lifts, ...other } = asked(['i-b']);
    expect(lifts).toBe('first');
    expect(refused(other, {})).toBeUndefined();
  });
});
