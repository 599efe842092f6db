import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createVitest,
  parseCLI,
  type TestCase,
  type TestModule,
  type TestSuite,
  type Vitest,
} from 'vitest/node';
import { type DynamoDbLocal, startDynamoDbLocal } from '../local/dynamodb-local/server.ts';
import { RUNNING_DYNAMODB_LOCAL } from './contract/dynamodb-local.ts';
import { chooseThoroughness } from './thoroughness.ts';

/**
 * What `npm test` runs: every project in one go, with one result; of the tests, the essential ones, or all. Arguments are vitest's own, such as
 * `npm test -- --project unit`. The last line is `N passed, N failed`, with `, N skipped` when there are any; the exit
 * code is 1 if anything failed, or if nothing ran.
 */
const MOST_FILES_TO_TRY_AGAIN = 5;

interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

// Each test that runs a command or deploys starts several processes of Node, which compile the same files.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');

const args = process.argv.slice(2);
// Before the configuration is read, which leaves out what is not to run.
const thoroughness = chooseThoroughness(args.length > 0);
const dynamoDb = args.length === 0 ? await sharedDynamoDb() : undefined;
const result = await run(args).catch((error: unknown): Result => {
  console.error(error);
  return { passed: 0, failed: 1, skipped: 0 };
});
await dynamoDb?.stop();
const { passed, failed, skipped } = result;
if (thoroughness === 'essential')
  console.log('These were the essential tests; `SELFHEAL_TESTS=all npm test` runs all.');
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
// A server that a test left behind must not keep the run from ending.
process.exit(failed > 0 || passed === 0 ? 1 : 0);

/** Spares each suite the start of its own. If it does not start, the suites say why, or that they are skipped. */
async function sharedDynamoDb(): Promise<DynamoDbLocal | undefined> {
  const server = await startDynamoDbLocal().catch(() => undefined);
  if (server) process.env[RUNNING_DYNAMODB_LOCAL] = server.endpoint;
  return server;
}

async function run(args: readonly string[]): Promise<Result> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  process.env['NODE_ENV'] ??= 'test';
  const vitest = await createVitest('test', {
    ...options,
    watch: false,
    reporters: options.reporters ?? ['default'],
  });
  try {
    await vitest.start(filter);
    tellOfRetries(vitest);
    // Each further run forgets the errors of the one before it.
    const stray = strayErrors(vitest) + (await tryFilesAgain(vitest));
    return count(vitest, stray);
  } finally {
    await vitest.close();
  }
}

/** A test that passes only when tried again is one to look at; vitest itself does not say what was wrong. */
function tellOfRetries(vitest: Vitest): void {
  for (const test of testsOf(vitest)) {
    if (!test.diagnostic()?.flaky) continue;
    console.log(`passed when tried again: ${test.module.relativeModuleId}, ${test.fullName}`);
    for (const { message } of test.result().errors ?? []) console.log(message.replaceAll(/^/gm, '  '));
  }
}

/**
 * Tries files again whose tests share hosts and a deployment, so that none of them can be tried again alone: one at a time,
 * while nothing else is running. If many have failed, it is not for a busy machine.
 *
 * @returns how many errors outside any test there were
 */
async function tryFilesAgain(vitest: Vitest): Promise<number> {
  const failed = vitest.state.getTestModules().filter((module) => !module.ok());
  const shared = failed.filter(({ project }) => project.config.retry !== 0);
  if (shared.length > MOST_FILES_TO_TRY_AGAIN) return 0;
  let stray = 0;
  for (const module of shared) {
    await vitest.runTestSpecifications([module.toTestSpecification()]);
    stray += strayErrors(vitest);
    const again = vitest.state.getTestModules().find(({ id }) => id === module.id);
    if (again?.ok()) console.log(`passed when the whole file was tried again: ${module.relativeModuleId}`);
  }
  return stray;
}

function strayErrors(vitest: Vitest): number {
  return vitest.state.getUnhandledErrors().length;
}

function testsOf(vitest: Vitest): readonly TestCase[] {
  return vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
}

/** @param stray errors outside any test */
function count(vitest: Vitest, stray: number): Result {
  const modules = vitest.state.getTestModules();
  const tests = testsOf(vitest);
  const inState = (state: string) => tests.filter((test) => test.result().state === state).length;
  const broken = modules.reduce((sum, module) => sum + brokenIn(module), 0);
  return {
    passed: inState('passed'),
    failed: inState('failed') + inState('pending') + broken + stray,
    skipped: inState('skipped'),
  };
}

/** Files and suites that failed outside any test: in an import or a hook. Each counts as one failure. */
function brokenIn(module: TestModule): number {
  const groups: readonly (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return groups.filter((group) => group.errors().length > 0).length;
}
