import { describe, expect, it } from 'vitest';
import { onsetGate } from '../../../../functions/core/diagnosis/onset-gate.ts';

const samples = (values: readonly number[]) => values.map((value) => ({ requests: 100, value }));
/** Between 0.1 and 0.2, in no order that repeats soon. */
const HISTORY = samples(Array.from({ length: 200 }, (_, index) => 0.1 + ((index * 37) % 101) / 1_010));

describe('the gate before a diagnosis', () => {
  it('opens for what normal operation never showed', () => {
    const gate = onsetGate({
      history: HISTORY,
      before: samples([0.15]),
      during: samples([0.15, 0.5, 0.6, 0.2]),
    });
    expect(gate).toEqual({ probability: 1 / (1 + 196), isUnusual: true });
  });

  it('stays closed for what normal operation shows now and then', () => {
    const gate = onsetGate({
      history: HISTORY,
      before: samples([0.15]),
      during: samples([0.15, 0.19, 0.13, 0.16]),
    });
    expect(gate?.isUnusual).toBe(false);
  });

  it('stays closed for a component that was as bad just before', () => {
    const gate = onsetGate({
      history: HISTORY,
      before: samples([0.6]),
      during: samples([0.6, 0.6, 0.6, 0.6]),
    });
    expect(gate?.isUnusual).toBe(false);
  });

  it('stays closed when nothing was measured since the onset', () => {
    const gate = onsetGate({
      history: HISTORY,
      before: samples([0.15]),
      during: [undefined, { requests: 0 }],
    });
    expect(gate).toEqual({ probability: 1, isUnusual: false });
  });

  it('stays undecided with too short a history', () => {
    const short = HISTORY.slice(0, 60);
    expect(onsetGate({ history: short, before: [], during: samples([9, 9]) })).toBeUndefined();
  });
});
