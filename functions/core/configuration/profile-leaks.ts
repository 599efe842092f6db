import type { Severity } from '../signal/severity.ts';
import type { ErrorType } from './schema/anomaly-schema.ts';

/** What a service runs on, which decides which columns are watched. */
export const RUNTIMES = ['none', 'go', 'node', 'jvm'] as const;
type Runtime = (typeof RUNTIMES)[number];

/** A column of a profile that is watched, and what its growth means. */
export interface ProfileLeak {
  /** As the collector names it. */
  readonly column: string;
  /** As strategies name it. */
  readonly metric: string;
  /** The highest severity that it may signal. */
  readonly severity: Severity;
  readonly unit?: string;
  readonly errorType?: ErrorType;
}

interface LeakOf extends ProfileLeak {
  readonly runtimes: readonly Runtime[];
}

const MANAGED: readonly Runtime[] = ['go', 'node', 'jvm'];
const MEMORY = { metric: 'memory_leak', severity: 'CRITICAL', unit: 'MB', errorType: 'MEMORY_LEAK' } as const;
const LEAKS: readonly LeakOf[] = [
  { column: 'goroutines', metric: 'goroutine_leak', severity: 'WARNING', runtimes: ['go'] },
  { column: 'handles', metric: 'goroutine_leak', severity: 'WARNING', runtimes: ['node'] },
  { column: 'threads', metric: 'goroutine_leak', severity: 'WARNING', runtimes: ['none', 'jvm'] },
  { column: 'heap_mb', ...MEMORY, runtimes: MANAGED },
  { column: 'resident_mb', ...MEMORY, runtimes: RUNTIMES },
  { column: 'objects_k', metric: 'object_leak', severity: 'WARNING', unit: 'k', runtimes: ['go'] },
  { column: 'gc_pause_ms', metric: 'gc_pressure', severity: 'WARNING', unit: 'ms', runtimes: MANAGED },
  { column: 'descriptors', metric: 'descriptor_leak', severity: 'WARNING', runtimes: RUNTIMES },
];

interface WatchedRuntime {
  readonly runtime: Runtime;
  /** Metrics of the user's own. */
  readonly custom: readonly string[];
}

/** What is watched of a profile. Threads, goroutines and handles are one kind: what waits and is never released. */
export function profileLeaks({ runtime, custom }: WatchedRuntime): readonly ProfileLeak[] {
  const own = custom.map((name): ProfileLeak => ({ column: name, metric: name, severity: 'WARNING' }));
  return [
    ...LEAKS.filter(({ runtimes }) => runtimes.includes(runtime)).map(({ runtimes: _, ...leak }) => leak),
    ...own,
  ];
}
