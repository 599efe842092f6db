import { describe, expect, it } from 'vitest';
import type { TargetHealth } from '../../../../functions/core/operation/layout.ts';
import { planLayout, targetsToLookAt } from '../../../../functions/core/operation/plan-layout.ts';
import { configured } from '../../../factories/configuration.ts';

const health = (found: Readonly<Record<string, TargetHealth>> = {}) => new Map(Object.entries(found));
const IDS = ['i-0000000a', 'i-0000000b', 'i-0000000c'];
const [A, B, C] = IDS as [string, string, string];

/** A component with these nodes online, and what a test is about. */
function layoutOf(
  online: readonly string[],
  fields: object = {},
  facts: { readonly named?: readonly string[] } = {},
) {
  const configuration = configured({ components: { web: { targets: { instanceIds: IDS }, ...fields } } });
  const { web: component } = configuration.components;
  const [strategy] = configuration.strategies;
  if (!component || !strategy) throw new Error('not configured');
  const nodes = online.map((instanceId) => ({ instanceId, online: true, platform: 'Linux' as const }));
  return { name: 'web', component, strategy, named: [], nodes, ...facts };
}

describe('the targets to look at before a repair', () => {
  it('include all that are available, if the alert names none', () => {
    expect(targetsToLookAt(layoutOf([A, B]))).toEqual([A, B]);
  });

  it('include none if the alert names some, only one is available, or there is no service to look at', () => {
    expect(targetsToLookAt(layoutOf(IDS, {}, { named: [A, B] }))).toEqual([]);
    expect(targetsToLookAt(layoutOf([A]))).toEqual([]);
    expect(targetsToLookAt(layoutOf(IDS, { service: undefined }))).toEqual([]);
  });
});

describe('the batches of a repair', () => {
  it('hold one target each, unless the component allows more', () => {
    expect(planLayout(layoutOf(IDS), health()).batches).toEqual([[A], [B], [C]]);
    expect(planLayout(layoutOf(IDS, { maxConcurrentTargets: 2 }), health()).batches).toEqual([[A, B], [C]]);
  });

  it('hold only targets that the alert names', () => {
    expect(planLayout(layoutOf(IDS, {}, { named: [B] }), health())).toEqual({ batches: [[B]], skipped: {} });
  });

  it('hold no target that the alert names and the component does not select', () => {
    const grouped = { targets: { autoScalingGroup: 'web-asg' } };
    const alone = planLayout(layoutOf([A, B], grouped, { named: [C] }), health());
    expect(alone).toEqual({
      ...{ batches: [[]], skipped: {} },
      problem: {
        ...{ code: 'TargetsUnavailable', detail: `${C}: no managed node that the targets of web select` },
      },
    });

    const among = layoutOf([A, B], grouped, { named: [A, C] });
    expect(planLayout(among, health())).toEqual({ batches: [[A]], skipped: { [C]: 'not-managed' } });

    const nodes = [{ instanceId: A, online: false, platform: 'Linux' as const }];
    expect(planLayout({ ...among, nodes }, health())).toEqual({
      batches: [[A]],
      skipped: { [C]: 'not-managed' },
    });
  });

  it('leave enough healthy targets, where none was found unhealthy', () => {
    const cautious = { maxConcurrentTargets: 3, minHealthyTargets: 1 };
    expect(planLayout(layoutOf(IDS, cautious), health()).batches).toEqual([[A, B], [C]]);
    const strict = { maxConcurrentTargets: 3, minHealthyTargets: 3 };
    expect(planLayout(layoutOf(IDS, strict), health()).batches).toEqual([[A], [B], [C]]);
  });

  it('may hold all that were found unhealthy: they serve nobody', () => {
    const found = health({ [A]: 'unhealthy', [B]: 'unhealthy', [C]: 'healthy' });
    const layout = planLayout(layoutOf(IDS, { maxConcurrentTargets: 3, minHealthyTargets: 2 }), found);
    expect(layout).toEqual({ batches: [[A, B]], skipped: { [C]: 'healthy' } });
  });

  it('hold hosts whose agents do not answer if nothing else is wrong, and AWS can repair them without', () => {
    const [strategy] = configured({ strategies: [{ actions: [{ type: 'reboot_instance' }] }] }).strategies;
    if (!strategy) throw new Error('not configured');
    const node = (instanceId: string, online: boolean) => ({
      instanceId,
      online,
      platform: 'Linux' as const,
    });
    const nodes = [node(A, true), node(B, false), node(C, true)];
    const of = { ...layoutOf([]), strategy, nodes };
    const calm = health({ [A]: 'healthy', [C]: 'unknown' });
    expect(planLayout(of, calm)).toEqual({
      ...{ batches: [[B]], skipped: { [A]: 'healthy', [C]: 'not-looked-at' } },
    });
    expect(planLayout(of, health({ [A]: 'unhealthy', [C]: 'healthy' }))).toMatchObject({ batches: [[A]] });
    expect(planLayout({ ...of, named: [A, B] }, calm)).toMatchObject({ batches: [[A], [B]] });
    expect(planLayout({ ...layoutOf([]), nodes }, calm)).toMatchObject({ batches: [[A], [C]] });
  });

  it('skip a configured target that is not managed, unless none is', () => {
    expect(planLayout(layoutOf([A, B]), health())).toEqual({
      batches: [[A], [B]],
      skipped: { [C]: 'not-managed' },
    });
    expect(planLayout(layoutOf([]), health()).batches).toEqual([[A], [B], [C]]);
  });

  it('cannot be laid out for a selector that finds nothing', () => {
    const byTag = layoutOf([], { targets: { tags: { role: 'web' } } });
    expect(planLayout(byTag, health()).problem).toEqual({
      ...{ code: 'TargetsUnavailable', detail: 'web: its targets select no managed node' },
    });
  });

  it('cannot be laid out if they need more steps than an operation has', () => {
    const many = Array.from({ length: 501 }, (_, index) => `i-${index.toString(16).padStart(8, '0')}`);
    const byTag = { targets: { tags: { role: 'web' } } };
    expect(planLayout(layoutOf(many.slice(0, 500), byTag), health()).problem).toBeUndefined();
    const { batches, problem } = planLayout(layoutOf(many, byTag), health());
    expect(batches).toEqual([[]]);
    expect(problem).toEqual({
      code: 'TooManyTargets',
      detail:
        '501 targets of web in batches of 1: 501 batches, and one operation of 1 actions has 500 at most; raise maxConcurrentTargets',
    });
  });
});
