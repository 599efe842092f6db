// @slow
import { describe, expect, it } from 'vitest';
import { pagesOnce } from './checkers/pages-once.ts';
import { PAGER_DEFECTS } from './defects/pager-defects.ts';
import { simulate } from './simulate.ts';

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
/** In 38, the repair of one fault holds while two other alarms of the component are red. */
const FAULTY_SEEDS = [...SEEDS, 38];
const CALM: ReadonlySet<string> = new Set();

describe('the simulator with a pager', () => {
  it('opens a page once for an incident and resolves it once', async () => {
    let opened = 0;
    for (const seed of SEEDS) {
      const { evidence, violations } = await simulate(seed, { pager: true, only: CALM });
      expect([...violations, ...pagesOnce(evidence)], `seed ${seed}`).toEqual([]);
      opened += evidence.trace.of('paged').filter(({ event }) => event.event_action === 'trigger').length;
    }
    expect(opened).toBeGreaterThan(SEEDS.length);
  });

  it('does so whatever goes wrong, apart from what it sends again', async () => {
    for (const seed of FAULTY_SEEDS) {
      const { evidence } = await simulate(seed, { pager: true });
      expect(pagesOnce(evidence, true), `seed ${seed}`).toEqual([]);
    }
  });

  it.each(PAGER_DEFECTS)('the check of pages catches an engine that $name', async (defect) => {
    const caught: string[] = [];
    for (const seed of SEEDS) {
      const { evidence } = await simulate(seed, { pager: true, only: CALM, defect });
      caught.push(...pagesOnce(evidence));
      if (caught.length > 0) break;
    }
    expect(caught).toEqual(expect.arrayContaining([expect.stringContaining(defect.says)]));
  });
});
