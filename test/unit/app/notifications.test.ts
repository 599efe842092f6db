import { describe, expect, it } from 'vitest';
import { operationNotification } from '../../../functions/app/notifications.ts';
import type { StepRecord } from '../../../functions/core/operation/operation.ts';
import { alertOf, configurationOf, grantFor, stepOf } from '../../factories/operations/admissions.ts';
import { limitsWith } from '../../factories/operations/limits.ts';

const { operation } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
const stepAt = (index: number, facts: Partial<StepRecord> = {}) =>
  stepOf(operation, { stepId: `heal-${index}`, outcome: 'SUCCEEDED', ...facts });
const bodyWith = (steps: readonly StepRecord[], message = 'A person is needed.') =>
  operationNotification('architect', operation, message, { steps }).body;

describe('the notification of an operation', () => {
  const { operationId, strategyId, alert, diagnosis } = operation;
  const said = {
    ...{ kind: 'operation', message: 'Look.', operationId, component: 'web', strategyId, attempt: 1 },
    ...{ reason: alert.reason, origin: 'alarm', metric: 'memory', errorType: 'MEMORY_LEAK' },
    ...{ current: 97.2, threshold: 90 },
    ...{ rootCause: diagnosis.rootCause, confidence: diagnosis.confidence },
  };

  it('says what it is about, and nothing that is not known', () => {
    const notification = operationNotification('soc', operation, 'Look.');
    expect(notification).toStrictEqual({
      topic: 'soc',
      subject: `Selfheal: web: memory (${strategyId}, attempt 1)`,
      body: said,
    });
    const { current: _, threshold: __, ...bare } = said;
    const unmeasured = alertOf('web');
    const { current: ___, threshold: ____, ...rest } = unmeasured;
    const without = { ...operation, alert: rest };
    expect(operationNotification('soc', without, 'Look.').body).toStrictEqual(bare);
  });

  it('says the alarm, the failure, the missing permission, the targets and what contained the trouble', () => {
    const named = { ...operation, alert: { ...alert, alarmName: 'web-memory' } };
    const failure = { error: 'StepFailed', cause: 'heal-0 FAILED' };
    const report = { repaired: [], undone: [], left: ['i-1'], untouched: [], skipped: {} };
    const containment = { isolated: ['i-1'], limits: [] } as never;
    const { body } = operationNotification('soc', named, 'Look.', { failure, report, containment });
    expect(body).toStrictEqual({
      ...{ ...said, alarmName: 'web-memory', result: 'CONTAINED', containment, failure, targets: report },
    });
  });

  it('names the permission that the failure or a step says is missing, and no more than that', () => {
    const missingPermission = (cause: string, detail: string) =>
      operationNotification('architect', operation, 'Look.', {
        failure: { error: 'StepFailed', cause },
        steps: [stepAt(0, { detail })],
      }).body['missingPermission'];
    const send = 'missing permission: ssm:SendCommand';
    expect(missingPermission(send, 'sent')).toEqual({ action: 'ssm:SendCommand' });
    expect(missingPermission('heal-0 FAILED', `${send} for role selfheal-act`)).toEqual({
      action: 'ssm:SendCommand',
      role: 'selfheal-act',
    });
    expect(missingPermission('heal-0 FAILED', 'exit code 1')).toBeUndefined();
  });

  it('lists up to forty steps, in their order, each with its detail', () => {
    const steps = Array.from({ length: 40 }, (_, index) => stepAt(index, { detail: `detail ${index}` }));
    const body = bodyWith(steps);
    expect(body).not.toHaveProperty('stepsLeftOut');
    expect(body['steps']).toEqual(
      steps.map(({ stepId, action, outcome, detail }) => ({ stepId, action, outcome, detail })),
    );
  });

  it('prefers the failed steps of many, then the latest, and counts the rest', () => {
    const steps = Array.from({ length: 45 }, (_, index) =>
      stepAt(index, { outcome: index < 2 || index === 44 ? 'FAILED' : 'SUCCEEDED' }),
    );
    const { steps: listed, stepsLeftOut } = bodyWith(steps) as {
      readonly steps: readonly StepRecord[];
      readonly stepsLeftOut: number;
    };
    expect(listed.map(({ stepId }) => stepId)).toEqual(
      [0, 1, ...Array.from({ length: 38 }, (_, index) => 7 + index)].map((index) => `heal-${index}`),
    );
    expect(stepsLeftOut).toBe(5);
  });

  it('shortens a long detail and a long message, and says so by an ellipsis', () => {
    const { steps, message } = bodyWith([stepAt(0, { detail: 'd'.repeat(501) })], 'm'.repeat(20_001));
    expect(steps).toMatchObject([{ detail: `${'d'.repeat(499)}…` }]);
    expect(message).toBe(`${'m'.repeat(19_999)}…`);
  });
});
