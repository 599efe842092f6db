import { describe, expect, it } from 'vitest';
import { type DiscoveredGraph, NOTHING_DISCOVERED } from '../../functions/core/discovery/discovered-graph.ts';
import type { DiscoveredGraphs } from '../../functions/ports/discovered-graphs.ts';
import { NOON } from '../factories/operations/admissions.ts';

const graphOf = (revision: number, callee: string): DiscoveredGraph => ({
  revision,
  dependencies: [{ caller: 'web', callee, sources: ['xray', 'loadBalancers'], lastSeenMs: NOON }],
});

/** What every store of discovered dependencies does. `makeStore` gives an empty one, once for each test. */
export function discoveredGraphsContract(name: string, makeStore: () => Promise<DiscoveredGraphs>): void {
  describe(`store of discovered dependencies: ${name}`, () => {
    it('has nothing until something was saved, and then what was saved last', async () => {
      const graphs = await makeStore();
      expect(await graphs.readGraph()).toEqual(NOTHING_DISCOVERED);
      expect(await graphs.saveGraph(graphOf(1, 'orders'))).toBe(true);
      expect(await graphs.saveGraph(graphOf(2, 'payments'))).toBe(true);
      expect(await graphs.readGraph()).toEqual(graphOf(2, 'payments'));
    });

    it('saves a graph only over the one that it was made from', async () => {
      const graphs = await makeStore();
      expect(await graphs.saveGraph(graphOf(1, 'orders'))).toBe(true);
      expect(await graphs.saveGraph(graphOf(1, 'payments'))).toBe(false);
      expect(await graphs.saveGraph(graphOf(3, 'payments'))).toBe(false);
      expect(await graphs.readGraph()).toEqual(graphOf(1, 'orders'));
    });

    it('keeps an empty graph, so that what is no longer seen is forgotten', async () => {
      const graphs = await makeStore();
      await graphs.saveGraph(graphOf(1, 'orders'));
      expect(await graphs.saveGraph({ revision: 2, dependencies: [] })).toBe(true);
      expect(await graphs.readGraph()).toEqual({ revision: 2, dependencies: [] });
    });
  });
}
