import { catchDefect } from './defects/catch-defect.ts';
import { explain, printViolations } from './explain.ts';
import { manyRuns } from './many-runs.ts';
import { readTask, type Task, USAGE, UsageError } from './options.ts';
import { simulate } from './simulate.ts';
import { timeline } from './timeline.ts';

const MOST_RUNS_FOR_A_DEFECT = 2_000;
const REPORT_EVERY_MS = 10_000;

async function main(argv: readonly string[]): Promise<number> {
  const task = readTask(argv);
  switch (task.task) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'many':
      return await runMany(task);
    case 'one':
      return await replay(task);
    default:
      return await find(task);
  }
}

async function runMany({ count, fromSeed, json }: Extract<Task, { task: 'many' }>): Promise<number> {
  const startMs = performance.now();
  let reportedMs = startMs;
  let reportedViolations = 0;
  const summary = await manyRuns({ fromSeed, count }, ({ runs, violations }) => {
    for (const { seed, invariant, text } of violations.slice(reportedViolations))
      console.error(`seed ${seed}: ${invariant}: ${text}`);
    reportedViolations = violations.length;
    if (performance.now() - reportedMs < REPORT_EVERY_MS) return;
    reportedMs = performance.now();
    console.error(`${runs} of ${count} runs, ${violations.length} violations`);
  });
  const wallSeconds = Math.round(performance.now() - startMs) / 1_000;
  const incidentsPerMinute = Math.round((summary.incidents / wallSeconds) * 60);
  const { violations, ...figures } = summary;
  const report = { ...figures, violations: violations.length, wallSeconds, incidentsPerMinute };
  console.log(JSON.stringify(report, null, json ? 0 : 2));
  const [first] = violations;
  if (first === undefined) return 0;
  await explain(await simulate(first.seed), console.error);
  return 1;
}

/** Replays a run. A failing one is shrunk, unless its faults were chosen by hand. */
async function replay({ seed, only, defect, all }: Extract<Task, { task: 'one' }>): Promise<number> {
  const run = await simulate(seed, { ...(only && { only }), ...(defect && { defect }) });
  const unknown = [...(only ?? [])].filter((id) => !run.faults.includes(id));
  if (unknown.length > 0)
    throw new UsageError(`--fault '${unknown[0]}': no such fault strikes in seed ${seed}`);
  if (run.violations.length > 0 && only === undefined) {
    await explain(run, console.log, { ...(defect && { defect }), all });
    return 1;
  }
  for (const line of timeline(run.evidence.trace)) console.log(line);
  const { incidents, operations, faults, violations } = run;
  const what = `${incidents} incidents, ${operations} operations, ${faults.length} faults`;
  console.log(`seed ${seed}: ${what}${violations.length === 0 ? ', no violation' : ''}`);
  printViolations(run, console.log);
  return violations.length === 0 ? 0 : 1;
}

/** Runs seed after seed with a mistake in the engine until an invariant breaks, and explains that run. */
async function find({ defect, all }: Extract<Task, { task: 'find' }>): Promise<number> {
  const caught = await catchDefect(defect, { upTo: MOST_RUNS_FOR_A_DEFECT });
  if (caught === undefined) {
    console.log(`"${defect.name}" was not found in ${MOST_RUNS_FOR_A_DEFECT} runs`);
    return 1;
  }
  await explain(await simulate(caught.seed, { defect }), console.log, { defect, all });
  console.log(`"${defect.name}" is caught with seed ${caught.seed}`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
