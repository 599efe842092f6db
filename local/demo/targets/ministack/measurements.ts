import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { LocalEndpoint } from '../../../cloud/endpoint.ts';
import type { Host } from '../../../hosts/host.ts';
import { createHostMeter } from '../../../hosts/metrics.ts';
import { answers, type Probe } from '../../measurements.ts';
import { repeat } from '../../repeat.ts';

const PROBE_EVERY_MS = 1_000;
const METER_EVERY_MS = 2_000;

export interface Measurements {
  /** Percentage of memory in use, as last measured; by host name. */
  readonly memoryPercent: (host: Host) => number | undefined;
  readonly stop: () => Promise<void>;
}

/**
 * Measures hosts and addresses and reports to CloudWatch, with high resolution: per cent of memory, processor and disk of
 * each host, and for each address 0 for a request that got 200, 100 for one that did not.
 */
export function startMeasuring(
  cloudwatch: LocalEndpoint,
  hosts: readonly Host[],
  probes: readonly Probe[],
): Measurements {
  const client = new CloudWatchClient(cloudwatch);
  const memory = new Map<string, number>();
  const put = async (namespace: string, data: readonly MetricDatum[]): Promise<void> => {
    const MetricData = data.map((datum) => ({ ...datum, StorageResolution: 1 }));
    await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  };
  const loops = [
    ...hosts.map((host) => {
      const meter = createHostMeter(host);
      return repeat(METER_EVERY_MS, async () => {
        const { Namespace, MetricData } = await meter(new Date());
        const used = MetricData.find(({ MetricName }) => MetricName === 'mem_used_percent');
        if (used) memory.set(host.name, used.Value);
        await put(Namespace, MetricData);
      });
    }),
    ...probes.map(({ metricName, component, url }) =>
      repeat(PROBE_EVERY_MS, async () => {
        const Timestamp = new Date();
        const Value = (await answers(url)) ? 0 : 100;
        const Dimensions = [{ Name: 'Component', Value: component }];
        await put('Demo', [{ MetricName: metricName, Dimensions, Timestamp, Unit: 'Percent', Value }]);
      }),
    ),
  ];
  return {
    memoryPercent: (host) => memory.get(host.name),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
