import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CollectorDirectory, createCollectorDirectory } from './collector-directory.ts';

const UNIT = 'system.slice/shop.service';

/** Heap, and pauses in seconds with their number, as an exporter of that runtime publishes them. */
type Published = (heapBytes: number, pauseSeconds: number, pauses: number) => string;

/** prom-client: a histogram for each kind of collection. */
const nodejs: Published = (heap, seconds, pauses) => `nodejs_active_handles{type="Socket"} 2
nodejs_active_handles_total 3
nodejs_heap_size_total_bytes 99999999
nodejs_heap_size_used_bytes ${heap}
nodejs_heap_space_size_used_bytes{space="old"} 5152880
nodejs_gc_duration_seconds_bucket{le="0.001",kind="incremental"} 0
nodejs_gc_duration_seconds_bucket{le="+Inf",kind="incremental"} 2
nodejs_gc_duration_seconds_sum{kind="incremental"} ${seconds}
nodejs_gc_duration_seconds_count{kind="incremental"} ${pauses}
`;

/** Names and forms as the projects document them, among others that must not be counted. */
const EXPORTERS: readonly (readonly [string, Published])[] = [
  [
    // https://prometheus.github.io/client_java/instrumentation/jvm, and the JMX exporter from 1.0 on
    'client_java of the JVM',
    (heap, seconds, pauses) => `# TYPE jvm_gc_collection_seconds summary
jvm_gc_collection_seconds_count{gc="PS MarkSweep"} 0
jvm_gc_collection_seconds_sum{gc="PS MarkSweep"} 0.0
jvm_gc_collection_seconds_count{gc="PS Scavenge"} ${pauses}
jvm_gc_collection_seconds_sum{gc="PS Scavenge"} ${seconds}
jvm_memory_max_bytes{area="heap"} 7.38983936E9
jvm_memory_pool_used_bytes{pool="PS Eden Space"} 6.0E7
jvm_memory_used_bytes{area="heap"} ${heap.toExponential().toUpperCase().replace('+', '')}
jvm_memory_used_bytes{area="nonheap"} 1.1490688E7
`,
  ],
  [
    // Its predecessor, and the JMX exporter before 1.0: a comma after the last label.
    'simpleclient of the JVM',
    (heap, seconds, pauses) => `jvm_memory_bytes_used{area="heap",} ${heap}
jvm_memory_bytes_used{area="nonheap",} 4.9150504E7
jvm_memory_bytes_committed{area="heap",} 2.0447232E8
jvm_gc_collection_seconds_count{gc="G1 Young Generation",} ${pauses}
jvm_gc_collection_seconds_sum{gc="G1 Young Generation",} ${seconds}
`,
  ],
  [
    // Spring Boot's actuator: the heap in parts, pauses by cause.
    'Micrometer',
    (
      heap,
      seconds,
      pauses,
    ) => `jvm_memory_used_bytes{application="shop",area="heap",id="G1 Old Gen"} ${heap / 2}
jvm_memory_used_bytes{application="shop",area="heap",id="G1 Eden Space"} ${heap / 2}
jvm_memory_used_bytes{application="shop",area="nonheap",id="Metaspace"} 1.0E8
jvm_gc_pause_seconds_count{action="end of minor GC",cause="Metadata GC Threshold",} ${pauses - 1}.0
jvm_gc_pause_seconds_sum{action="end of minor GC",cause="Metadata GC Threshold",} 0.0
jvm_gc_pause_seconds_count{action="end of major GC",cause="Metadata GC Threshold",} 1.0
jvm_gc_pause_seconds_sum{action="end of major GC",cause="Metadata GC Threshold",} ${seconds}
jvm_gc_pause_seconds_max{action="end of major GC",cause="Metadata GC Threshold",} 0.065
`,
  ],
  ['prom-client of Node.js', nodejs],
];

describe('what a profiled service publishes', { timeout: 30_000 }, () => {
  let collector: CollectorDirectory;
  beforeEach(() => {
    collector = createCollectorDirectory(UNIT, {
      url: 'http://127.0.0.1:9100/metrics',
      custom: 'nodejs_active_handles',
    });
    collector.write(`cgroup/${UNIT}/cgroup.procs`, `${process.pid}\n`);
    collector.write('curl', `#!/bin/sh\ncat '${collector.path('answer')}'\n`, 0o755);
  });
  afterEach(() => collector.remove());

  it.each(EXPORTERS)('is heap and the mean pause of collections: %s', (_, published) => {
    collector.write('answer', published(52_428_800, 0.25, 4));
    expect(collector.collect()).toMatchObject({ heap_mb: '50', gc_pause_ms: '-' });
    collector.write('answer', published(104_857_600, 0.5, 14));
    const row = collector.collect();
    expect(row).toMatchObject({ heap_mb: '100', gc_pause_ms: '25' });
    expect(Number(row['gc_per_minute'])).toBeGreaterThan(0);
  });

  it('is the handles of Node.js, and metrics that the configuration names', () => {
    collector.write('answer', nodejs(1_048_576, 0, 0));
    expect(collector.collect()).toMatchObject({ handles: '3', nodejs_active_handles: '2' });
  });
});
