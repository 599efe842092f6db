import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { added, EMPTY_SUMMARY, type Summary } from './summary.ts';

/** How many seeds a worker gets at a time. */
const CHUNK = 25;

/** Nearly all that a run allocates is short-lived: with more room, less of it is copied at each collection. */
const YOUNG_GENERATION_MIB = 128;

export interface Chunk {
  readonly fromSeed: number;
  readonly count: number;
}

/**
 * Runs `count` seeds from `fromSeed` on, with one worker thread per core.
 *
 * @param onProgress called with the summary so far
 */
export async function manyRuns(
  { fromSeed, count }: Chunk,
  onProgress: (soFar: Summary) => void = () => undefined,
): Promise<Summary> {
  let next = fromSeed;
  let summary = EMPTY_SUMMARY;
  const nextChunk = (): Chunk | undefined => {
    const chunk = { fromSeed: next, count: Math.min(CHUNK, fromSeed + count - next) };
    next += chunk.count;
    return chunk.count > 0 ? chunk : undefined;
  };
  const work = async () => {
    const worker = new Worker(new URL('./run-worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    });
    try {
      for (let chunk = nextChunk(); chunk !== undefined; chunk = nextChunk()) {
        const answer = await answerOf(worker, chunk);
        summary = added(summary, answer);
        onProgress(summary);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(count / CHUNK)) }, work));
  // Sorted, so that the answer does not depend on which worker was faster.
  return { ...summary, violations: summary.violations.toSorted((a, b) => a.seed - b.seed) };
}

/** Rejects if the worker fails. */
async function answerOf(worker: Worker, chunk: Chunk): Promise<Summary> {
  const answer = once(worker, 'message');
  worker.postMessage(chunk);
  const [summary] = await answer;
  return summary as Summary;
}
