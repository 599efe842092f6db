import { describe, expect, it } from 'vitest';
import { catchDefect } from './defects/catch-defect.ts';
import { DEFECTS } from './defects/defects.ts';

/** Runs until a change that moved what is played counts as one that hides the defect. */
const MOST_RUNS = 300;

describe('the invariants catch an engine', () => {
  it.each(DEFECTS)('that $name', async (defect) => {
    const caught = await catchDefect(defect, { first: defect.caughtWith, upTo: MOST_RUNS });
    expect(caught, `not caught within ${MOST_RUNS} runs`).toBeDefined();
    if (caught && caught.seed !== defect.caughtWith)
      console.warn(
        `${defect.name}: caught with seed ${caught.seed}, not ${defect.caughtWith}: update the row`,
      );
  });
});
