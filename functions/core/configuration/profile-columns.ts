import { RUNTIMES } from './profile-leaks.ts';

type Runtime = (typeof RUNTIMES)[number];

/** What a collector measures, under its name in the ring. */
export interface ProfileColumn {
  readonly column: string;
  readonly unit?: string;
  /** It only grows, until the collector is installed again. @default false */
  readonly counter?: true;
  /** The smallest difference that means anything, in its unit. Many columns hardly ever move. @default 0 */
  readonly step?: number;
}

interface MeasuredColumn extends ProfileColumn {
  /** Those of which a service publishes it at its `endpoint`. @default it is measured from outside, whatever the runtime */
  readonly runtimes?: readonly Runtime[];
}

const MANAGED: readonly Runtime[] = ['go', 'node', 'jvm'];
const COUNT = { step: 1 } as const;
const PERCENT = { unit: '%', step: 1 } as const;
const MEGABYTES = { unit: 'MB', step: 1 } as const;

/** In the order of `infra/runbooks/lib/collect.sh`. */
const COLUMNS: readonly MeasuredColumn[] = [
  { column: 'threads', ...COUNT },
  { column: 'processes', ...COUNT },
  { column: 'descriptors', ...COUNT },
  { column: 'sockets_established', ...COUNT },
  { column: 'sockets_close_wait', ...COUNT },
  { column: 'sockets_listen', ...COUNT },
  { column: 'sockets_other', ...COUNT },
  { column: 'resident_mb', ...MEGABYTES },
  { column: 'cpu_percent', ...PERCENT },
  { column: 'throttled_percent', ...PERCENT },
  { column: 'memory_limit_percent', ...PERCENT },
  { column: 'pressure_cpu_percent', ...PERCENT },
  { column: 'pressure_memory_percent', ...PERCENT },
  { column: 'pressure_io_percent', ...PERCENT },
  // A restart in five minutes.
  { column: 'restarts', counter: true, unit: 'a second', step: 1 / 300 },
  { column: 'goroutines', ...COUNT, runtimes: ['go'] },
  { column: 'handles', ...COUNT, runtimes: ['node'] },
  { column: 'heap_mb', ...MEGABYTES, runtimes: MANAGED },
  { column: 'objects_k', unit: 'k', step: 1, runtimes: ['go'] },
  { column: 'gc_pause_ms', unit: 'ms', step: 0.1, runtimes: MANAGED },
  { column: 'gc_percent', unit: '%', step: 0.1, runtimes: MANAGED },
  { column: 'gc_per_minute', unit: 'a minute', step: 1, runtimes: MANAGED },
];

interface Profile {
  readonly runtime: Runtime;
  /** Metrics of the user's own. */
  readonly custom: readonly string[];
}

/** The runtimes of which a column is measured; none if no service of any has it. */
export function runtimesWith(column: string): readonly Runtime[] {
  const known = COLUMNS.find((each) => each.column === column);
  return known ? (known.runtimes ?? RUNTIMES) : [];
}

/** What a profile measures on each of its hosts. */
export function profileColumns({ runtime, custom }: Profile): readonly ProfileColumn[] {
  return [
    ...COLUMNS.filter(({ runtimes }) => runtimes?.includes(runtime) ?? true).map(
      ({ runtimes: _, ...column }) => column,
    ),
    ...custom.map((column) => ({ column })),
  ];
}
