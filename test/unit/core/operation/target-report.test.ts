import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { shortened, targetReport } from '../../../../functions/core/operation/target-report.ts';
import { configured } from '../../../factories/configuration.ts';

const [A, B] = ['i-0000000a', 'i-0000000b'];

/** What is reported of hosts that are let back in one after the other, as far as these steps have come. */
function lifted(...steps: readonly Partial<StepRecord>[]) {
  const configuration = configured({
    components: { web: { targets: { instanceIds: [A, B] } } },
    strategies: [{ actions: [{ type: 'restore_network', onError: 'continue' }] }],
  });
  const [strategy] = configuration.strategies;
  const { web: component } = configuration.components;
  if (!strategy || !component) throw new Error('not configured');
  const records = steps.map(
    (step): StepRecord => ({
      ...({ operationId: 'op', stepId: 'heal-0', component: 'web', action: 'restore_network' } as const),
      ...({ onError: 'continue', startedAtMs: 0, targets: [A], outcome: 'SUCCEEDED' } as const),
      ...step,
    }),
  );
  const operation = { layout: { batches: [[A], [B]], skipped: {} } };
  return targetReport({ strategy, component, operation, steps: records, pending: undefined });
}

describe('the report on hosts that are let back in', () => {
  const CHECK = { stepId: 'heal-1', action: 'health_check' } as const;
  const report = (repaired: readonly string[], left: readonly string[]) => ({
    ...{ repaired, left, undone: [], untouched: [B], skipped: {} },
  });

  it('calls those repaired that were', () => {
    expect(lifted({}, CHECK)).toEqual(report([A], []));
    expect(lifted({ outcome: 'SKIPPED' }, CHECK)).toEqual(report([A], []));
  });

  it('calls those left as they are that were not, though the next ones follow', () => {
    expect(lifted({ outcome: 'FAILED', detail: 'has failed' }, CHECK)).toEqual(report([], [A]));
  });

  it('calls those left as they are that were found unhealthy', () => {
    const unhealthy = { ...CHECK, outcome: 'FAILED', failsAs: 'BatchNotHealthy' } as const;
    expect(lifted({}, unhealthy)).toEqual(report([], [A]));
  });

  it('calls those untouched whose gate was closed', () => {
    const closed = { outcome: 'FAILED', failsAs: 'TooFewHealthyTargets', targets: [] } as const;
    expect(lifted(closed)).toEqual({ ...report([], []), untouched: [A, B] });
  });
});

describe('a long list of ids', () => {
  it('is cut after the first five', () => {
    const five = ['a', 'b', 'c', 'd', 'e'];
    expect(shortened(five)).toBe('a, b, c, d, e');
    expect(shortened([...five, 'f'])).toBe('a, b, c, d, e and 1 more');
  });
});
