import { fork } from 'node:child_process';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PRICES } from '../../../functions/core/cost/prices.ts';
import { HANDLERS } from '../../../functions/handlers/table/handler-table.ts';
import { dynamoDbLocal } from '../../contract/dynamodb-local.ts';
import { emulatorConfig } from '../../contract/operation-store.on-dynamodb.ts';
import { createStoreTable } from '../../contract/store-table.ts';
import { COMPONENTS, SERIES_A_COMPONENT, STEP_MS } from './analysis-plan.ts';
import type { AnalyzedRun, WorkerResult } from './analyze-worker.ts';

const HOURS_A_MONTH = 730;
const RUNS_A_MONTH = (HOURS_A_MONTH * 3_600_000) / STEP_MS;

/** A month of one watched series that is read every 5 minutes, in US dollars. */
export interface SeriesMonth {
  readonly metrics: number;
  readonly table: number;
  readonly lambda: number;
  readonly total: number;
}

export interface AnalysisResults extends WorkerResult {
  readonly series: number;
  readonly month: SeriesMonth;
}

/** Reads 10,000 series from a CloudWatch and a DynamoDB on this machine, each in a process of its own. */
export async function measureAnalysis(progress: (line: string) => void): Promise<AnalysisResults> {
  const series = COMPONENTS * SERIES_A_COMPONENT;
  progress(`analysis: ${series} series`);
  const server = await dynamoDbLocal();
  const client = new DynamoDBClient(emulatorConfig(server.endpoint));
  const firstMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
  const metrics = fork(join(import.meta.dirname, 'metric-server.ts'), [String(firstMs)]);
  try {
    const table = await createStoreTable(client);
    const cloudWatchUrl = await message<string>(metrics);
    const worker = fork(join(import.meta.dirname, 'analyze-worker.ts'), [
      ...[server.endpoint, cloudWatchUrl, table.tableName, String(firstMs)],
    ]);
    const result = await message<WorkerResult>(worker);
    await table.drop();
    const steady = result.runs.at(-1);
    if (!steady) throw new Error('no run was measured');
    for (const run of result.runs)
      progress(`analysis: ${run.counted} data points in ${run.seconds.toFixed(1)} s`);
    return { series, ...result, month: seriesMonth(steady, series) };
  } finally {
    metrics.kill();
    client.destroy();
    await server.stop();
  }
}

function seriesMonth(run: AnalyzedRun, series: number): SeriesMonth {
  const aRun = (usd: number) => (usd * RUNS_A_MONTH) / series;
  const gigabytes = HANDLERS.analyze.memorySizeMiB / 1_024;
  const metrics = aRun(run.metrics * PRICES.metricRead.usd);
  const table = aRun(run.readUnits * PRICES.readUnit.usd + run.writeUnits * PRICES.writeUnit.usd);
  const lambda = aRun(
    PRICES.lambdaRequest.usd + run.seconds * gigabytes * PRICES.lambdaArmGigabyteSecond.usd,
  );
  return { metrics, table, lambda, total: metrics + table + lambda };
}

function message<Content>(child: ReturnType<typeof fork>): Promise<Content> {
  return new Promise((resolve, reject) => {
    child.once('message', (content) => resolve(content as Content));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${code} and said nothing`)));
  });
}
