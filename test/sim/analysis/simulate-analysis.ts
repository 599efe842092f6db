import type { AnalyzeBatchDeps } from '../../../functions/app/analyze/analyze-batch.ts';
import type { BaselineShard } from '../../../functions/core/analysis/baseline.ts';
import { ServiceUnavailable, StoreUnavailable } from '../../../functions/ports/errors.ts';
import { createAnalysisLab, LAB_NOW, LATENCY, STEP_MS } from '../../factories/analysis/analysis-lab.ts';
import { chanceAt } from '../faults/chance.ts';
import { type AnalysisEvidence, violationsOf } from './checkers.ts';
import { createMetricWorld, HISTORY_SECONDS, MINUTE_MS } from './metric-world.ts';

const RUNS = 100;
/** Runs at the end in which nothing goes wrong, so that whatever waits is done. */
const CALM_RUNS = 6;

const watched = (metricName: string) => ({
  ...LATENCY,
  metricName,
  periodSeconds: '1m',
  learningSeconds: '1h',
  observationSeconds: 0,
  options: { window: 100 },
});
const ANOMALIES = {
  shop: {
    latency: watched('Latency'),
    errors: watched('Errors'),
    // Its values fall as often as they grow: a counter that is reset all the time.
    served: { ...watched('Served'), counter: true },
    together: {
      detector: 'joint',
      of: ['latency', 'errors'],
      periodSeconds: '1m',
      learningSeconds: '1h',
      observationSeconds: 0,
    },
    // One part says what it measures at once, the other up to nine minutes late; either may be out of reach.
    gathered: {
      detector: 'joint',
      of: ['latency', 'monitor/queue', 'served'],
      periodSeconds: '1m',
      learningSeconds: '1h',
      observationSeconds: 0,
    },
  },
};
const MONITORS = {
  shop: {
    queue: {
      function: 'shop-figures',
      detector: 'z_score',
      periodSeconds: '1m',
      learningSeconds: '1h',
      observationSeconds: 0,
      options: { window: 100 },
    },
  },
};

/** A mistake that an engineer could make, seeded from outside so that the analysis itself stays as it is. */
export type AnalysisDefect = (deps: AnalyzeBatchDeps) => Partial<AnalyzeBatchDeps>;

/**
 * Some hours of the analysis: metrics late, revised, missing and throttled; records whose writes fail, or whose answers are
 * lost; signals that cannot be sent; runs that are left out or overlap. The same seed always gives the same run.
 *
 * @returns what is broken
 */
export async function simulateAnalysis(seed: number, defect?: AnalysisDefect): Promise<readonly string[]> {
  const lab = createAnalysisLab({
    anomalies: ANOMALIES,
    monitors: MONITORS,
    settings: { historySeconds: HISTORY_SECONDS },
  });
  let isCalm = true;
  let calls = 0;
  const chance = (place: string) => chanceAt(seed, place);
  const world = createMetricWorld({ seed, nowMs: () => lab.clock.now, isCalm: () => isCalm });
  const kept: BaselineShard[] = [];
  const published: AnalysisEvidence['published'][number][] = [];

  /** The call takes effect or not, and its answer arrives or not. */
  const unreliable = async <Answer>(what: string, call: () => Promise<Answer>, fails: () => Error) => {
    calls += 1;
    const fate = isCalm ? 1 : chance(`${what} ${calls}`);
    await Promise.resolve();
    if (fate < 0.1) throw fails();
    const answer = await call();
    if (fate < 0.2) throw fails();
    return answer;
  };
  const notStored = () => new StoreUnavailable('dynamodb: InternalServerError');
  const { baselines } = lab.deps;
  const faulty: AnalyzeBatchDeps = {
    ...lab.deps,
    metricData: world.metricData,
    monitorFunctions: world.monitorFunctions,
    baselines: {
      readShards: (shards) => unreliable('readShards', () => baselines.readShards(shards), notStored),
      saveShard: (record, version, previous) => {
        const save = async () => {
          const isKept = await baselines.saveShard(record, version, previous);
          if (isKept) kept.push(record);
          return isKept;
        };
        return unreliable('saveShard', save, notStored);
      },
      keepPending: (...of) => unreliable('keepPending', () => baselines.keepPending(...of), notStored),
    },
    anomalySignals: {
      publish: (signals) =>
        unreliable(
          'publish',
          async () => void published.push(...signals),
          () => new ServiceUnavailable('events:PutEvents: InternalFailure'),
        ),
    },
  };
  const deps = { ...faulty, ...defect?.(faulty) };

  for (let run = 0; run < RUNS + CALM_RUNS; run += 1) {
    isCalm = run === 0 || run >= RUNS;
    const lateMs = Math.floor(chance(`begins ${run}`) * 2 * MINUTE_MS);
    lab.clock.now = LAB_NOW + run * STEP_MS + lateMs;
    // Some are left out, one or several in a row, and some overlap.
    if (!isCalm && chance(`outage ${Math.floor(run / 4)}`) < 0.15) continue;
    const isDouble = !isCalm && chance(`double ${run}`) < 0.2;
    await Promise.allSettled([lab.run(deps), ...(isDouble ? [lab.run(deps)] : [])]);
  }
  return await violationsOf({ lab, world, kept, published });
}
