import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedCloud } from '../../../embedded/embedded-cloud.ts';
import type { FunctionDeps } from '../../../embedded/functions.ts';
import { repeat } from '../../repeat.ts';
import type { ProcessService } from './process-services.ts';

const ANALYZE = 'selfheal-analyze';
const METRIC = { namespace: 'Demo', name: 'OpenDescriptors', dimensions: { Component: 'sessions' } };
/** The default period of a watched series. */
const PERIOD_MS = 300_000;
const MEASURE_EVERY_MS = 1_000;
/** As far back as `analyze` learns from by default. */
const HISTORY_DAYS = 14;
const HISTORY_PERIODS = (HISTORY_DAYS * 86_400_000) / PERIOD_MS;
/** As many measurements, at the pace of the demo, until the metric has caught up with the time of day. */
const LIVE_PERIODS = 72;
const GENERATED_NOISE = 5;
const LOOKS = 8;

/** What was put in the place of the process's earlier days, for people. */
export const GENERATED_HISTORY = `the ${HISTORY_DAYS} days before are generated, and each second counts as 5 minutes`;

/** How many descriptors a host's service has open; `undefined` if it does not run. */
export async function openDescriptors(host: ProcessService): Promise<number | undefined> {
  const open = await readdir(`/proc/${await host.pid()}/fd`).catch(() => undefined);
  return open?.length;
}

/** How many descriptors a host's service may have open. */
export async function descriptorLimit(host: ProcessService): Promise<number> {
  const limits = await readFile(`/proc/${await host.pid()}/limits`, 'utf8');
  return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.NaN);
}

/**
 * The descriptors of `sessions` as a metric of two weeks, which end some hours ago, and are generated. From there on it is
 * measured: each measurement counts as a period, until the metric has caught up with the time of day, or a repair is asked
 * for. From then on it goes on at the pace of the clock. Only `analyze` lives in that time.
 */
export function createDescriptorMetric(sessions: ProcessService) {
  let behindMs = LIVE_PERIODS * PERIOD_MS;
  let hurries = true;
  const nowMs = () => Date.now() - behindMs;
  const usual = usualDescriptors(sessions);
  const put = ({ alarms }: EmbeddedCloud, value: number, atMs: number) =>
    alarms.metrics.put(
      METRIC,
      { timestampMs: atMs, unit: 'Count', sample: { kind: 'value', value, count: 1 } },
      60,
    );

  return {
    /** What the functions work with: `analyze` in the time of the metric, its signals in that of everyone else. */
    depsOf: (functionName: string, deps: FunctionDeps): FunctionDeps => {
      if (functionName !== ANALYZE) return deps;
      const { publish } = deps.anomalySignals;
      const publishNow: typeof publish = async (signals) => {
        if (signals.some(({ detail }) => detail['severity'] === 'CRITICAL')) hurries = false;
        await publish(signals.map((signal) => ({ ...signal, atMs: Date.now() })));
      };
      return { ...deps, clock: { ...deps.clock, nowMs }, anomalySignals: { publish: publishNow } };
    },

    /** Puts the generated days into CloudWatch, and has `analyze` learn from them, as it does from any metric that is there. */
    learn: async (cloud: EmbeddedCloud): Promise<void> => {
      const around = await usual;
      for (let period = HISTORY_PERIODS; period > 0; period -= 1) {
        const noise = Math.round((2 * Math.random() - 1) * GENERATED_NOISE);
        put(cloud, around + noise, nowMs() - period * PERIOD_MS);
      }
      for (let behind = 1; behind > 0; ) {
        const answer = await cloud.lambda.invoke(ANALYZE, {});
        if (answer.functionError) throw new Error(`${ANALYZE}: ${answer.functionError.errorMessage}`);
        behind = (answer.payload as { readonly behind: number }).behind;
      }
    },

    /** @returns a function that ends it */
    measure: (cloud: EmbeddedCloud): (() => Promise<void>) => {
      const loop = repeat(MEASURE_EVERY_MS, async () => {
        const open = await openDescriptors(sessions);
        if (open !== undefined) put(cloud, open, nowMs());
        // Its schedule calls it every five minutes.
        if (!hurries) return;
        behindMs = Math.max(0, behindMs - PERIOD_MS + MEASURE_EVERY_MS);
        hurries = behindMs > 0;
        await cloud.lambda.invoke(ANALYZE, {});
      });
      return loop.stop;
    },
  };
}

async function usualDescriptors(sessions: ProcessService): Promise<number> {
  let sum = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(250);
    sum += (await openDescriptors(sessions)) ?? 0;
  }
  return Math.round(sum / LOOKS);
}
