import { describe, expect, it } from 'vitest';
import { hasDoneNothing, healthFrom, isTerminal } from '../../../functions/core/operation/command-outcome.ts';
import { commandOutcome } from '../../factories/operations/command-outcome.ts';

const ran = (instanceId: string, status: string, output = '') => ({ instanceId, status, output });

describe('the outcome of a command', () => {
  it('says SUCCEEDED, with the runbook’s own last word, when every target succeeded', () => {
    const output = 'selfheal: stopping\nselfheal: nginx.service stopped\nexit status 0\n';
    expect(commandOutcome('Success', [ran('i-a', 'Success', output)], ['i-a'])).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'i-a Success: selfheal: nginx.service stopped',
    });
  });

  it('quotes the result of a runbook that succeeds, even after a warning about the time limit', () => {
    const output =
      '{"state":"active"}\n\n----------ERROR-------\nselfheal: TIMED_OUT: it was still running\n';
    expect(commandOutcome('Success', [ran('i-a', 'Success', output)], ['i-a'])?.detail).toBe(
      'i-a Success: {"state":"active"}',
    );
  });

  it('quotes the last verdict of a runbook that fails just after that warning', () => {
    const output =
      'selfheal: TIMED_OUT: it was still running\nselfheal: START_FAILED: no\n| selfheal: FAKE: no\n';
    expect(commandOutcome('Failed', [ran('i-a', 'Failed', output)], ['i-a'])?.detail).toBe(
      'i-a Failed: selfheal: START_FAILED: no',
    );
  });

  it.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'])(
    'stays unknown while the command is %s',
    (status) => {
      expect(commandOutcome(status, [ran('i-a', 'Success')], ['i-a'])).toBeUndefined();
      expect(isTerminal(status)).toBe(false);
    },
  );

  it.each([
    ['no target at all', [], []],
    ['targets that were not listed yet', [ran('i-a', 'Success')], ['i-a', 'i-b']],
    ['a target that is still running', [ran('i-a', 'Success'), ran('i-b', 'InProgress')], ['i-a', 'i-b']],
  ])('stays unknown after a Success with %s (invariant 10)', (_what, invocations, targets) => {
    expect(commandOutcome('Success', invocations, targets)).toBeUndefined();
  });

  it('follows the target that failed, though the command calls itself Success', () => {
    const invocations = [ran('i-a', 'Success'), ran('i-b', 'TimedOut', 'selfheal: waiting')];
    expect(commandOutcome('Success', invocations, ['i-a', 'i-b'])).toEqual({
      outcome: 'TIMED_OUT',
      detail: 'i-b TimedOut: selfheal: waiting',
    });
  });

  it.each([
    ['Failed', 'FAILED'],
    ['TimedOut', 'TIMED_OUT'],
    ['Cancelled', 'CANCELLED'],
    ['RateExceeded', 'UNKNOWN'],
    ['NoInstancesInTag', 'UNKNOWN'],
  ])('turns the command’s status %s into %s', (status, outcome) => {
    expect(commandOutcome(status, [], ['i-a'])).toEqual({ outcome, detail: `command ended as ${status}` });
    expect(commandOutcome(status, [ran('i-a', 'Failed', 'selfheal: no')], ['i-a'])).toMatchObject({
      outcome,
      detail: 'i-a Failed: selfheal: no',
    });
  });

  it('says UNKNOWN, never success, for a target’s status that nobody knows', () => {
    expect(commandOutcome('Success', [ran('i-a', 'Sleeping')], ['i-a'])).toMatchObject({
      outcome: 'UNKNOWN',
    });
  });
});

describe('the health of a target', () => {
  it('follows what the health runbook found', () => {
    expect(healthFrom(ran('i-a', 'Success'))).toBe('healthy');
    expect(healthFrom(ran('i-a', 'Failed', 'selfheal: UNHEALTHY: nginx.service is inactive\n'))).toBe(
      'unhealthy',
    );
  });

  it.each([
    ['a refusal', 'Failed', 'selfheal: FENCED: a newer operation acts here'],
    ['a lost agent', 'TimedOut', ''],
    ['a service that quotes the verdict', 'Failed', '| selfheal: UNHEALTHY: no'],
  ])('stays unknown after %s', (_, status, output) => {
    expect(healthFrom(ran('i-a', status, output))).toBe('unknown');
  });
});

describe('a node of a command', () => {
  it.each([
    ['never got it', { status: 'Undeliverable', statusDetails: 'Undeliverable' }],
    ['was asked to stop before it got it', { status: 'Cancelled', statusDetails: 'Terminated' }],
    [
      'had not begun when time ran out',
      { status: 'TimedOut', statusDetails: 'Delivery Timed Out', hasBegun: false },
    ],
    ['refused to begin', { status: 'Failed', statusDetails: 'Failed', exitCode: 2 }],
    ['refused to begin, without details', { status: 'Failed', exitCode: 2 }],
  ])('has done nothing of it if it %s', (_, node) => {
    expect(hasDoneNothing(node)).toBe(true);
  });

  it.each([
    ['may have begun when time ran out', { status: 'TimedOut', statusDetails: 'DeliveryTimedOut' }],
    [
      'has begun, and is not heard',
      { status: 'TimedOut', statusDetails: 'DeliveryTimedOut', hasBegun: true },
    ],
    ['ran out of time', { status: 'TimedOut', statusDetails: 'ExecutionTimedOut', hasBegun: false }],
    ['failed', { status: 'Failed', exitCode: 1 }],
    ['failed without a code', { status: 'Failed' }],
    ['succeeded, whatever the code', { status: 'Success', exitCode: 2 }],
  ])('may have done something of it if it %s', (_, node) => {
    expect(hasDoneNothing(node)).toBe(false);
  });
});
