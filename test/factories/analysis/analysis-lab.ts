import { createMetricData } from '../../../functions/adapters/cloudwatch/metric-data.ts';
import { createMemoryBaselineStore } from '../../../functions/adapters/memory/baseline-store.ts';
import { type AnalysisReport, analyze } from '../../../functions/app/analyze/analyze.ts';
import type { AnalyzeBatchDeps } from '../../../functions/app/analyze/analyze-batch.ts';
import {
  type Announcement,
  type Baseline,
  baselineShardOf,
} from '../../../functions/core/analysis/baseline.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import type { Denial } from '../../../functions/core/denial.ts';
import type { Notification } from '../../../functions/ports/announcers.ts';
import type { TimedSignal } from '../../../functions/ports/anomaly-announcers.ts';
import { createInProcessCloudWatchClient } from '../../../local/embedded/cloudwatch/in-process-client.ts';
import { createAlarmLab } from '../../unit/local/alarms/alarm-lab.ts';
import { HOME } from '../events/selfheal-event.ts';
import { settableClock } from '../ports/recording-ports.ts';
import { NO_MONITORS, NO_RUNBOOKS } from './no-runbooks.ts';

type Json = Readonly<Record<string, unknown>>;

export const STEP_MS = 300_000;
/** A multiple of every period. */
export const LAB_NOW = Date.parse('2026-11-22T12:00:00Z');

/** A latency in CloudWatch, watched with the oldest of detectors. */
export const LATENCY: Json = {
  namespace: 'Shop',
  metricName: 'Latency',
  dimensions: { Service: 'shop' },
  detector: 'z_score',
  direction: 'above',
  unit: 'ms',
};

export interface LabPlan {
  /** By component and name. @default one `latency` of `shop` */
  readonly anomalies?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** By component and name. @default none */
  readonly monitors?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** `changes` of every component. @default none */
  readonly changes?: Json;
  /** `settings.thresholds`. @default none */
  readonly thresholds?: Json;
  /** `profile`, by component. @default none */
  readonly profiles?: Readonly<Record<string, Json>>;
  /** Of the first component. @default one that is on no host */
  readonly instanceId?: string;
  /** Of all components, in place of instances. @default an instance each */
  readonly targets?: Json;
  readonly settings?: Json;
  readonly strategies?: readonly Json[];
}

function configurationOf({
  anomalies = { shop: { latency: LATENCY } },
  monitors = {},
  changes,
  thresholds = {},
  profiles = {},
  instanceId,
  targets,
  settings,
  strategies,
}: LabPlan) {
  const text = JSON.stringify({
    settings: { analysis: settings ?? {}, thresholds },
    components: Object.fromEntries(
      Object.entries(anomalies).map(([name, watched], index) => [
        name,
        {
          targets: targets ?? { instanceIds: [instanceId ?? `i-${String(index + 1).padStart(17, '0')}`] },
          service: `${name}.service`,
          health: { url: `https://${name}.example.com/health` },
          signals: ['manual'],
          anomalies: watched,
          monitors: monitors[name] ?? {},
          ...(changes && { changes }),
          ...(profiles[name] && { profile: profiles[name] }),
        },
      ]),
    ),
    strategies: strategies ?? [
      { id: 'restart', trigger: { statuses: ['CRITICAL'] }, actions: [{ type: 'start_component' }] },
    ],
  });
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.compiled;
}

/** `analyze` over its real adapters: metrics in this process, baselines in memory; time passes when the lab says so. */
export function createAnalysisLab(plan: LabPlan = {}) {
  const { engine } = createAlarmLab();
  const clock = settableClock();
  clock.now = LAB_NOW;
  const signals: TimedSignal[] = [];
  const notifications: Notification[] = [];
  const denials: Denial[] = [];
  let draws = 0;
  const deps: AnalyzeBatchDeps = {
    configuration: configurationOf(plan),
    home: HOME,
    clock,
    random: () => {
      draws += 1;
      return (draws % 1_000) / 1_000;
    },
    store: { noteDenial: async (denial) => void denials.push(denial) },
    baselines: createMemoryBaselineStore(),
    metricData: createMetricData(createInProcessCloudWatchClient(engine)),
    anomalySignals: { publish: async (published) => void signals.push(...published) },
    notifier: { notify: async (notification) => void notifications.push(notification) },
    runbooks: NO_RUNBOOKS,
    ...NO_MONITORS,
  };
  const put = (value: number, atMs: number, { name = 'Latency', service = 'shop' } = {}) =>
    engine.metrics.put(
      { namespace: 'Shop', name, dimensions: { Service: service } },
      { timestampMs: atMs, unit: 'None', sample: { kind: 'value', value, count: 1 } },
      60,
    );
  const run = (over: Partial<AnalyzeBatchDeps> = {}): Promise<AnalysisReport> =>
    analyze({ ...deps, ...over });
  return {
    deps,
    clock,
    signals,
    notifications,
    denials,
    put,
    run,
    reconfigure: (other: LabPlan) => ({ ...deps, configuration: configurationOf(other) }),
    /** Ordinary values every 5 minutes, from `fromMs` on and before `toMs`. */
    ordinary: (fromMs: number, toMs: number, where: { name?: string; service?: string } = {}) => {
      for (let atMs = fromMs; atMs < toMs; atMs += STEP_MS) put(100 + ((atMs / STEP_MS) % 7), atMs, where);
    },
    /** Runs until nothing of the history is left to read. */
    catchUp: async () => {
      for (let runs = 0; runs < 50; runs++) {
        const report = await run();
        if (report.behind === 0) return;
      }
      throw new Error('the history has not been read after 50 runs');
    },
    /** The next runs, 5 minutes apart. */
    step: async (runs = 1) => {
      const reports: AnalysisReport[] = [];
      for (let count = 0; count < runs; count++) {
        clock.now += STEP_MS;
        reports.push(await run());
      }
      return reports;
    },
    /** Adds to what the component's record still has to send. */
    keepPending: async (component: string, pending: readonly Announcement[]): Promise<void> => {
      const shard = baselineShardOf(component);
      const kept = (await deps.baselines.readShards([shard])).get(shard);
      await deps.baselines.keepPending(shard, kept?.version ?? '', pending);
    },
    baseline: async (component: string, series: string): Promise<Baseline | undefined> => {
      const shard = baselineShardOf(component);
      const kept = (await deps.baselines.readShards([shard])).get(shard);
      return kept?.record.components[component]?.series[series];
    },
  };
}

export type AnalysisLab = ReturnType<typeof createAnalysisLab>;
