import { describe, expect, it } from 'vitest';
import { treeLines, treeMermaid } from '../../../cli/presenters/decision-tree.ts';
import { graphLines, mermaidLines, throughputLines } from '../../../cli/presenters/graph.ts';
import { dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import { configured } from '../../factories/configuration.ts';

const graphOf = (...calls: readonly string[]) =>
  dependencyGraph(
    calls.map((call) => {
      const [caller = '', callee = ''] = call.split('>');
      return { caller, callee };
    }),
  );

describe('the dependency graph, as text', () => {
  it('shows a tree for each component that nothing calls, and draws each component once', () => {
    const graph = graphOf('gateway>orders', 'gateway>payments', 'orders>database', 'payments>database');
    expect(graphLines(['gateway', 'orders', 'payments', 'database', 'mail'], graph)).toEqual([
      'gateway',
      '├─ orders',
      '│  └─ database',
      '└─ payments',
      '   └─ database',
      'mail',
    ]);
  });

  it('says where a component with dependencies was drawn before, and ends in circles', () => {
    const graph = graphOf('a>b', 'b>c', 'c>a');
    expect(graphLines(['a', 'b', 'c'], graph)).toEqual(['a', '└─ b', '   └─ c', '      └─ a (see above)']);
  });
});

describe('discovered dependencies', () => {
  const LAST_SEEN = Date.parse('2026-11-22T12:00:00Z');
  const discovered = [
    { caller: 'web', callee: 'db', sources: ['xray', 'loadBalancers'], lastSeenMs: LAST_SEEN },
  ] as const;
  const graph = graphOf('web>orders', 'web>db', 'orders>db');
  const names = ['web', 'orders', 'db'];

  it('have their sources and the day on which they were last seen, as text', () => {
    expect(graphLines(names, graph, undefined, discovered)).toEqual([
      'web',
      '├─ orders',
      '│  └─ db',
      '└─ db (discovered by xray and loadBalancers, last seen 2026-11-22)',
    ]);
  });

  it('are dotted in Mermaid, with their sources', () => {
    expect(mermaidLines(names, graph, undefined, undefined, discovered).slice(4)).toEqual([
      '  c0 --> c1',
      '  c0 -. "xray, loadBalancers" .-> c2',
      '  c1 --> c2',
    ]);
  });
});

const ROUTING = {
  demands: new Map([['gateway', 1_000]]),
  routes: [
    { caller: 'gateway', callee: 'pay-a', capacity: 300 },
    { caller: 'gateway', callee: 'pay-b', capacity: 900 },
    { caller: 'pay-b', callee: 'pay-a', capacity: 50 },
  ],
};
const ROUTED = graphOf('gateway>pay-a', 'gateway>pay-b', 'gateway>sessions', 'pay-a>bank', 'pay-b>pay-a');
const ROUTED_NAMES = ['gateway', 'pay-a', 'pay-b', 'sessions', 'bank'];

describe('demand and capacities', () => {
  it('writes demand and capacities beside the components, as text', () => {
    expect(graphLines(ROUTED_NAMES, ROUTED, ROUTING)).toEqual([
      'gateway (1000/s come in)',
      '├─ pay-a (300/s)',
      '│  └─ bank',
      '├─ pay-b (900/s)',
      '│  └─ pay-a (50/s, see above)',
      '└─ sessions',
    ]);
  });

  it('appear at the arrows of Mermaid, those that limit the throughput thick', () => {
    const limits = ROUTING.routes.slice(0, 1);
    expect(mermaidLines(ROUTED_NAMES, ROUTED, ROUTING, limits)).toEqual([
      'flowchart LR',
      '  c0["gateway<br>1000/s come in"]',
      '  c1["pay-a"]',
      '  c2["pay-b"]',
      '  c3["sessions"]',
      '  c4["bank"]',
      '  c0 == "300/s" ==> c1',
      '  c0 -- "900/s" --> c2',
      '  c0 --> c3',
      '  c1 --> c4',
      '  c2 -- "50/s" --> c1',
    ]);
  });
});

describe('the throughput, for people', () => {
  it('names what limits it, single points of failure, and what is left without the others', () => {
    const limits = [{ caller: 'gateway', callee: 'pay-a', capacity: 300 }];
    const without = [
      { component: 'bank', carried: 0 },
      { component: 'pay-a', carried: 100 },
      { component: 'spare', carried: 400 },
    ];
    expect(throughputLines({ demand: 1_000, carried: 400, limits, without })).toEqual([
      '',
      '1000 requests a second come in, and the routes carry 400. They are limited by gateway → pay-a (300).',
      'Single points of failure: bank.',
      'Without pay-a, they carry 100.',
    ]);
  });

  it('says nothing of what can be missed', () => {
    expect(throughputLines({ demand: 10, carried: 10, limits: [], without: [] })).toEqual([
      '',
      '10 requests a second come in, and the routes carry them.',
    ]);
  });
});

describe('the dependency graph, as Mermaid', () => {
  it('numbers the components, whose names may be words of Mermaid’s', () => {
    expect(mermaidLines(['end', 'class'], graphOf('end>class'))).toEqual([
      'flowchart LR',
      '  c0["end"]',
      '  c1["class"]',
      '  c0 --> c1',
    ]);
  });
});

describe('the decision tree', () => {
  const STRATEGIES = configured({
    strategies: [
      { id: 'roll-back', trigger: { causes: ['BAD_DEPLOYMENT'] }, maxAttempts: 1 },
      { id: 'restart', trigger: { metrics: ['memory'] }, components: ['web'] },
    ],
  }).strategies;

  it('asks the strategies in their order, as text', () => {
    expect(treeLines(STRATEGIES)).toEqual([
      'alert',
      '├─ cause BAD_DEPLOYMENT (0.7 or more)?',
      '│  └─ roll-back: start_component (1 attempt, then on to the next)',
      '├─ memory of web?',
      '│  └─ restart: start_component (3 attempts, then on to the next)',
      '└─ otherwise: refused, or a person is called',
    ]);
  });

  it('becomes a chain of questions in Mermaid', () => {
    expect(treeMermaid(STRATEGIES)).toContain('  q0 -->|no| q1');
    expect(treeMermaid(STRATEGIES)).toContain('  q1{"memory of web?"}');
  });
});
