import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { automationInspection } from '../../../../functions/core/operation/automation-outcome.ts';
import { clientToken } from '../../../../functions/core/operation/client-token.ts';
import {
  pendingConclusionOf,
  readableCause,
  resultOf,
} from '../../../../functions/core/operation/failure.ts';
import { FINAL_STATES, hasEnded, isGivenUp } from '../../../../functions/core/operation/operation.ts';
import { configured } from '../../../factories/configuration.ts';

const strategyOf = (type: string) => configured({ strategies: [{ actions: [{ type }] }] }).strategies[0];
const failure = (error: string) => ({ error, cause: 'why' });

describe('the result of an operation', () => {
  it.each([
    ['COMPLETED', undefined, 'start_component', 'SUCCESS'],
    ['COMPLETED', undefined, 'isolate_network', 'CONTAINED'],
    ['COMPLETED', undefined, undefined, 'SUCCESS'],
    ['FAILED', 'NotVerified', 'start_component', 'UNVERIFIED'],
    ['FAILED', 'NotRecovered', 'isolate_network', 'FAILED'],
    ['FAILED', undefined, undefined, 'FAILED'],
  ] as const)('of state %s, after %s, with %s is %s', (state, error, type, result) => {
    expect(resultOf(state, error && failure(error), type && strategyOf(type))).toBe(result);
  });

  it('is known once the operation has ended, after which nothing of it is done', () => {
    for (const state of FINAL_STATES) {
      expect(hasEnded({ state })).toBe(true);
      expect(isGivenUp({ state }, 'rollback-0')).toBe(true);
    }
    expect(hasEnded({ state: 'HEALING' })).toBe(false);
    expect(isGivenUp({ state: 'HEALING' }, 'heal-0')).toBe(false);
  });

  it('leaves the repair, and not its undo, once that has begun', () => {
    expect(isGivenUp({ state: 'ROLLING_BACK' }, 'heal-0')).toBe(true);
    expect(isGivenUp({ state: 'ROLLING_BACK' }, 'rollback-0')).toBe(false);
  });
});

describe('the cause of a failure', () => {
  it('is what a function said, if Lambda has wrapped it', () => {
    expect(readableCause('{"errorMessage":"no table","stackTrace":[]}')).toBe('no table');
    expect(readableCause('{"other":1}')).toBe('{"other":1}');
    expect(readableCause('no table')).toBe('no table');
  });

  it('has the end of an operation that could not be written down', () => {
    const pending = { state: 'FAILED', failure: failure('NotRecovered'), problem: failure('Throttled') };
    expect(pendingConclusionOf('NotConcluded', JSON.stringify(pending))).toEqual(pending);
    expect(pendingConclusionOf('Other', JSON.stringify(pending))).toBeUndefined();
    expect(pendingConclusionOf('NotConcluded', 'no table')).toBeUndefined();
  });
});

describe('the token of a step', () => {
  it('is a UUID of version 8 with the digest of operation and step', () => {
    const digest = createHash('sha256').update('op/heal-0').digest('hex').slice(0, 32);
    const token = clientToken('op', 'heal-0');
    expect(token).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const digits = token.replaceAll('-', '');
    expect(digits.slice(0, 12)).toBe(digest.slice(0, 12));
    expect(digits.slice(13, 16)).toBe(digest.slice(13, 16));
    expect(digits.slice(17)).toBe(digest.slice(17));
    // Of the digit of the variant, two bits are free.
    expect(Number.parseInt(digits.charAt(16), 16) & 3).toBe(Number.parseInt(digest.charAt(16), 16) & 3);
  });
});

describe('an execution of Automation', () => {
  it.each([
    ['Success', 'SUCCEEDED'],
    ['CompletedWithSuccess', 'SUCCEEDED'],
    ['Rejected', 'FAILED'],
    ['TimedOut', 'TIMED_OUT'],
    ['Cancelled', 'CANCELLED'],
    ['Exited', 'UNKNOWN'],
  ])('that is %s has the outcome %s', (status, outcome) => {
    expect(automationInspection({ document: 'Acme', status })).toMatchObject({
      ...{ outcome, detail: `Acme ended as ${status}` },
    });
  });
});
