import { beforeAll, describe, expect, it } from 'vitest';
import { healKinds, type KindHeal } from '../../bench/kinds/kinds-bench.ts';
import { KIND_NAMES } from '../../bench/kinds/kinds-landscape.ts';

describe('the bench of kinds of targets', () => {
  let heals: readonly KindHeal[];
  beforeAll(async () => {
    heals = await healKinds();
  });

  it.each(KIND_NAMES)('a heal on %s succeeds and takes at most 14 state transitions', (kind) => {
    const heal = heals.find((each) => each.kind === kind);
    expect(heal?.state).toBe('COMPLETED');
    expect(heal?.transitions).toBeLessThanOrEqual(14);
  });
});
