import { describe, expect, it } from 'vitest';
import { DEFECTS } from './defects/defects.ts';
import { runsUntilCaught } from './defects/runs-until-caught.ts';

describe('a defect is caught', () => {
  it.each(DEFECTS)('that $name', async (defect) => {
    const caught = await runsUntilCaught(defect, 2_000);
    expect(caught, 'not caught within 2,000 runs').toBeDefined();
    console.log(`${defect.name}: caught in ${caught?.runs} runs, by ${caught?.violation.invariant}`);
  });
});
