import { parentPort } from 'node:worker_threads';
import type { Chunk } from './many-runs.ts';
import { simulate } from './simulate.ts';
import { added, EMPTY_SUMMARY, summaryOf } from './summary.ts';

parentPort?.on('message', async ({ fromSeed, count }: Chunk) => {
  let summary = EMPTY_SUMMARY;
  for (let seed = fromSeed; seed < fromSeed + count; seed += 1)
    summary = added(summary, summaryOf(await simulate(seed)));
  parentPort?.postMessage(summary);
});
