// @slow
import { expect, it } from 'vitest';
import { casesToTry } from '../thoroughness.ts';
import { catchDefect } from './defects/catch-defect.ts';
import { KINDS_OF_DEFECTS } from './defects/defects.ts';

/** A change may move what a seed plays. If none of this many runs catches the defect any longer, the change hides it. */
const MOST_RUNS = 300;

it.each(KINDS_OF_DEFECTS.flatMap(casesToTry))('the invariants catch an engine that $name', async (defect) => {
  const caught = await catchDefect(defect, { first: defect.caughtWith, upTo: MOST_RUNS });
  expect(caught, `not caught within ${MOST_RUNS} runs`).toBeDefined();
  if (caught && caught.seed !== defect.caughtWith)
    console.warn(`${defect.name}: caught with seed ${caught.seed}, not ${defect.caughtWith}: update the row`);
});
