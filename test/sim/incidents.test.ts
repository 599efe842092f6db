import { describe, expect, it } from 'vitest';
import { manyRuns } from './many-runs.ts';
import { simulate } from './simulate.ts';
import { timeline } from './timeline.ts';

/** What a change waits for; a night's worth of runs is a command: `npm run sim -- --runs 20000`. */
const RUNS = 250;

/**
 * Seeds that broke something once: 440, a repeated `act` of a step that was over, slow to write, put its own step back
 * on the claim in place of the next one's; 4014 and 10666, alarms that were handed back by name, so that hopeless
 * repairs left others no turn; 19804, a checker that did not know which strategy on the ladder has to rest; 2 and 103, an
 * undo plan without what an earlier try of a step had sent, once a later one could not send it; 1457 and 2423, undo steps
 * that an outage kept from being tried; 102 and 197, a signal of the watchdog that led to an operation each time that it
 * was said; 951, a function that may not record what it sends, and says so to nobody; 1085, a checker that took a gate
 * which a late step found closed for one that was closed before the undo. New kinds of faults change what a seed plays: the defects themselves have unit tests.
 */
const MENDED_SEEDS = [2, 102, 103, 197, 440, 951, 1085, 1457, 2423, 4014, 10666, 19804];

describe('the simulator', () => {
  it(`breaks no invariant in ${RUNS} runs`, async () => {
    const summary = await manyRuns({ fromSeed: 1, count: RUNS });
    expect(summary.violations).toEqual([]);
    expect(summary.runs).toBe(RUNS);
    expect(summary.incidents).toBeGreaterThan(5 * RUNS);
  });

  it.each(MENDED_SEEDS)('breaks no invariant again: seed %i', async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('gives the same run for the same seed, byte for byte: seed %i', async (seed) => {
    const first = timeline((await simulate(seed)).evidence.trace).join('\n');
    const second = timeline((await simulate(seed)).evidence.trace).join('\n');
    expect(second).toBe(first);
    expect(first).not.toBe(timeline((await simulate(seed + 100)).evidence.trace).join('\n'));
  });
});
