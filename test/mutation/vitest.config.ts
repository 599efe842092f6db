import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { AREAS, MUTATED_AREA } from './folders.ts';

/** A mutant is done with as soon as one test fails: first those that fail at once, then those that search or wait. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => SLOW.findIndex((name) => moduleId.includes(name));
    return files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

const SLOW = ['unit/configuration/load', 'contract/peer-store', 'contract/operation-store'];

export default defineConfig({
  test: {
    include: testsOf(process.env[MUTATED_AREA]),
    sequence: { sequencer: QuickestFirst },
    // The first run notes which test reaches which mutant, which slows all tests down.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    isolate: false,
  },
});

function testsOf(name: string | undefined): string[] {
  const area = AREAS.find(({ folder }) => folder === name);
  if (!area)
    throw new Error(`${MUTATED_AREA} is ${name}; npm run mutation sets it to the folder that is mutated`);
  return [...area.tests];
}
