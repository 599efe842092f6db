import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import {
  lateRefusal,
  stepToCarryOut,
  stopperOf,
} from '../../../../functions/core/operation/step-admission.ts';
import { alertOf, configurationOf, grantFor, stepOf } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const { operation, grant } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
const { deadlineMs } = operation;

describe('a step that may be late', () => {
  it('begins until the operation’s deadline, and not at it', () => {
    expect(lateRefusal(operation, 'heal-0', deadlineMs - 1)).toBeUndefined();
    expect(lateRefusal(operation, 'heal-0', deadlineMs)).toContain('repairTimeoutSeconds');
  });

  it('does not begin once the operation is being rolled back', () => {
    expect(lateRefusal({ ...operation, state: 'ROLLING_BACK' }, 'heal-0', 0)).toBe(
      `operation ${operation.operationId} is being rolled back`,
    );
  });

  it('undoes at any time', () => {
    expect(
      lateRefusal({ ...operation, state: 'ROLLING_BACK' }, 'rollback-0', deadlineMs + 1),
    ).toBeUndefined();
  });
});

describe('what a step does', () => {
  it('follows the strategy for a heal step, whatever its input says', () => {
    const action = { type: 'isolate_network', params: {}, timeoutSeconds: 1, onError: 'abort' } as const;
    expect(stepToCarryOut(operation, grant.plan, { stepId: 'heal-0', action })?.action.type).toBe(
      'graceful_stop',
    );
    expect(stepToCarryOut(operation, grant.plan, { stepId: 'heal-1', action })).toBeUndefined();
  });

  it('follows its input for an undo step', () => {
    const action = { type: 'start_component', params: {}, timeoutSeconds: 1, onError: 'continue' } as const;
    const step = { stepId: 'rollback-0', action, targets: ['i-a'] } as const;
    expect(stepToCarryOut(operation, grant.plan, step)).toStrictEqual(step);
    const undoing = { stepId: 'rollback-0', action, undoes: 'heal-0' } as const;
    expect(stepToCarryOut(operation, grant.plan, undoing)).toStrictEqual(undoing);
    expect(stepToCarryOut(operation, grant.plan, { stepId: 'rollback-0' })).toBeUndefined();
  });
});

describe('the step that keeps a later one from beginning', () => {
  const record = (facts: Partial<StepRecord>) => stepOf(operation, facts);

  it.each(['FAILED', 'TIMED_OUT', 'UNKNOWN', 'CANCELLED'] as const)(
    'may be one that ended as %s',
    (outcome) => {
      const steps = [record({ stepId: 'heal-0', outcome })];
      expect(stopperOf('heal-1', steps)?.stepId).toBe('heal-0');
    },
  );

  it('is never one that succeeded, was skipped, may fail or is running, nor the step itself', () => {
    const steps = [
      record({ stepId: 'heal-0', outcome: 'SUCCEEDED' }),
      record({ stepId: 'heal-1', outcome: 'SKIPPED' }),
      record({ stepId: 'heal-2', outcome: 'FAILED', onError: 'continue' }),
      record({ stepId: 'heal-3' }),
      record({ stepId: 'heal-4', outcome: 'FAILED' }),
    ];
    expect(stopperOf('heal-4', steps)).toBeUndefined();
  });

  it('does not keep an undo step from beginning, nor does an undo step stop anything', () => {
    expect(stopperOf('rollback-1', [record({ stepId: 'heal-0', outcome: 'FAILED' })])).toBeUndefined();
    expect(stopperOf('heal-1', [record({ stepId: 'rollback-0', outcome: 'FAILED' })])).toBeUndefined();
  });
});
