import { expect, it } from 'vitest';
import { grantedComponent, unexpired } from '../../../../functions/core/admission/granted.ts';
import { grantedOperation } from '../../../../functions/core/admission/granted-operation.ts';
import { diagnose } from '../../../../functions/core/diagnosis/diagnose.ts';
import { planIdOf } from '../../../../functions/core/operation/operation-plan.ts';
import {
  alertOf,
  configurationOf,
  grantFor,
  NOON,
  STRATEGY,
} from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const { grant } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
const proposal = { proposalId: 'op-1', expiresAtMs: NOON + 1 };
const { component } = limitsWith({
  ...{ revision: 7, fence: 3, exhaustionNotifiedAtMs: NOON - 1, proposal },
  attemptsMs: { [STRATEGY]: [NOON - 5], other: [NOON - 9] },
  cooldownUntilMs: { over: NOON, lasting: NOON + 1 },
});

it('a grant leaves its claim and attempts on record, and nothing that is over', () => {
  expect(grantedComponent(component, grant, false)).toStrictEqual({
    ...{ component: 'web', revision: 8, fence: grant.claim.fence, claim: grant.claim, proposal },
    attemptsMs: { [STRATEGY]: [NOON], other: [NOON - 9] },
    cooldownUntilMs: { lasting: NOON + 1 },
    failuresMs: {},
  });
});

it('a grant of the proposal on record closes it', () => {
  expect(grantedComponent(component, grant, true)).not.toHaveProperty('proposal');
});

it('a granted operation heals what the alert is about, by the plan of the grant', () => {
  const alert = alertOf('web');
  const { claim, plan } = grant;
  expect(grantedOperation(alert, grant)).toStrictEqual({
    ...{ operationId: grant.operationId, component: 'web', strategyId: STRATEGY, planId: planIdOf(plan) },
    ...{ state: 'HEALING', alert, diagnosis: diagnose(alert), fence: claim.fence, attempt: 1 },
    ...{ startedAtMs: NOON, deadlineMs: grant.deadlineMs },
  });
});

it('of times by name, those that are still to come are kept', () => {
  expect(unexpired({ past: NOON - 1, now: NOON, later: NOON + 1 }, NOON)).toEqual({ later: NOON + 1 });
});
