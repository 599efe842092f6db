import { availableParallelism } from 'node:os';
import type { Host } from './host.ts';

/** One datum of a PutMetricData request, in the shape that the SDK takes. */
export interface MetricDatum {
  MetricName: 'cpu_usage_active' | 'mem_used_percent' | 'disk_used_percent';
  Dimensions: { Name: 'InstanceId'; Value: string }[];
  Timestamp: Date;
  Unit: 'Percent';
  Value: number;
}

/** What PutMetricData takes. The names are the CloudWatch agent's. */
export interface MetricBatch {
  Namespace: 'CWAgent';
  MetricData: MetricDatum[];
}

/** Processor time that a host has used since it booted, in ticks of 1/100 s, and when that was read. */
interface CpuReading {
  ticks: number;
  atMs: number;
}

/** Measures a host each time it is called. The first call's CPU figure covers 200 ms, later ones the time between. */
export type HostMeter = (timestamp: Date) => Promise<MetricBatch>;

// A host shares /proc/stat and /proc/meminfo with this machine, so both are added up from its own processes: processor
// ticks of each (with those of children it has reaped), and PSS, which divides shared pages fairly.
const readScript = `
total=0
for stat in /proc/[0-9]*/stat; do
  { read -r line <"$stat"; } 2>/dev/null || continue
  set -- \${line##*) }
  total=$((total + \${12} + \${13} + \${14} + \${15}))
done
memory=0
for rollup in /proc/[0-9]*/smaps_rollup; do
  while read -r name value _; do
    if [ "$name" = Pss: ]; then memory=$((memory + value)); break; fi
  done 2>/dev/null <"$rollup"
done 2>/dev/null
set -- $(stat -f -c '%b %f %a' /)
echo "$total $memory $1 $2 $3"
`;

/**
 * A meter for `host`. Percentages, each really measured on the host:
 * - `cpu_usage_active`: processor time of all its processes over the machine's processors, which the host sees too;
 * - `mem_used_percent`: memory held by all its processes (PSS, no page cache) over `host.memoryMegabytes`;
 * - `disk_used_percent`: of its root file system, as `df` computes it.
 * The meter throws an Error if the host cannot be read, so that a dead host reports nothing rather than zero.
 */
export function createHostMeter(host: Host): HostMeter {
  let last: CpuReading | undefined;
  return async (timestamp) => {
    if (last === undefined) {
      last = (await read(host)).cpu;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const now = await read(host);
    const elapsedTicks = ((now.cpu.atMs - last.atMs) / 10) * availableParallelism();
    const cpuPercent = elapsedTicks > 0 ? (100 * (now.cpu.ticks - last.ticks)) / elapsedTicks : 0;
    last = now.cpu;
    const memoryPercent = (100 * now.memoryKilobytes) / 1024 / host.memoryMegabytes;
    const datum = (MetricName: MetricDatum['MetricName'], percent: number): MetricDatum => ({
      MetricName,
      Dimensions: [{ Name: 'InstanceId', Value: host.instanceId }],
      Timestamp: timestamp,
      Unit: 'Percent',
      Value: Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100,
    });
    return {
      Namespace: 'CWAgent',
      MetricData: [
        datum('cpu_usage_active', cpuPercent),
        datum('mem_used_percent', memoryPercent),
        datum('disk_used_percent', now.diskPercent),
      ],
    };
  };
}

async function read(host: Host) {
  const result = await host.exec(readScript, { timeoutSeconds: 10 });
  const [ticks, memoryKilobytes, blocks, free, available] = result.stdout.trim().split(' ').map(Number);
  if (
    result.exitCode !== 0 ||
    ticks === undefined ||
    memoryKilobytes === undefined ||
    blocks === undefined ||
    free === undefined ||
    available === undefined
  ) {
    throw new Error(
      `host ${host.name} could not be measured: ${result.stderr.trim() || result.stdout.trim()}`,
    );
  }
  const used = blocks - free;
  return {
    cpu: { ticks, atMs: performance.now() } satisfies CpuReading,
    memoryKilobytes,
    diskPercent: (100 * used) / (used + available),
  };
}
