import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../../functions/core/admission/records.ts';
import { STEP_OUTCOMES, type StepRecord } from '../../../../functions/core/operation/operation.ts';
import {
  lastActMs,
  mayAct,
  withStillActing,
  yetToBegin,
} from '../../../../functions/core/operation/still-acting.ts';
import { alertOf, configurationOf, grantFor, stepOf } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const { operation, grant } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
const { startedAtMs } = operation;
const record = (facts: Partial<StepRecord>) => stepOf(operation, facts);
/** Of the strategy's only action: it may be fetched for as long as it may run. */
const LASTS_MS = ((grant.plan.strategy.actions[0]?.timeoutSeconds ?? 0) * 2 + 15) * 1_000;

const SENT = { executor: 'run_command', id: 'c' } as const;

const workflow = JSON.parse(
  readFileSync(new URL('../../../../infra/workflow/heal.asl.json', import.meta.url), 'utf8'),
) as { States: Record<string, { Retry?: readonly Retry[] }> };

/** How `Prepare rollback` is tried again after an error. */
interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly MaxAttempts: number;
}

function retryOf(error: string): Retry {
  const retry = workflow.States['Prepare rollback']?.Retry?.find((each) => each.ErrorEquals.includes(error));
  if (!retry) throw new Error(`not retried after ${error}`);
  return retry;
}

describe('the steps whose command may be under way', () => {
  it('include those without an outcome, and those whose end nobody saw', () => {
    const acting = STEP_OUTCOMES.filter(
      (outcome) => mayAct([record({ reference: SENT, outcome })], undefined).length > 0,
    );
    expect(acting).toEqual(['TIMED_OUT', 'UNKNOWN']);
    expect(mayAct([record({ reference: SENT })], undefined)).toEqual([{ stepId: 'heal-0', reference: SENT }]);
  });

  it('include one that failed before the id of its command was on record', () => {
    expect(mayAct([record({ outcome: 'FAILED' })], undefined)).toEqual([{ stepId: 'heal-0' }]);
    expect(mayAct([record({ outcome: 'SUCCEEDED' })], undefined)).toEqual([]);
  });

  it('include a pending heal step that never got a record, once', () => {
    expect(mayAct([], 'heal-0')).toEqual([{ stepId: 'heal-0' }]);
    expect(mayAct([record({ reference: SENT })], 'heal-0')).toHaveLength(1);
    expect(mayAct([record({ outcome: 'SUCCEEDED' })], 'heal-0')).toEqual([]);
  });

  it('include heal steps only', () => {
    expect(mayAct([record({ stepId: 'rollback-0', reference: SENT })], 'verify-0')).toEqual([]);
  });
});

describe('the time until which a command may act', () => {
  it('has long passed if none is under way', () => {
    expect(lastActMs([], operation, grant.plan, [], undefined)).toBe(0);
  });

  it('counts from the record, from the pending step, or else from the operation', () => {
    const acting = [{ stepId: 'heal-0' }] as const;
    const until = (steps: readonly StepRecord[], pendingAtMs?: number) =>
      lastActMs(
        acting,
        operation,
        grant.plan,
        steps,
        pendingAtMs === undefined ? undefined : { stepId: 'heal-0', startedAtMs: pendingAtMs },
      ) - startedAtMs;
    expect(until([])).toBe(LASTS_MS);
    expect(until([record({ startedAtMs: startedAtMs + 5 })])).toBe(LASTS_MS + 5);
    expect(until([record({ startedAtMs: startedAtMs + 5 })], startedAtMs + 9)).toBe(LASTS_MS + 9);
  });

  it('grants a short command SSM’s minimum to be fetched', () => {
    const [action] = grant.plan.strategy.actions;
    if (!action) throw new Error('no action');
    const strategy = { ...grant.plan.strategy, actions: [{ ...action, timeoutSeconds: 5 }] };
    const plan = { ...grant.plan, strategy };
    expect(lastActMs([{ stepId: 'heal-0' }], operation, plan, [], undefined)).toBe(startedAtMs + 50_000);
  });

  it('comes before the heal workflow gives up asking, which it does at most once a minute in the end', () => {
    const [action] = grant.plan.strategy.actions;
    if (!action) throw new Error('no action');
    const strategy = { ...grant.plan.strategy, actions: [{ ...action, timeoutSeconds: 3_600 }] };
    const until = lastActMs([{ stepId: 'heal-0' }], operation, { ...grant.plan, strategy }, [], undefined);
    const { IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts } = retryOf('ActionsStillRunning');
    const delays = Array.from({ length: MaxAttempts }, (_, attempt) =>
      Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
    );
    expect(delays.reduce((sum, delay) => sum + delay, 0) * 1_000).toBeGreaterThan(until - startedAtMs);
    expect(delays.at(-1)).toBe(60);
  });
});

describe('the repair step that may yet begin', () => {
  const PENDING = { stepId: 'heal-0', startedAtMs } as const;
  const yet = (claimed: object, steps: readonly StepRecord[] = []) => {
    const claim = { fence: operation.fence + 1, step: PENDING, ...claimed } as unknown as Claim;
    return yetToBegin(operation, claim, steps);
  };

  it('is the one that was begun before the operation was taken over, for as long as a function may run', () => {
    expect(yet({})).toEqual({ stepId: 'heal-0', untilMs: startedAtMs + 65_000 });
    expect(yet({}, [record({})])).toEqual({ stepId: 'heal-0', untilMs: startedAtMs + 65_000 });
  });

  it('is none where nobody has taken over, or nothing was begun', () => {
    expect(yet({ fence: operation.fence })).toBeUndefined();
    expect(yet({ step: undefined })).toBeUndefined();
    expect(yetToBegin(operation, undefined, [])).toBeUndefined();
  });

  it('is none that undoes, or of which it is known that it has begun', () => {
    expect(yet({ step: { ...PENDING, stepId: 'rollback-0' } })).toBeUndefined();
    expect(yet({}, [record({ reference: SENT })])).toBeUndefined();
    expect(yet({}, [record({ outcome: 'FAILED' })])).toBeUndefined();
    expect(yet({}, [record({ stepId: 'heal-1', outcome: 'FAILED' })])).toBeDefined();
  });
});

describe('the failure of an operation', () => {
  const failure = { error: 'NotRecovered', cause: 'bad' };

  it('names every command that may still act', () => {
    const acting = [
      { stepId: 'heal-0', reference: { executor: 'run_command', id: 'c-1' }, problem: 'denied' },
      { stepId: 'heal-1', problem: 'not found' },
    ] as const;
    expect(withStillActing(failure, acting)).toEqual({
      error: 'NotRecovered',
      cause: 'bad. May still act: heal-0 (command c-1): denied; heal-1 (not on record): not found',
    });
  });

  it('stays as it is if none may', () => {
    expect(withStillActing(failure, [])).toBe(failure);
  });
});
