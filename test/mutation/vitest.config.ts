import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { AREAS, MUTATED_AREA } from './folders.ts';

/**
 * A mutant is done with as soon as one test fails: first the tests of the mutated folder itself, then the others, and last
 * those that search or wait.
 */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isOther = ({ moduleId }: TestSpecification) => Number(!moduleId.includes(OWN_TESTS));
    const place = ({ moduleId }: TestSpecification) => SLOW.findIndex((name) => moduleId.includes(name));
    return files.toSorted(
      (a, b) => place(a) - place(b) || isOther(a) - isOther(b) || a.moduleId.localeCompare(b.moduleId),
    );
  }
}

const MUTATED = process.env[MUTATED_AREA];
const OWN_TESTS = `${MUTATED?.replace(/^functions\//, '/test/unit/')}/`;
const SLOW = ['unit/configuration/load', 'contract/peer-store', 'contract/operation-store'];

/** `functions/core/lazily.ts`, from anywhere in `functions`. */
const AS_THE_CODE_IMPORTS_IT = /^(\.{1,2}\/)+(core\/)?lazily\.ts$/;

/** What reads the text of the source, which Stryker has rewritten. */
const READ_THE_SOURCE = ['test/unit/configuration/problem-codes.test.ts'];

export default defineConfig({
  resolve: { alias: [{ find: AS_THE_CODE_IMPORTS_IT, replacement: join(import.meta.dirname, 'lazily.ts') }] },
  test: {
    include: testsOf(MUTATED),
    exclude: READ_THE_SOURCE,
    setupFiles: ['test/mutation/load-mutated.ts'],
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
