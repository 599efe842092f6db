import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { manyRuns } from './many-runs.ts';
import { shrink } from './shrink.ts';
import { type Simulation, simulate } from './simulate.ts';
import { timeline } from './timeline.ts';

const USAGE = `npm run sim -- [--runs 2000] [--from 1] [--json]   many runs, a seed each
npm run sim -- --seed N                           one run, with its timeline; a failing one is shrunk
npm run sim -- --seed N --fault ID [--fault ID]   the same with these faults alone; --calm: with none
npm run sim -- --config selfheal.yaml --history alarms.json   what would have been healed`;

const WHAT_IF = new URL('../../local/what-if/what-if.ts', import.meta.url);

async function main(argv: readonly string[]): Promise<number> {
  if (
    argv.some((argument) => argument === '--history' || argument.startsWith('--history=')) &&
    existsSync(WHAT_IF)
  ) {
    const { whatIf } = (await import(WHAT_IF.href)) as {
      whatIf: (argv: readonly string[]) => Promise<number>;
    };
    return await whatIf(argv);
  }
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runs: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      fault: { type: 'string', multiple: true },
      calm: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.seed === undefined)
    return await runMany(wholeNumber('runs', values.runs), wholeNumber('from', values.from), values.json);
  const seed = wholeNumber('seed', values.seed);
  const chosen = values.fault ?? (values.calm ? [] : undefined);
  return await replay(seed, chosen && new Set(chosen));
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option} ${text}: a whole number, such as 2000, is what it takes`);
}

async function runMany(count: number, fromSeed: number, json: boolean): Promise<number> {
  const startMs = performance.now();
  const summary = await manyRuns({ fromSeed, count });
  const wallSeconds = Math.round(performance.now() - startMs) / 1_000;
  const incidentsPerMinute = Math.round((summary.incidents / wallSeconds) * 60);
  const { violations, ...figures } = summary;
  console.log(
    JSON.stringify(
      { ...figures, violations: violations.length, wallSeconds, incidentsPerMinute },
      null,
      json ? 0 : 2,
    ),
  );
  const [first] = violations;
  if (first === undefined) return 0;
  for (const { seed, invariant, text } of violations.slice(0, 20))
    console.error(`seed ${seed}: ${invariant}: ${text}`);
  await explain(await simulate(first.seed), console.error);
  return 1;
}

/** @param only these faults, by id; then nothing is shrunk */
async function replay(seed: number, only?: ReadonlySet<string>): Promise<number> {
  const run = await simulate(seed, only && { only });
  if (run.violations.length > 0 && only === undefined) {
    await explain(run, console.log);
    return 1;
  }
  for (const line of timeline(run.evidence.trace)) console.log(line);
  if (run.violations.length > 0) {
    tellViolations(run, console.log);
    return 1;
  }
  console.log(
    `seed ${seed}: ${run.incidents} incidents, ${run.operations} operations, ${run.faults.length} faults, no violation`,
  );
  return 0;
}

/** The shortest schedule of faults that breaks the same invariant, and what happened in it. */
async function explain(run: Simulation, print: (line: string) => void): Promise<void> {
  const shrunk = await shrink(run);
  for (const line of timeline(shrunk.evidence.trace)) print(line);
  print(`seed ${run.seed}: ${shrunk.faults.length} of ${run.faults.length} faults are enough`);
  for (const id of shrunk.faults) print(`  ${id}`);
  tellViolations(shrunk, print);
  const faults = shrunk.faults.map((id) => ` --fault '${id}'`).join('');
  print(`replay it with: npm run sim -- --seed ${run.seed}${faults === '' ? ' --calm' : faults}`);
}

function tellViolations({ violations }: Simulation, print: (line: string) => void): void {
  for (const { invariant, text } of violations) print(`violated: ${invariant}: ${text}`);
}

process.exitCode = await main(process.argv.slice(2));
