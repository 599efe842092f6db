import { describe, expect, it } from 'vitest';
import {
  callersFirst,
  callersOf,
  configuredGraph,
  dependencyGraph,
  graphWithout,
} from '../../../../functions/core/diagnosis/dependency-graph.ts';

const graphOf = (...calls: readonly string[]) =>
  dependencyGraph(calls.map((call) => ({ caller: call[0] ?? '', callee: call[1] ?? '' })));

describe('a dependency graph', () => {
  it('keeps each dependency once, and none of a component on itself', () => {
    const { callees, callers } = graphOf('ab', 'ab', 'aa', 'cb');
    expect([...callees]).toEqual([
      ['a', ['b']],
      ['c', ['b']],
    ]);
    expect(callers.get('b')).toEqual(['a', 'c']);
  });

  it('lists callers before callees', () => {
    const order = callersFirst(graphOf('ab', 'ac', 'bd', 'cd', 'cb'), 'a');
    expect(order).toEqual(['a', 'c', 'b', 'd']);
  });

  it('lists only where calls lead', () => {
    expect(callersFirst(graphOf('ab', 'xb'), 'a')).toEqual(['a', 'b']);
    expect(callersFirst(graphOf('ab'), 'alone')).toEqual(['alone']);
  });

  it('joins callers to what left-out components call', () => {
    const calls = (graph: ReturnType<typeof graphOf>, ...left: readonly string[]) =>
      [...graphWithout(graph, new Set(left)).callees].map(([caller, callees]) => caller + callees.join(''));
    expect(calls(graphOf('ab', 'bc', 'bd', 'ce'), 'b')).toEqual(['acd', 'ce']);
    expect(calls(graphOf('ab', 'bc', 'cd'), 'b', 'c')).toEqual(['ad']);
    expect(calls(graphOf('ab', 'bc', 'cb', 'cd'), 'b', 'c')).toEqual(['ad']);
    expect(calls(graphOf('ab', 'ba'), 'b')).toEqual([]);
    expect(calls(graphOf('ab', 'bc'))).toEqual(['ab', 'bc']);
    expect(calls(graphOf('ab', 'ac'), 'b')).toEqual(['ac']);
  });

  it('lists everything that depends on a component, the nearest first, without the component itself', () => {
    expect(callersOf(graphOf('ab', 'bc', 'dc', 'ea'), 'c')).toEqual(['b', 'd', 'a', 'e']);
    expect(callersOf(graphOf('ab', 'ba'), 'a')).toEqual(['b']);
    expect(callersOf(graphOf('ab'), 'a')).toEqual([]);
  });

  it('is what components of a configuration depend on', () => {
    const { callees } = configuredGraph({ web: { dependsOn: ['db', 'cache'] }, db: { dependsOn: [] } });
    expect([...callees]).toEqual([['web', ['db', 'cache']]]);
  });

  it('may have circles', () => {
    expect(callersFirst(graphOf('ab', 'bc', 'ca'), 'b').toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('may be a chain as long as it likes', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => ({
      caller: String(index),
      callee: String(index + 1),
    }));
    expect(callersFirst(dependencyGraph(chain), '0')).toHaveLength(20_001);
  });
});
