import { readFile } from 'node:fs/promises';
import type { MetricStore } from '../../../alarms/metric-store.ts';
import type { ReleasedFunction } from '../../incidents/hosts.ts';
import { answers, type Probe } from '../../measurements.ts';
import { repeat } from '../../repeat.ts';
import type { Chain } from './chain.ts';
import { HOST_MEMORY_MEGABYTES, type ProcessService, type ProcessServices } from './process-services.ts';

const METER_EVERY_MS = 1_000;
/** Often enough that a period of an alarm contains a fault that began in its last second. */
const PROBE_EVERY_MS = 250;

/** Memory of a host's service as a percentage of the host's, according to /proc; `undefined` if it does not run. */
export async function memoryPercent(host: ProcessService): Promise<number | undefined> {
  const pid = await host.pid();
  // Counts all of its own pages, and its share of those that it shares with other processes.
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  return kilobytes === undefined ? undefined : (100 * Number(kilobytes)) / 1_024 / HOST_MEMORY_MEGABYTES;
}

/** Measures hosts and addresses, and publishes the results as metrics. @returns a function that ends it */
export function startMeasuringProcesses(
  metrics: MetricStore,
  services: ProcessServices,
  chain: Pick<Chain, 'catalog' | 'gateway'> | undefined,
  quotes: ReleasedFunction,
): () => Promise<unknown> {
  const put = (
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
  ) =>
    metrics.put(
      { namespace, name, dimensions },
      { timestampMs: Date.now(), unit: 'Percent', sample: { kind: 'value', value, count: 1 } },
      1,
    );
  const { web, payments } = services;
  const probes: readonly Probe[] = [
    { metricName: 'ErrorRate', component: 'web', url: web.url() },
    { metricName: 'ErrorRate', component: 'payments', url: payments.url() },
    { metricName: 'ErrorRate', component: 'quotes', url: quotes.url() },
    ...(chain
      ? [
          { metricName: 'ErrorRate', component: 'catalog', url: chain.catalog.url() },
          { metricName: 'ErrorRate', component: 'gateway', url: chain.gateway.url() },
        ]
      : []),
  ];
  const loops = [
    ...Object.values(services).map((host) =>
      repeat(METER_EVERY_MS, async () => {
        const percent = await memoryPercent(host);
        if (percent !== undefined)
          put('CWAgent', 'mem_used_percent', { InstanceId: host.instanceId }, Math.min(100, percent));
      }),
    ),
    ...probes.map(({ metricName, component, url }) =>
      repeat(PROBE_EVERY_MS, async () =>
        put('Demo', metricName, { Component: component }, (await answers(url)) ? 0 : 100),
      ),
    ),
  ];
  return () => Promise.all(loops.map((loop) => loop.stop()));
}
