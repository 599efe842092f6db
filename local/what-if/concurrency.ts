import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';

/** How many operations ran at once, at most, and how many may. */
export interface AtOnce {
  readonly most: number;
  /** When that was first reached; absent without operations. Epoch milliseconds. */
  readonly firstAtMs?: number;
  readonly limit: number;
}

export interface Concurrency {
  readonly all: AtOnce;
  /** By group. */
  readonly groups: Readonly<Record<string, AtOnce>>;
}

/** How close operations came to their budgets. */
export function concurrencyOf(
  operations: readonly Operation[],
  { settings, groups, components }: CompiledConfiguration,
): Concurrency {
  return {
    all: atOnce(operations, settings.maxConcurrentRepairs),
    groups: Object.fromEntries(
      Object.entries(groups).map(([name, { maxInFlight }]) => {
        const own = operations.filter(({ component }) => components[component]?.group === name);
        return [name, atOnce(own, maxInFlight)];
      }),
    ),
  };
}

function atOnce(operations: readonly Operation[], limit: number): AtOnce {
  const changes = operations
    .flatMap(({ startedAtMs, completedAtMs = Number.POSITIVE_INFINITY }) => [
      { atMs: startedAtMs, by: 1 },
      { atMs: completedAtMs, by: -1 },
    ])
    // An operation that ends makes room for one that starts at the same time.
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let running = 0;
  let result: AtOnce = { most: 0, limit };
  for (const { atMs, by } of changes) {
    running += by;
    if (running > result.most) result = { most: running, firstAtMs: atMs, limit };
  }
  return result;
}
