import { describe, expect, it } from 'vitest';
import { leftIsolated, perhapsIsolated } from '../../../../functions/core/issue/left-isolated.ts';
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

describe('the hosts that an operation may have left isolated', () => {
  it.each(['UNKNOWN', 'TIMED_OUT', 'CANCELLED', undefined] as const)(
    'include that of an isolation with the outcome %s, unless it was restored',
    (outcome) => {
      const { outcome: _, ...begun } = step('isolate_network', [A]);
      const isolated = { ...begun, ...(outcome && { outcome }) };
      expect(perhapsIsolated([isolated])).toEqual([A]);
      expect(perhapsIsolated([isolated, step('restore_network', [A])])).toEqual([]);
      expect(perhapsIsolated([isolated, step('restore_network', [A], { outcome: 'FAILED' })])).toEqual([A]);
    },
  );

  it('include those of an isolation that failed on some of several hosts, or of a host’s interfaces', () => {
    const failed = (targets: readonly string[], more: Partial<StepRecord> = {}) =>
      step('isolate_network', targets, { outcome: 'FAILED', ...more });
    expect(perhapsIsolated([failed([B, A])])).toEqual([A, B]);
    expect(perhapsIsolated([failed([A], { change: { before: '{}', intended: '{}' } })])).toEqual([A]);
    expect(perhapsIsolated([failed([A])])).toEqual([]);
  });

  it('exclude those that it has isolated for certain, or never began to isolate', () => {
    const isolated = step('isolate_network', [A]);
    expect(perhapsIsolated([isolated])).toEqual([]);
    expect(perhapsIsolated([step('isolate_network', [A], { outcome: 'UNKNOWN' }), isolated])).toEqual([]);
    expect(perhapsIsolated([step('isolate_network', [A], { outcome: 'SKIPPED' })])).toEqual([]);
    expect(perhapsIsolated([step('graceful_stop', [A], { outcome: 'UNKNOWN' })])).toEqual([]);
  });
});
