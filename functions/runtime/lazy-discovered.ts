import { keptFor } from './kept-for.ts';
import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The graph changes once an hour or less, and in a storm every alert asks for it. */
const KEPT_FOR_MS = 60_000;

/** A read that hangs must not keep the next alerts from asking. */
const UNDER_WAY_MS = 1_000;

/** Loaded with the first call: only a configuration that discovers dependencies calls it. */
export const lazyDiscovered: PortBuilder<'discovered'> = ({ clock }) => {
  const graphs = lazyPort(async () => (await import('./discovered-graphs.ts')).discoveredGraphs);
  return {
    readGraph: keptFor(KEPT_FOR_MS, clock.nowMs, graphs.readGraph, UNDER_WAY_MS),
    saveGraph: graphs.saveGraph,
  };
};
