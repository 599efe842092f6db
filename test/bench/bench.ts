import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { PRICES } from '../../functions/core/cost/prices.ts';
import { requirement } from '../factories/requirements.ts';
import { measureAnalysis } from './analysis/analysis-bench.ts';
import { measureBundles } from './bundles.ts';
import { measureChain } from './chain/chain-bench.ts';
import { measureDetection } from './detection/detection-bench.ts';
import { measureDiagnosis } from './diagnosis/diagnosis-bench.ts';
import { measureHeals } from './heal-part.ts';
import { measureKinds } from './kinds/kinds-bench.ts';
import { moneyOf } from './money.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { report } from './report.ts';
import type { BenchResults } from './results.ts';
import { measureStorms } from './storm-part.ts';
import { targetsOf } from './targets.ts';
import { measureWatchdog } from './watchdog/watchdog-bench.ts';

const RESULTS_DIRECTORY = join(import.meta.dirname, 'results');
const CONFIGURATION = join(import.meta.dirname, '../../selfheal.yaml');

const startMs = performance.now();
const progress = (line: string) =>
  console.error(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`);

async function measure(options: BenchOptions): Promise<BenchResults> {
  const { only, quick, events, concurrency, wave, data, json } = options;
  const configuration = await readFile(CONFIGURATION, 'utf8');
  const plan = quick
    ? { coldHeals: 1, warmHeals: 1, pollingRuns: 1, waveEvents: wave, stableSeconds: 2 }
    : { coldHeals: 3, warmHeals: 5, pollingRuns: 2, waveEvents: wave, stableSeconds: 10 };
  const bundles = only.includes('bundles') ? measureBundles(configuration, quick ? 3 : 15) : undefined;
  const storms =
    only.includes('storm') && requirement('java')
      ? await measureStorms(events, concurrency, progress)
      : undefined;
  const heals =
    only.includes('heal') && requirement('python') ? await measureHeals(plan, progress) : undefined;
  const watchdog = only.includes('watchdog') ? await measureWatchdog(progress) : undefined;
  const diagnosis = only.includes('diagnosis') ? await measureDiagnosis(data, progress) : undefined;
  const chain = only.includes('chain') ? await measureChain(quick, progress) : undefined;
  const detection = only.includes('detection')
    ? measureDetection({ data, quick, rows: json }, progress)
    : undefined;
  const analysis =
    only.includes('analysis') && requirement('java') ? await measureAnalysis(progress) : undefined;
  const kinds = only.includes('kinds') && requirement('java') ? await measureKinds(progress) : undefined;
  return {
    measuredAt: new Date().toISOString(),
    machine: {
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
    },
    options,
    ...(bundles && { bundles }),
    ...(storms && { storms }),
    ...(watchdog && { watchdog }),
    ...(analysis && { analysis }),
    ...(diagnosis && { diagnosis }),
    ...(chain && { chain }),
    ...(detection && { detection }),
    ...(kinds && { kinds }),
    ...(heals && { heals, money: moneyOf(heals, configuration) }),
    prices: PRICES,
  };
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const results = await measure(options);
  const targets = targetsOf(results);
  await mkdir(RESULTS_DIRECTORY, { recursive: true });
  const path = join(RESULTS_DIRECTORY, `bench-${results.measuredAt.replaceAll(':', '')}.json`);
  await writeFile(path, `${JSON.stringify({ ...results, targets }, undefined, 2)}\n`);
  if (options.json) console.log(JSON.stringify({ ...results, targets }));
  else console.log(report(results, targets));
  progress(`written to ${path}`);
}

// Servers end with the process when it exits, and a signal alone is no exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (process.argv.includes('--help')) console.log(USAGE);
else await main();
