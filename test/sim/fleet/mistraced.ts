import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Dependency } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';
import type { ServiceGraph } from '../../../local/embedded/xray/service-graph.ts';

/** What X-Ray shows and is not so: two services have the name of a component, and something calls both ways. */
export const MISTRACED: readonly Dependency[] = [
  { caller: 'peer-a', callee: 'relay' },
  { caller: 'peer-c', callee: 'peer-d' },
  { caller: 'peer-d', callee: 'peer-c' },
];
/** What was so until the run began. */
const OUTDATED: readonly Dependency[] = [{ caller: 'peer-b', callee: 'db' }];

/** More often than the graph is read. */
const EVERY_MS = 4 * 60_000;

/** Traces calls that say nothing of what depends on what, where dependencies are discovered. */
export function traceCalls(
  { settings }: CompiledConfiguration,
  clock: VirtualClock,
  graph: Pick<ServiceGraph, 'trace'>,
): void {
  if (settings.graph === undefined) return;
  const trace = (calls: readonly Dependency[]) => {
    for (const { caller, callee } of calls) graph.trace({ name: caller }, { name: callee });
  };
  trace(OUTDATED);
  const again = () => {
    trace(MISTRACED);
    clock.after(EVERY_MS, again, { background: true });
  };
  again();
}
