import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import type { ComponentSeries, Sample } from '../../../../functions/core/diagnosis/excess.ts';
import { balanceExcess, type Incident } from '../../../../functions/core/diagnosis/excess-balance.ts';

const USUAL = { level: 0.1, deviation: 0.001 };

interface Plan {
  readonly requests?: number;
  /** Mean latency since the onset; 0.1 is usual. */
  readonly latency?: number;
  readonly isNew?: boolean;
}

/** `a>b` means that a calls b; the first caller's alarm is red. */
function incidentOf(
  calls: readonly string[],
  plans: Readonly<Record<string, Plan>>,
  more: Partial<Incident> = {},
): Incident {
  const dependencies = calls.map((call) => {
    const [caller = '', callee = ''] = call.split('>');
    return { caller, callee };
  });
  const names = new Set(dependencies.flatMap(({ caller, callee }) => [caller, callee]));
  const seriesOf = ({ requests = 100, latency = 0.1, isNew = false }: Plan = {}): ComponentSeries => {
    const sample: Sample = { requests, value: latency };
    return { ...(!isNew && { usual: USUAL }), before: [], during: [sample, sample, sample] };
  };
  return {
    target: dependencies[0]?.caller ?? '',
    symptom: 'latency',
    graph: dependencyGraph(dependencies),
    series: new Map([...names].map((name) => [name, seriesOf(plans[name])])),
    ...more,
  };
}

const blamed = (incident: Incident) => balanceExcess(incident).candidates[0]?.component;

describe('the balance of excess', () => {
  it('blames the component whose callees are as usual', () => {
    const calls = ['gateway>orders', 'orders>database', 'orders>cache'];
    const slow = { latency: 0.4 };
    expect(blamed(incidentOf(calls, { gateway: slow, orders: slow, database: slow }))).toBe('database');
    expect(blamed(incidentOf(calls, { gateway: slow, orders: slow }))).toBe('orders');
    expect(blamed(incidentOf(calls, { gateway: slow }))).toBe('gateway');
  });

  it('does not blame what is slow but is not called by the target', () => {
    const incident = incidentOf(['gateway>orders', 'batch>warehouse'], {
      gateway: { latency: 0.4 },
      warehouse: { latency: 9 },
      batch: { latency: 9 },
    });
    expect(balanceExcess(incident).candidates.map(({ component }) => component)).toEqual(['gateway']);
  });

  it('charges a callee only with the part of its load that comes from the target', () => {
    // The database is slow, but a nightly job makes 99 % of its calls: the gateway hardly waits for it.
    const incident = incidentOf(['gateway>database', 'job>database'], {
      gateway: { requests: 10, latency: 5 },
      job: { requests: 990, latency: 0.3 },
      database: { requests: 1_000, latency: 0.3 },
    });
    expect(blamed(incident)).toBe('gateway');
  });

  it('splits the votes between two components at fault', () => {
    const incident = incidentOf(['gateway>orders', 'gateway>payments'], {
      gateway: { latency: 0.7 },
      orders: { latency: 0.4 },
      payments: { latency: 0.4 },
    });
    const { candidates } = balanceExcess(incident);
    expect(
      candidates
        .slice(0, 2)
        .map(({ component }) => component)
        .toSorted(),
    ).toEqual(['orders', 'payments']);
    expect(candidates[0]?.confidence).toBeLessThan(0.7);
  });

  it('names components with the same share in the order of their names', () => {
    const slow = { latency: 0.4 };
    const incident = incidentOf(['gateway>payments', 'gateway>orders'], {
      ...{ gateway: { latency: 0.7 }, orders: slow, payments: slow },
    });
    expect(
      balanceExcess(incident)
        .candidates.map(({ component }) => component)
        .slice(0, 2),
    ).toEqual(['orders', 'payments']);
  });

  it('charges the caller for a callee that it never called before', () => {
    const incident = incidentOf(['gateway>orders', 'orders>new-table'], {
      gateway: { latency: 0.4 },
      orders: { latency: 0.4 },
      'new-table': { latency: 0.4, isNew: true },
    });
    expect(blamed(incident)).toBe('orders');
    expect(balanceExcess(incident).unjudged).toEqual(['new-table']);
  });

  it('blames a silent callee for what its callers cannot account for', () => {
    const down = new Set(['database']);
    const incident = incidentOf(
      ['gateway>orders', 'orders>database', 'orders>cache'],
      { gateway: { latency: 0.4 }, orders: { latency: 0.4 }, database: { requests: 0, isNew: true } },
      { down },
    );
    expect(blamed(incident)).toBe('database');
  });

  it('blames a silent callee of which there are no samples at all', () => {
    const { series, ...incident } = incidentOf(['gateway>orders', 'orders>database'], {
      ...{ gateway: { latency: 0.4 }, orders: { latency: 0.4 } },
    });
    const known = new Map([...series].filter(([name]) => name !== 'database'));
    const { candidates, unjudged } = balanceExcess({
      ...{ ...incident, series: known, down: new Set(['database']) },
    });
    expect(candidates.map(({ component, share }) => [component, share])).toEqual([['database', 1]]);
    expect(unjudged).toEqual([]);
  });

  it('splits between silent callees what their caller cannot account for', () => {
    const incident = incidentOf(
      ['gateway>orders', 'orders>database', 'orders>cache'],
      { gateway: { latency: 0.4 }, orders: { latency: 0.4 } },
      { down: new Set(['database', 'cache']) },
    );
    const { candidates } = balanceExcess(incident);
    expect(candidates.map(({ component }) => component)).toEqual(['cache', 'database']);
    for (const { share, coverage } of candidates) {
      expect(share).toBeCloseTo(0.5, 12);
      expect(coverage).toBeCloseTo(0.5, 12);
    }
  });

  it('does not blame a silent callee for what another callee accounts for', () => {
    const incident = incidentOf(
      ['gateway>orders', 'orders>database', 'orders>cache'],
      { gateway: { latency: 0.4 }, orders: { latency: 0.4 }, cache: { latency: 0.4 } },
      { down: new Set(['database']) },
    );
    expect(blamed(incident)).toBe('cache');
  });

  it('finds the component at fault within a circle of calls', () => {
    const slow = { latency: 0.4 };
    const calls = ['gateway>orders', 'orders>stock', 'stock>orders', 'stock>database'];
    expect(
      blamed(incidentOf(calls, { gateway: slow, stock: slow, orders: slow, database: { latency: 2 } })),
    ).toBe('database');
  });

  it('charges a component in a circle with all that reaches it in the end', () => {
    const incident = incidentOf(['gateway>orders', 'orders>stock', 'stock>orders'], {
      ...{ gateway: { latency: 0.7 }, orders: { requests: 200 }, stock: { latency: 0.4 } },
    });
    const stock = balanceExcess(incident).candidates.find(({ component }) => component === 'stock');
    // Each round halves what is missing: after eight, 255 of 256 parts of its load come from the gateway.
    expect(stock?.coverage).toBeCloseTo(((255 / 256) * (100 * 0.3 - 0.5)) / (100 * 0.6 - 0.5), 10);
  });

  it('blames nobody in a period in which two that call each other account for each other', () => {
    const incident = incidentOf(['gateway>orders', 'orders>gateway'], {
      ...{ gateway: { latency: 0.4 }, orders: { latency: 0.4 } },
    });
    expect(balanceExcess(incident).candidates).toEqual([]);
    const orders = incident.series.get('orders');
    const [first] = orders?.during ?? [];
    const during = [first, first, { requests: 100, value: 0.1 }];
    const series = new Map([...incident.series, ['orders', { ...orders, before: [], during }] as const]);
    const [gateway, ...more] = balanceExcess({ ...incident, series }).candidates;
    expect(more).toEqual([]);
    expect(gateway).toMatchObject({ component: 'gateway', share: 1, coverage: 1 });
  });

  it('blames the target although what it calls was asked nothing', () => {
    const incident = incidentOf(['gateway>orders', 'orders>database'], {
      ...{ gateway: { latency: 0.4 }, orders: { requests: 0 }, database: { latency: 3 } },
    });
    expect(balanceExcess(incident).candidates.map(({ component }) => component)).toEqual(['gateway']);
  });

  it('does not mind callers and periods that were not measured', () => {
    const { series, ...incident } = incidentOf(['gateway>orders', 'job>orders'], {
      ...{ gateway: { latency: 0.4 }, orders: { latency: 0.4 } },
    });
    const known = new Map(
      [...series].flatMap(([name, { during, ...more }]) =>
        name === 'job' ? [] : [[name, { ...more, during: [...during, undefined] }] as const],
      ),
    );
    expect(blamed({ ...incident, series: known })).toBe('orders');
  });

  it('does not pass on what a silent callee is charged with to another one that it calls', () => {
    const incident = incidentOf(
      ['gateway>orders', 'orders>database'],
      { gateway: { latency: 0.4 }, orders: { latency: 0.4 } },
      { down: new Set(['orders', 'database']) },
    );
    expect(balanceExcess(incident).candidates).toMatchObject([{ component: 'orders', share: 1 }]);
  });

  it('has nothing to say of a target of which nothing is known', () => {
    const { series, ...incident } = incidentOf(['gateway>orders'], { orders: { latency: 3 } });
    const known = new Map([...series].filter(([name]) => name !== 'gateway'));
    expect(balanceExcess({ ...incident, series: known })).toEqual({ candidates: [], unjudged: ['gateway'] });
  });

  it('blames nobody if the target is as usual', () => {
    expect(balanceExcess(incidentOf(['gateway>orders'], { orders: { latency: 3 } })).candidates).toEqual([]);
  });

  it('blames nobody without request counts', () => {
    const incident = incidentOf(['gateway>orders'], { gateway: { requests: 0, latency: 3 } });
    expect(balanceExcess(incident).candidates).toEqual([]);
  });

  it('always splits one vote, whatever the graph, and never blames what is out of reach', () => {
    const node = fc.integer({ min: 0, max: 9 });
    const plan = fc.record({
      requests: fc.integer({ min: 0, max: 500 }),
      latency: fc.double({ min: 0, max: 3, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(node, node), { minLength: 1, maxLength: 30 }),
        fc.array(plan, { minLength: 10, maxLength: 10 }),
        (edges, plans) => {
          const named = Object.fromEntries(plans.map((one, index) => [`c${index}`, one]));
          const incident = incidentOf(
            edges.map(([caller, callee]) => `c${caller}>c${callee}`),
            named,
          );
          const { candidates } = balanceExcess(incident);
          const total = candidates.reduce((sum, { share }) => sum + share, 0);
          if (candidates.length > 0) expect(total).toBeCloseTo(1);
          for (const { share, coverage, confidence } of candidates) {
            expect(share).toBeGreaterThan(0);
            expect(coverage).toBeLessThanOrEqual(1);
            expect(confidence).toBeLessThanOrEqual(0.95);
          }
        },
      ),
    );
  });

  it('does not depend on the unit of requests', () => {
    const calls = ['gateway>orders', 'orders>database'];
    const times = (factor: number) =>
      incidentOf(calls, {
        gateway: { latency: 0.5, requests: 10 * factor },
        orders: { latency: 0.4, requests: 20 * factor },
        database: { latency: 0.2, requests: 30 * factor },
      });
    const [one, thousand] = [1, 1_000].map((factor) => balanceExcess(times(factor)).candidates);
    expect(one?.map(({ component }) => component)).toEqual(thousand?.map(({ component }) => component));
    one?.forEach(({ share }, rank) => {
      expect(share).toBeCloseTo(thousand?.[rank]?.share ?? Number.NaN);
    });
  });
});
