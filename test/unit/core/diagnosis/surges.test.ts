import { describe, expect, it } from 'vitest';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { trafficQueries } from '../../../../functions/core/diagnosis/traffic.ts';
import { trafficEvidence } from '../../../../functions/core/diagnosis/traffic-evidence.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { readsOf, trafficMetrics } from '../../../factories/operations/traffic.ts';

const MINUTE_MS = 60_000;
const COMPONENTS = { web: { traffic: trafficMetrics('web') } };

/** By how much the requests of each minute are more than usual; of minutes before and after the alarm. */
function surgeOf(requests: (minute: number) => number, minutesAfter = 3): number | undefined {
  const at = { onsetMs: NOON, nowMs: NOON + minutesAfter * MINUTE_MS };
  const queries = trafficQueries(COMPONENTS, ['web'], [], 'cpu', at);
  const minutes = { web: (atMs: number) => ({ requests: requests((atMs - NOON) / MINUTE_MS) }) };
  const reads = readsOf(minutes, queries);
  const alert = { component: 'web', metric: 'cpu' };
  const { surges } = trafficEvidence(alert, dependencyGraph([]), COMPONENTS, queries, reads, new Set());
  return surges?.['web'];
}

const during = (usual: number, more: number) => (minute: number) => (minute < -10 ? usual : more);

describe('a surge of requests', () => {
  it('is 1.4 times what is usual, or more', () => {
    expect(surgeOf(during(1_000, 1_400))).toBe(1.4);
    expect(surgeOf(during(1_000, 1_399))).toBeUndefined();
  });

  it('is beyond the noise of people who come one by one', () => {
    expect(surgeOf(during(16, 26))).toBe(1.625);
    expect(surgeOf(during(16, 25))).toBeUndefined();
  });

  it('is beyond the noise that is usual', () => {
    const noisy = (most: number) => (minute: number) =>
      minute < -10 ? 1_000 + (minute % 2 === 0 ? 400 : -400) : most;
    // The deviation is 1.4826 times 400.
    expect(surgeOf(noisy(2_483))).toBeCloseTo(2.483);
    expect(surgeOf(noisy(2_482))).toBeUndefined();
  });

  it('is of five requests a minute at least', () => {
    expect(surgeOf(during(5, 50))).toBe(10);
    expect(surgeOf(during(4, 50))).toBeUndefined();
  });

  it('is more than was asked just before, and more than has been usual for hours', () => {
    const since = (before: number) => (minute: number) =>
      minute < -20 ? 1_000 : minute < -10 ? before : 1_800;
    expect(surgeOf(since(1_200))).toBe(1.5);
    expect(surgeOf(since(500))).toBe(1.8);
    expect(surgeOf(since(1_300))).toBeUndefined();
  });

  it('lasts for at least two of three minutes, the last ones included', () => {
    const lately = (from: number) => (minute: number) => (minute < from ? 1_000 : 3_000);
    expect(surgeOf(lately(1))).toBe(3);
    expect(surgeOf(lately(2))).toBeUndefined();
    expect(surgeOf((minute) => (minute === -10 || minute === -9 ? 3_000 : 1_000))).toBe(3);
  });

  it('shows once three minutes are known since the trouble may have begun', () => {
    expect(surgeOf(during(1_000, 3_000), -7)).toBe(3);
    expect(surgeOf(during(1_000, 3_000), -8)).toBeUndefined();
  });
});
