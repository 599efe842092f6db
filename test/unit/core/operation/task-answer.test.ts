import { describe, expect, it } from 'vitest';
import { STEP_OUTCOMES, type StepOutcome } from '../../../../functions/core/operation/operation.ts';
import { taskAnswer } from '../../../../functions/core/operation/task-answer.ts';

const step = {
  operationId: 'one',
  stepId: 'heal-0',
  component: 'web',
  action: 'graceful_stop',
  onError: 'abort',
  startedAtMs: 0,
  targets: [],
  detail: 'why',
} as const;
const kindsOf = (facts: object) =>
  Object.fromEntries(
    STEP_OUTCOMES.map((outcome: StepOutcome) => [outcome, taskAnswer({ ...step, ...facts, outcome })?.kind]),
  );

describe('the answer to the task of a step', () => {
  it('reports a failure unless the step succeeded or was skipped', () => {
    expect(kindsOf({})).toEqual({
      SUCCEEDED: 'succeed',
      SKIPPED: 'succeed',
      FAILED: 'fail',
      TIMED_OUT: 'fail',
      CANCELLED: 'fail',
      UNKNOWN: 'fail',
    });
  });

  it('never reports a failure if the action may fail', () => {
    expect(new Set(Object.values(kindsOf({ onError: 'continue' })))).toEqual(new Set(['succeed']));
  });

  it('reports an undo step like any other', () => {
    const undo = { ...step, stepId: 'rollback-0', onError: 'continue' } as const;
    expect(taskAnswer({ ...undo, outcome: 'FAILED' })).toEqual({
      kind: 'succeed',
      output: { stepId: 'rollback-0', action: 'graceful_stop', outcome: 'FAILED' },
    });
  });

  it.each(['escalate-0', 'keep-0'] as const)('does not exist for %s, which no task waits for', (stepId) => {
    expect(taskAnswer({ ...step, stepId, outcome: 'SUCCEEDED' })).toBeUndefined();
  });

  it('fails under the step’s own code, which the state machine catches', () => {
    expect(taskAnswer({ ...step, outcome: 'FAILED' })).toEqual({
      kind: 'fail',
      error: 'ActionFailed',
      cause: 'heal-0 graceful_stop FAILED: why',
    });
    expect(taskAnswer({ ...step, outcome: 'FAILED', failsAs: 'BatchNotHealthy' })).toMatchObject({
      error: 'BatchNotHealthy',
    });
  });

  it('reports a verdict if the step verifies, even a bad one', () => {
    const verify = { ...step, stepId: 'verify-0' } as const;
    expect(taskAnswer({ ...verify, outcome: 'SUCCEEDED' })).toEqual({
      kind: 'succeed',
      output: { verdict: 'recovered', detail: 'why' },
    });
    expect(taskAnswer({ ...verify, outcome: 'UNKNOWN' })).toMatchObject({ output: { verdict: 'failed' } });
  });

  it('reports no verdict if the verification lacked a permission', () => {
    const detail = 'missing permission: ssm:ListCommands for role verify';
    expect(taskAnswer({ ...step, stepId: 'verify-0', outcome: 'UNKNOWN', detail })).toEqual({
      kind: 'fail',
      error: 'NotPermitted',
      cause: detail,
    });
  });

  it('does not exist for a step that no task waits for', () => {
    expect(taskAnswer({ ...step, stepId: 'keep-0', outcome: 'SUCCEEDED' })).toBeUndefined();
    expect(taskAnswer({ ...step, stepId: 'escalate-0', outcome: 'FAILED' })).toBeUndefined();
  });
});
