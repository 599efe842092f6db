import { describe, expect, it } from 'vitest';
import { leftIsolated } from '../../../../functions/core/issue/left-isolated.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';

const [A, B] = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'];
let startedAtMs = 0;
const step = (action: string, targets: readonly string[], more: Partial<StepRecord> = {}): StepRecord => ({
  ...{ operationId: 'one', stepId: 'heal-0', component: 'web', onError: 'abort' },
  ...{ action, targets, outcome: 'SUCCEEDED', startedAtMs: startedAtMs++, ...more },
});

describe('the hosts that an operation leaves isolated', () => {
  it('include those it cut off, unless it restored them or failed', () => {
    const isolated = step('isolate_network', [B, A]);
    expect(leftIsolated([isolated])).toEqual([A, B]);
    expect(leftIsolated([isolated, step('restore_network', [A])])).toEqual([B]);
    expect(leftIsolated([step('isolate_network', [A], { outcome: 'FAILED' })])).toEqual([]);
  });

  it('follow the order in which the steps began, not that of their records', () => {
    const isolated = step('isolate_network', [A]);
    const restored = step('restore_network', [A]);
    const again = step('isolate_network', [B]);
    expect(leftIsolated([restored, again, isolated])).toEqual([B]);
    expect(
      leftIsolated([
        { ...restored, startedAtMs: 0 },
        { ...isolated, startedAtMs: 1 },
      ]),
    ).toEqual([A]);
  });

  it('exclude those it replaced, even where a later replacement failed', () => {
    const isolated = step('isolate_network', [A, B]);
    const replaced = { [A]: 'i-0ccccccccccccccccc' };
    expect(leftIsolated([isolated, step('replace_instance', [A], { replaced })])).toEqual([B]);
    expect(
      leftIsolated([isolated, step('replace_instance', [A, B], { replaced, outcome: 'FAILED' })]),
    ).toEqual([B]);
  });
});
