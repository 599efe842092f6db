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

  const steady = (length: number, worse: Readonly<Record<number, number>> = {}) =>
    samples(Array.from({ length }, (_, index) => worse[index] ?? 0.1));

  it('compares the mean of the two worst periods with that of each window of normal operation', () => {
    const history = steady(200, { 50: 0.4, 51: 0.4, 150: 0.5 });
    const during = samples([0.1, 0.5, 0.3]);
    expect(onsetGate({ history, before: samples([0.1]), during })).toEqual({
      ...{ probability: (1 + 2) / (1 + 197), isUnusual: true },
    });
  });

  it('opens if at most four in a hundred windows are as bad', () => {
    const gate = (...bad: readonly number[]) =>
      onsetGate({
        history: steady(150, Object.fromEntries(bad.map((index) => [index, 0.5]))),
        ...{ before: samples([0.1]), during: samples([0.5]) },
      });
    expect(gate(10, 30, 50, 70, 90)).toEqual({ probability: 0.04, isUnusual: true });
    expect(gate(10, 30, 50, 70, 90, 110)).toEqual({ probability: 7 / 150, isUnusual: false });
  });

  it('stays closed for what is exactly as usual', () => {
    const usual = { before: samples([0.1]), during: samples([0.1, 0.1]) };
    expect(onsetGate({ history: steady(200), ...usual })).toEqual({ probability: 1, isUnusual: false });
  });

  it('needs a hundred windows of normal operation', () => {
    const onset = { before: samples([0.1]), during: samples([9, 9]) };
    expect(onsetGate({ history: steady(102), ...onset })?.isUnusual).toBe(true);
    expect(onsetGate({ history: steady(101), ...onset })).toBeUndefined();
  });

  it('stays undecided with too short a history', () => {
    const short = HISTORY.slice(0, 60);
    expect(onsetGate({ history: short, before: [], during: samples([9, 9]) })).toBeUndefined();
  });
});
