import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { isEquivalent } from './equivalent/equivalent-mutants.ts';
import { ROOT } from './folders.ts';
import { draw, type Sample } from './sample.ts';
import { changeOf, type MutantChange } from './source-change.ts';

/** A mutant that may be tried. */
export interface Candidate extends MutantChange {
  /** Where it is, as Stryker's option `mutate` has it: lines from 1, columns from 0. */
  readonly range: string;
}

/** Stryker leaves out what is computed when a module is loaded, which it knows only once the tests have run. */
const SPARE = 2;
/** A range holds some three mutants, since there are others within it. */
const RANGES_A_RUN = 100;

/** Every mutant of folders and those below them. */
export async function mutantsIn(folders: readonly string[]): Promise<readonly Candidate[]> {
  const names = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
  const files = [...new Set(names)].map((name) => join(ROOT, name));
  const { mutants } = await new Instrumenter(SILENT).instrument(
    files.map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [] },
  );
  return mutants.map((mutant) => ({ ...changeOf(mutant, 0), range: rangeOf(mutant) }));
}

/**
 * What to have Stryker mutate for a sample, in runs that each fit into memory: it notes which test reaches which mutant.
 * A folder is in one run only.
 */
export function runsOf(
  candidates: readonly Candidate[],
  { size, seed }: Sample,
): readonly (readonly string[])[] {
  const worthTrying = candidates.filter((candidate) => !isEquivalent(candidate));
  const folders = Map.groupBy(draw(worthTrying, { size: size * SPARE, seed }), ({ folder }) => folder);
  const runs: string[][] = [];
  for (const drawn of folders.values()) {
    const ranges = new Set(drawn.map(({ range }) => range));
    const last = runs.at(-1);
    if (last !== undefined && last.length + ranges.size <= RANGES_A_RUN) last.push(...ranges);
    else runs.push([...ranges]);
  }
  return runs;
}

function rangeOf({ fileName, location: { start, end } }: Mutant): string {
  return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
}

const nothing = () => undefined;
const no = () => false;
const SILENT = {
  ...{ trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing },
  ...{ isTraceEnabled: no, isDebugEnabled: no, isInfoEnabled: no },
  ...{ isWarnEnabled: no, isErrorEnabled: no, isFatalEnabled: no },
};
