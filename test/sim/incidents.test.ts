// @slow
import { describe, expect, it } from 'vitest';
import { isThorough } from '../thoroughness.ts';
import { manyRuns } from './many-runs.ts';
import { simulate } from './simulate.ts';
import { timeline } from './timeline.ts';

/** What a change waits for; a night's worth of runs is a command: `npm run sim -- --runs 20000`. */
const RUNS = isThorough() ? 250 : 50;

/**
 * Seeds that once broke an invariant, for a mistake of the engine or of a checker:
 *
 * - 440: a repeated `act` of a finished step put that step back on the claim, in place of the next one.
 * - 4014, 10666: alarms were handed back in the order of their names, so that hopeless repairs left others no turn.
 * - 19804: a checker did not know which strategy of a ladder has to rest.
 * - 2, 103: an undo plan lacked what an earlier try of a step had sent, once a later one could not send it.
 * - 1457, 2423: an outage kept undo steps from being tried.
 * - 102, 197: a signal of the watchdog led to an operation each time that it was published.
 * - 951, 1578: functions lacked permissions, and nobody was notified.
 * - 1085: a checker judged an undo plan by a gate that a late step found closed afterwards.
 * - 1162: a checker expected the rollback of a repair that could not be verified.
 *
 * New kinds of faults change what a seed plays: unit tests hold each mistake. Those among the first runs are played there.
 */
const MENDED_SEEDS = [2, 102, 103, 197, 440, 951, 1085, 1162, 1457, 1578, 2423, 4014, 10666, 19804];

describe('the simulator', () => {
  /** The runs of different seeds. */
  const played: string[] = [];

  it(`breaks no invariant in ${RUNS} runs`, async () => {
    const summary = await manyRuns({ fromSeed: 1, count: RUNS });
    expect(summary.violations).toEqual([]);
    expect(summary.runs).toBe(RUNS);
    expect(summary.incidents).toBeGreaterThan(5 * RUNS);
  });

  it.each(MENDED_SEEDS.filter((seed) => seed > RUNS))('breaks no invariant again: seed %i', async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('gives the same run for the same seed, byte for byte: seed %i', async (seed) => {
    const play = async () => timeline((await simulate(seed)).evidence.trace).join('\n');
    const first = await play();
    expect(await play()).toBe(first);
    expect(played).not.toContain(first);
    played.push(first);
  });
});
