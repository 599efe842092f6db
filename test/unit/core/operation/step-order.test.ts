import { describe, expect, it } from 'vitest';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { stepOrder } from '../../../../functions/core/operation/step-order.ts';

const IN_ORDER: readonly (readonly [takeovers: number, stepId: StepId, attempt: number])[] = [
  [0, 'heal-0', 0],
  [0, 'heal-0', 1],
  [0, 'heal-0', 999],
  [0, 'heal-1', 0],
  [0, 'heal-999', 999],
  [0, 'verify-0', 0],
  [0, 'verify-1', 0],
  [0, 'rollback-0', 0],
  [0, 'rollback-999', 999],
  [0, 'escalate-0', 0],
  [1, 'heal-0', 0],
  [1, 'rollback-0', 0],
  [7, 'keep-0', 0],
];

describe('the order of a try', () => {
  it('rises with the time at which the try begins', () => {
    const orders = IN_ORDER.map((args) => stepOrder(...args));
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(new Set(orders).size).toBe(orders.length);
    expect(orders.every(Number.isSafeInteger)).toBe(true);
  });

  it('stays within its step, however often that is tried', () => {
    expect(stepOrder(0, 'heal-0', 5_000)).toBe(stepOrder(0, 'heal-0', 999));
  });
});
