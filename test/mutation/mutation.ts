import { mkdir, writeFile } from 'node:fs/promises';
import { outdated } from './equivalent/equivalent-mutants.ts';
import { AREAS, isWithin } from './folders.ts';
import { type Candidate, mutantsIn, runsOf } from './mutants-in.ts';
import { type MutationOptions, parseOptions, USAGE } from './options.ts';
import { report } from './report.ts';
import { countedOf, type MutantOutcome, scoresOf } from './score.ts';
import { mutate, RESULTS_DIRECTORY } from './stryker.ts';

/**
 * `npm run mutation`: changes the code in small ways, one at a time, and runs the tests that reach the change. A change
 * that no test notices is listed. A sample is drawn in each folder, because all mutants together take hours.
 *
 * The exit code is 1 if the tests of a folder notice less than the minimum, or if a mutant is excused that no longer exists.
 */
const RESULTS = `${RESULTS_DIRECTORY}/mutation.json`;

if (process.argv.includes('--help')) console.log(USAGE);
else process.exit(await main(parseOptions(process.argv.slice(2))));

async function main({ folders, sampleSize, seed, minimumPercent }: MutationOptions): Promise<number> {
  const sample = { size: sampleSize, seed };
  const candidates: Candidate[] = [];
  const mutants: MutantOutcome[] = [];
  for (const area of AREAS) {
    const mutated = folders.filter((folder) => isWithin(folder, area.folder));
    const found = await mutantsIn(mutated);
    candidates.push(...found);
    for (const ranges of runsOf(found, sample)) mutants.push(...(await mutate(area, ranges, sample)));
  }
  const tried = countedOf(mutants);
  const scores = scoresOf(mutants);
  await mkdir(RESULTS_DIRECTORY, { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify({ seed, minimumPercent, scores, tried }, undefined, 2)}\n`);
  console.log(`\n${report(tried, scores)}\n\nwritten to ${RESULTS}`);

  const old = outdated(candidates);
  for (const { path, original, replacement } of old)
    console.log(
      `${path}: no mutant turns ${original} into ${replacement} there; remove it from equivalent-mutants.ts`,
    );
  const bad = scores.filter(({ percent }) => percent < minimumPercent);
  for (const { folder, percent } of bad)
    console.log(
      `${folder}: the tests notice ${percent.toFixed(1)} %; at least ${minimumPercent} % are needed`,
    );
  return bad.length > 0 || old.length > 0 || tried.length === 0 ? 1 : 0;
}
