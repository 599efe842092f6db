import type { BaselineShard } from '../../../functions/core/analysis/baseline.ts';
import { SETTLE_MS } from './metric-world.ts';
import type { AnalysisDefect } from './simulate-analysis.ts';

interface Row {
  /** Completes the phrase "an analysis that …". */
  readonly name: string;
  /** The first word of what catches it. */
  readonly breaks: 'counts' | 'loses' | 'repeats';
  readonly defect: AnalysisDefect;
}

/** Mistakes that engineers could make. */
export const ANALYSIS_DEFECTS: readonly Row[] = [
  {
    name: 'counts data points before they are final',
    breaks: 'counts',
    defect: (deps) => withSettings(deps, { settleSeconds: 0 }),
  },
  {
    name: 'does not wait for data points that are late',
    breaks: 'counts',
    defect: (deps) => withSettings(deps, { latenessSeconds: SETTLE_MS / 1_000 }),
  },
  {
    name: 'takes a throttled request for an empty answer',
    breaks: 'counts',
    defect: ({ metricData }) => ({
      metricData: {
        read: async (queries) =>
          await metricData.read(queries).catch(() => ({
            reads: queries.map(({ window }) => ({ points: [], completeUntilMs: window.endMs })),
            notes: [],
          })),
      },
    }),
  },
  {
    name: 'takes an answer in part for the whole',
    breaks: 'counts',
    defect: ({ metricData }) => ({
      metricData: {
        read: async (queries) => {
          const { reads, notes } = await metricData.read(queries);
          const whole = reads.map((read, index) => {
            const endMs = queries[index]?.window.endMs;
            return read && endMs !== undefined ? { ...read, completeUntilMs: endMs } : read;
          });
          return { reads: whole, notes };
        },
      },
    }),
  },
  {
    name: 'forgets what it could not publish',
    breaks: 'loses',
    defect: ({ anomalySignals }) => ({
      anomalySignals: { publish: async (signals) => await anomalySignals.publish(signals).catch(() => {}) },
    }),
  },
  {
    name: 'keeps its record without what is still to be sent',
    breaks: 'loses',
    defect: ({ baselines }) => ({
      baselines: {
        ...baselines,
        saveShard: (record, ...of) => baselines.saveShard({ ...record, pending: [] }, ...of),
      },
    }),
  },
  {
    name: 'keeps its record without what waits to be judged together',
    breaks: 'counts',
    defect: ({ baselines }) => ({
      baselines: {
        ...baselines,
        saveShard: (record, ...of) => baselines.saveShard(withoutWaiting(record), ...of),
      },
    }),
  },
  {
    name: 'dates a signal by when it is sent',
    breaks: 'repeats',
    defect: ({ anomalySignals, clock }) => ({
      anomalySignals: {
        publish: (signals) =>
          anomalySignals.publish(signals.map((each) => ({ ...each, atMs: clock.nowMs() }))),
      },
    }),
  },
];

function withoutWaiting(record: BaselineShard): BaselineShard {
  const components = Object.entries(record.components).map(([name, { series, ...more }]) => {
    const judged = Object.entries(series).map(([key, { waiting: _lost, ...baseline }]) => [key, baseline]);
    return [name, { ...more, series: Object.fromEntries(judged) }];
  });
  return { ...record, components: Object.fromEntries(components) };
}

function withSettings(
  { configuration }: Parameters<AnalysisDefect>[0],
  changed: Partial<Parameters<AnalysisDefect>[0]['configuration']['settings']['analysis']>,
): ReturnType<AnalysisDefect> {
  const { settings } = configuration;
  const analysis = { ...settings.analysis, ...changed };
  return { configuration: { ...configuration, settings: { ...settings, analysis } } };
}
