import type { LogLevel, PartialStrykerOptions } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { startDynamoDbLocal } from '../../local/dynamodb-local/server.ts';
import { RUNNING_DYNAMODB_LOCAL } from '../contract/dynamodb-local.ts';
import { type Area, MUTATED_AREA, MUTATED_FILES, relativePath } from './folders.ts';
import type { Sample } from './sample.ts';
import type { SampleOptions } from './sample-plugin.ts';
import type { MutantOutcome } from './score.ts';
import { changeOf } from './source-change.ts';

export const RESULTS_DIRECTORY = '.cache/stryker';

/**
 * The outcome of mutants, including those that weren't drawn.
 *
 * @param ranges of the source, as Stryker's option `mutate` has them: no other mutants are made
 */
export async function mutate(
  area: Area,
  ranges: readonly string[],
  sample: Sample,
): Promise<readonly MutantOutcome[]> {
  process.env[MUTATED_AREA] = area.folder;
  const files = ranges.map((range) => relativePath(range.slice(0, range.indexOf(':'))));
  process.env[MUTATED_FILES] = JSON.stringify([...new Set(files)]);
  const run = () => new Stryker(optionsOf(ranges, sample)).runMutationTest();
  const needsDynamoDb = area.tests.some((pattern) => pattern.includes('dynamodb-local'));
  const results = await (needsDynamoDb ? withDynamoDb(run) : run());
  return results.map((result) => ({ ...changeOf(result, 1), status: result.status }));
}

/** One for all mutants: starting it takes longer than most of them. */
async function withDynamoDb<Result>(run: () => Promise<Result>): Promise<Result> {
  const server = await startDynamoDbLocal();
  process.env[RUNNING_DYNAMODB_LOCAL] = server.endpoint;
  try {
    return await run();
  } finally {
    await server.stop();
  }
}

function optionsOf(ranges: readonly string[], { size, seed }: Sample): PartialStrykerOptions & SampleOptions {
  return {
    mutate: [...ranges],
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner', './test/mutation/sample-plugin.ts'],
    checkers: ['sample'],
    reporters: ['sample'],
    sample: { size: Number.isFinite(size) ? size : null, seed },
    coverageAnalysis: 'perTest',
    // What is computed when a module is loaded would need all tests, in a new process, for each mutant.
    ignoreStatic: true,
    // On a busy machine, a slow test must not pass for one that noticed.
    timeoutMS: 30_000,
    dryRunTimeoutMinutes: 30,
    concurrency: 2,
    // TypeScript 7 has no JavaScript API for Stryker to read a tsconfig with, and vitest needs none.
    tsconfigFile: 'none',
    disableTypeChecks: false,
    tempDirName: RESULTS_DIRECTORY,
    ignorePatterns: ['/.cache', '/cdk.out', '/coverage', '/test/bench/results'],
    allowConsoleColors: false,
    logLevel: 'warn' as LogLevel,
  };
}
