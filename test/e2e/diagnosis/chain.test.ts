// @thorough
// @slow
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, startChain } from '../../bench/chain/chain.ts';
import { ALL_WATCHED, harmOf } from '../../bench/chain/evaluate-cases.ts';
import { FAULTS } from '../../bench/chain/faults.ts';
import { judgeCase } from '../../bench/chain/judge-case.ts';
import { type Measurements, measured, recordCase } from '../../bench/chain/recorded-case.ts';
import { requirement } from '../../factories/requirements.ts';

const PERIOD_MS = 200;
const PEOPLE = 40;
const WARM_UP_PERIODS = 15;
/** As many as triage reads. */
const HISTORY_PERIODS = 190;
/** What shows only now and then, or looks like another fault on a busy machine, is counted by the bench. */
const COUNTED_ONLY = ['cache forgets', 'report holds the lock', 'slow network'];
const TRIED = FAULTS.filter(({ name }) => !COUNTED_ONLY.includes(name));

// Root puts the processes first, so that other work on the machine does not look like a fault, and mounts the small disk.
describe.skipIf(!requirement('root'))('a chain of real processes', () => {
  let chain: Chain;
  let history: Measurements;
  beforeAll(async () => {
    chain = await startChain(PERIOD_MS, PEOPLE);
    await chain.wait(WARM_UP_PERIODS);
    const from = chain.period();
    await chain.wait(HISTORY_PERIODS);
    history = measured(chain, from, chain.period() - 1);
  });
  afterAll(async () => {
    await chain?.stop();
  });

  it.each(TRIED.map((fault) => [fault.name, fault] as const))(
    'names what is at fault, and takes nothing healthy down: %s',
    async (_, fault) => {
      const recorded = await recordCase(chain, [fault], {
        load: 'normal',
        people: PEOPLE,
        history,
        decoy: fault.at.includes('cache') ? 'payments-b' : 'cache',
      });
      const judged = await judgeCase(recorded, ALL_WATCHED);
      expect(fault.at).toContain(judged.answers[0]?.component);
      expect(harmOf(judged)).toEqual([]);
    },
  );
});
