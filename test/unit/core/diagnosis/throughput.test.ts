import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  carriedBy,
  hasWayAround,
  isLess,
  rounded,
  routingOf,
  throughputOf,
} from '../../../../functions/core/diagnosis/throughput.ts';

/** gateway → two payments → one bank. */
const SHOP = {
  gateway: { demand: 400, capacities: { 'pay-a': 300, 'pay-b': 300 } },
  'pay-a': { capacities: { bank: 500 } },
  'pay-b': { capacities: { bank: 500 } },
  bank: {},
};

describe('the throughput of routes', () => {
  it('equals the demand if they have room for it, and then nothing limits it', () => {
    expect(throughputOf(SHOP)).toMatchObject({ demand: 400, carried: 400, limits: [] });
  });

  it('names the routes that together have too little room', () => {
    const busy = { ...SHOP, gateway: { ...SHOP.gateway, demand: 1_000 } };
    expect(throughputOf(busy)).toMatchObject({
      carried: 600,
      limits: [
        { caller: 'gateway', callee: 'pay-a', capacity: 300 },
        { caller: 'gateway', callee: 'pay-b', capacity: 300 },
      ],
    });
  });

  it('says what is left without each component, the costliest first', () => {
    expect(throughputOf(SHOP)?.without).toEqual([
      { component: 'bank', carried: 0 },
      { component: 'pay-a', carried: 300 },
      { component: 'pay-b', carried: 300 },
    ]);
  });

  it('equals the demand where requests are answered at once', () => {
    expect(throughputOf({ web: { demand: 10 } })).toEqual({
      demand: 10,
      carried: 10,
      limits: [],
      without: [],
    });
  });

  it('stays unknown without a demand', () => {
    expect(throughputOf({ ...SHOP, gateway: { capacities: SHOP.gateway.capacities } })).toBeUndefined();
  });

  it('falls with the part of components that serves', () => {
    const carried = (serving: Readonly<Record<string, number>>) =>
      carriedBy(routingOf(SHOP), (component) => serving[component] ?? 1).carried;
    expect(carried({ 'pay-a': 0.5 })).toBe(400);
    expect(carried({ 'pay-a': 0, 'pay-b': 0.5 })).toBe(150);
    expect(carried({ gateway: 0 })).toBe(0);
  });

  it('falls only if it does by more than rounding', () => {
    const carries = (carried: number) => ({ carried, limits: [] });
    expect(isLess(carries(99.9), carries(100))).toBe(true);
    expect(isLess(carries(100 - 1e-7), carries(100))).toBe(false);
    expect(isLess(carries(100), carries(99))).toBe(false);
  });

  it('is shown with one decimal, if that says something', () => {
    expect([rounded(12.34), rounded(12), rounded(0.05)]).toEqual(['12.3', '12', '0.1']);
  });

  it('has a way around a component if what may reach it can be answered elsewhere', () => {
    const routing = routingOf(SHOP);
    expect(hasWayAround(routing, 'pay-a')).toBe(true);
    expect(hasWayAround(routing, 'bank')).toBe(false);
    expect(hasWayAround(routing, 'gateway')).toBe(false);
    expect(hasWayAround(routingOf({ ...SHOP, other: { demand: 5 } }), 'bank')).toBe(false);
  });

  it('names those that cost as much in the order of their names', () => {
    const names = (...callees: readonly string[]) =>
      throughputOf({
        web: { demand: 4, capacities: Object.fromEntries(callees.map((callee) => [callee, 2])) },
      })?.without.map(({ component }) => component);
    expect(names('b', 'a')).toEqual(['a', 'b']);
    expect(names('a', 'b')).toEqual(['a', 'b']);
  });

  it('copes with circles', () => {
    const circle = {
      a: { demand: 5, capacities: { b: 4 } },
      b: { capacities: { a: 9, c: 3 } },
      c: {},
    };
    expect(throughputOf(circle)).toMatchObject({ carried: 3, limits: [{ caller: 'b', callee: 'c' }] });
  });

  it('equals the narrowest cut of all, whatever the graph', () => {
    const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
    const name = fc.constantFrom(...NAMES);
    const edge = fc.record({ caller: name, callee: name, capacity: fc.integer({ min: 1, max: 20 }) });
    const graph = fc.record({
      edges: fc.uniqueArray(edge, { maxLength: 9, selector: ({ caller, callee }) => `${caller}${callee}` }),
      demand: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(graph, ({ edges, demand }) => {
        const routes = edges.filter(({ caller, callee }) => caller !== callee);
        const components = Object.fromEntries(
          NAMES.map((each) => [
            each,
            {
              ...(each === 'a' && { demand }),
              capacities: Object.fromEntries(
                routes.flatMap(({ caller, callee, capacity }) =>
                  caller === each ? [[callee, capacity]] : [],
                ),
              ),
            },
          ]),
        );
        expect(throughputOf(components)?.carried).toBe(narrowestCut(routes, demand, NAMES));
      }),
    );
  });
});

/** Every way to cut what comes in at `a` off from where requests are answered, tried one by one. */
function narrowestCut(
  routes: readonly { readonly caller: string; readonly callee: string; readonly capacity: number }[],
  demand: number,
  names: readonly string[],
): number {
  let narrowest = demand;
  for (let mask = 0; mask < 2 ** names.length; mask += 1) {
    const inside = new Set(names.filter((_, index) => (mask & (1 << index)) !== 0));
    const answers = [...inside].some((each) => !routes.some(({ caller }) => caller === each));
    if (!inside.has('a') || answers) continue;
    const cut = routes
      .filter(({ caller, callee }) => inside.has(caller) && !inside.has(callee))
      .reduce((sum, { capacity }) => sum + capacity, 0);
    narrowest = Math.min(narrowest, cut);
  }
  return narrowest;
}
