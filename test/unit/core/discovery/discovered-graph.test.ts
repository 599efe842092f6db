import { describe, expect, it } from 'vitest';
import {
  completedGraph,
  DEPENDENCIES_AT_MOST,
  type DiscoveredGraph,
  NOTHING_DISCOVERED,
  refreshed,
} from '../../../../functions/core/discovery/discovered-graph.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const DAY_MS = 86_400_000;
const keepMs = 7 * DAY_MS;
const { components } = configured({
  components: { web: { dependsOn: ['orders'], independentOf: ['audit'] }, orders: {}, db: {}, audit: {} },
});

const seen = (...calls: readonly string[]) =>
  calls.map((call) => {
    const [caller = '', callee = ''] = call.split('>');
    return { caller, callee, sources: ['xray' as const] };
  });

const refresh = (before: DiscoveredGraph, atMs: number, ...calls: readonly string[]) =>
  refreshed(before, seen(...calls), components, { nowMs: atMs, keepMs });

const first = refresh(NOTHING_DISCOVERED, NOON, 'orders>db');
const namesOf = ({ dependencies }: DiscoveredGraph) =>
  dependencies.map(({ caller, callee }) => `${caller}>${callee}`);

describe('the discovered graph', () => {
  it('keeps what was seen with its sources and time', () => {
    expect(first).toEqual({
      revision: 1,
      dependencies: [{ caller: 'orders', callee: 'db', sources: ['xray'], lastSeenMs: NOON }],
    });
  });

  it('is the same as long as nothing new is seen, for a day', () => {
    expect(refresh(first, NOON + DAY_MS - 1, 'orders>db')).toBe(first);
    const later = refresh(first, NOON + DAY_MS, 'orders>db');
    expect(later).toMatchObject({ revision: 2, dependencies: [{ lastSeenMs: NOON + DAY_MS }] });
  });

  it('is written when something else names the components', () => {
    const again = refreshed(
      first,
      [{ caller: 'orders', callee: 'db', sources: ['xray', 'ecs'] }],
      components,
      {
        nowMs: NOON + 1,
        keepMs,
      },
    );
    expect(again.dependencies).toMatchObject([{ sources: ['xray', 'ecs'] }]);
  });

  it('is written when something else names one of them instead', () => {
    const named = (...sources: readonly ('xray' | 'ecs' | 'loadBalancers')[]) =>
      [{ caller: 'orders', callee: 'db', sources }] as const;
    const at = { nowMs: NOON + 1, keepMs };
    const before = refreshed(NOTHING_DISCOVERED, named('xray', 'ecs'), components, at);
    expect(refreshed(before, named('ecs', 'xray'), components, at)).toBe(before);
    const after = refreshed(before, named('xray', 'loadBalancers'), components, at);
    expect(after.dependencies).toMatchObject([{ sources: ['xray', 'loadBalancers'] }]);
  });

  it('keeps what is no longer seen until it is too old', () => {
    expect(refresh(first, NOON + keepMs)).toBe(first);
    expect(refresh(first, NOON + keepMs + 1)).toEqual({ revision: 2, dependencies: [] });
  });

  it('leaves out what is declared, ruled out, or about no component', () => {
    expect(
      namesOf(refresh(NOTHING_DISCOVERED, NOON, 'web>orders', 'web>audit', 'web>gone', 'gone>db', 'web>db')),
    ).toEqual(['web>db']);
  });

  it('is in the order of callers, then callees, whatever was seen first', () => {
    const calls = ['orders>web', 'audit>web', 'web>db', 'audit>db'];
    const ordered = ['audit>db', 'audit>web', 'orders>web', 'web>db'];
    expect(namesOf(refresh(NOTHING_DISCOVERED, NOON, ...calls))).toEqual(ordered);
    expect(namesOf(refresh(NOTHING_DISCOVERED, NOON, ...calls.toReversed()))).toEqual(ordered);
  });

  it('is in this order whenever each was seen last', () => {
    expect(namesOf(refresh(first, NOON + 1, 'web>db'))).toEqual(['orders>db', 'web>db']);
  });

  it('is written when one of several dependencies is dated again', () => {
    const two = refresh(first, NOON + 1, 'web>db');
    const later = refresh(two, NOON + DAY_MS, 'orders>db', 'web>db');
    expect(later.dependencies.map(({ lastSeenMs }) => lastSeenMs)).toEqual([NOON + DAY_MS, NOON + 1]);
  });

  it('is written when one dependency takes the place of another', () => {
    const later = refresh(first, NOON + keepMs + 1, 'web>db');
    expect([later.revision, namesOf(later)]).toEqual([2, ['web>db']]);
  });

  it('has no component that depends on itself', () => {
    expect(refresh(NOTHING_DISCOVERED, NOON, 'web>web')).toBe(NOTHING_DISCOVERED);
  });

  it('has a limit, and drops what was seen longest ago', () => {
    const many = configured({
      components: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`c${index}`, {}])),
    }).components;
    const names = Object.keys(many);
    const all = names.flatMap((caller) => names.slice(0, 10).map((callee) => `${caller}>${callee}`));
    const before: DiscoveredGraph = {
      revision: 1,
      dependencies: [{ caller: 'c50', callee: 'c51', sources: ['xray'], lastSeenMs: NOON - 1 }],
    };
    const after = refreshed(before, seen(...all), many, { nowMs: NOON, keepMs });
    const newest = refreshed(NOTHING_DISCOVERED, seen(...all), many, { nowMs: NOON, keepMs });
    expect(after.dependencies).toHaveLength(DEPENDENCIES_AT_MOST);
    expect(namesOf(after)).toEqual(namesOf(newest));
    expect(namesOf(after)).not.toContain('c50>c51');
  });

  it('completes what is declared, and what the configuration rules out since then is not used', () => {
    const dependencies = seen('orders>db', 'web>audit', 'web>gone').map((each) => ({
      ...each,
      lastSeenMs: NOON,
    }));
    const { callees } = completedGraph(components, { revision: 3, dependencies });
    expect(Object.fromEntries(callees)).toEqual({ web: ['orders'], orders: ['db'] });
  });
});
