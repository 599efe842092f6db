import { readFile } from 'node:fs/promises';
import type { MetricStore } from '../../alarms/metric-store.ts';
import { answers, type Probe } from '../measurements.ts';
import { repeat } from '../repeat.ts';
import { type DemoProcessHost, HOST_MEMORY_MEGABYTES } from './hosts.ts';

const MEASURE_EVERY_MS = 1_000;

/** Memory of a host's service in per cent of what the host has, as /proc says it; `undefined` if it does not run. */
export async function memoryPercent(host: DemoProcessHost): Promise<number | undefined> {
  const pid = await host.pid();
  // Its share of the pages that it shares with other processes, and all of its own.
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  return kilobytes === undefined ? undefined : (100 * Number(kilobytes)) / 1_024 / HOST_MEMORY_MEGABYTES;
}

/** Measures hosts and addresses, and puts what it finds where alarms look. @returns what ends it */
export function startMeasuringProcesses(
  metrics: MetricStore,
  hosts: readonly DemoProcessHost[],
  probes: readonly Probe[],
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
  const loops = [
    ...hosts.map((host) =>
      repeat(MEASURE_EVERY_MS, async () => {
        const percent = await memoryPercent(host);
        if (percent !== undefined)
          put('CWAgent', 'mem_used_percent', { InstanceId: host.instanceId }, Math.min(100, percent));
      }),
    ),
    ...probes.map(({ metricName, component, url }) =>
      repeat(MEASURE_EVERY_MS, async () =>
        put('Demo', metricName, { Component: component }, (await answers(url)) ? 0 : 100),
      ),
    ),
  ];
  return () => Promise.all(loops.map((loop) => loop.stop()));
}
