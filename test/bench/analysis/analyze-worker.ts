import { CloudWatchClient, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createMetricData } from '../../../functions/adapters/cloudwatch/metric-data.ts';
import { createBaselineStore } from '../../../functions/adapters/dynamodb/baseline-store.ts';
import { analyze } from '../../../functions/app/analyze/analyze.ts';
import { emulatorConfig } from '../../contract/operation-store.on-dynamodb.ts';
import { NO_MONITORS, NO_RUNBOOKS } from '../../factories/analysis/no-runbooks.ts';
import { benchConfiguration, STEP_MS } from './analysis-plan.ts';

/** Runs of `analyze`, in a process that holds nothing else. */
export interface AnalyzedRun {
  readonly seconds: number;
  readonly counted: number;
  /** GetMetricData calls, and the metrics in them, which are what is paid for. */
  readonly calls: number;
  readonly metrics: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface WorkerResult {
  readonly runs: readonly AnalyzedRun[];
  readonly maxRssMiB: number;
}

const RUNS = 4;
const [, , dynamoDbUrl = '', cloudWatchUrl = '', tableName = '', first = ''] = process.argv;
const firstMs = Number(first);

const counts = { calls: 0, metrics: 0, readUnits: 0, writeUnits: 0 };
const cloudWatch = new CloudWatchClient({ ...emulatorConfig(cloudWatchUrl) });
cloudWatch.middlewareStack.add(
  (next) => async (args) => {
    counts.calls += 1;
    counts.metrics += (args.input as GetMetricDataCommandInput).MetricDataQueries?.length ?? 0;
    return await next(args);
  },
  { step: 'initialize' },
);
let nowMs = firstMs;
const deps = {
  configuration: benchConfiguration(),
  home: { account: '000000000000', region: 'us-east-1' },
  clock: { nowMs: () => nowMs, sleep: async () => undefined },
  random: Math.random,
  store: { noteDenial: async () => undefined },
  metricData: createMetricData(cloudWatch),
  baselines: createBaselineStore({
    client: new DynamoDBClient(emulatorConfig(dynamoDbUrl)),
    tableName,
    onConsumed: ({ readUnits, writeUnits }) => {
      counts.readUnits += readUnits;
      counts.writeUnits += writeUnits;
    },
  }),
  anomalySignals: { publish: async () => undefined },
  notifier: { notify: async () => undefined },
  runbooks: NO_RUNBOOKS,
  ...NO_MONITORS,
};
const runs: AnalyzedRun[] = [];
for (let run = 0; run < RUNS; run++) {
  Object.assign(counts, { calls: 0, metrics: 0, readUnits: 0, writeUnits: 0 });
  const startedAtMs = performance.now();
  const { counted, problems } = await analyze(deps);
  if (problems.length > 0) throw new Error(problems.slice(0, 3).join('\n'));
  runs.push({ seconds: (performance.now() - startedAtMs) / 1_000, counted, ...counts });
  nowMs += STEP_MS;
}
const result: WorkerResult = { runs, maxRssMiB: process.resourceUsage().maxRSS / 1_024 };
process.send?.(result);
