import { describe, expect, it } from 'vitest';
import { currentIssues } from '../../../../functions/app/queries/issues/current-issues.ts';
import type { Operation, StepId, StepOutcome } from '../../../../functions/core/operation/operation.ts';
import { NODE } from '../../../factories/configuration.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted, type World } from '../../../factories/ports/world.ts';
import { found, ONE, worldOf } from './fleet-with-issues.ts';

const stepped = (
  { store }: World,
  { operationId, component }: Operation,
  stepId: StepId,
  action: string,
  atMs = NOON,
  outcome: StepOutcome = 'SUCCEEDED',
) =>
  store.recordStep({
    ...({ operationId, component, stepId, action, onError: 'abort', outcome } as const),
    ...{ startedAtMs: atMs, completedAtMs: atMs, targets: [NODE] },
  });

describe('the issues of isolated hosts', () => {
  it('list an isolated host until a later repair has succeeded', async () => {
    const world = worldOf({
      ...ONE,
      strategies: [{ cooldownSeconds: 0, actions: [{ type: 'isolate_network' }] }],
    });
    const operation = await admitted(world);
    await stepped(world, operation, 'heal-0', 'isolate_network');
    const cooldownUntilMs = NOON;
    await world.store.conclude(conclusionOf(operation, { result: 'CONTAINED', cooldownUntilMs }));
    const [isolated] = (await currentIssues(world)).issues;
    expect(isolated).toMatchObject({
      ...{ kind: 'containment', priority: 1, component: 'web' },
      problem: `isolated ${NODE}, and no later repair is on record`,
    });
    world.clock.now += 60_000;
    const later = await admitted(world);
    await world.store.conclude(conclusionOf(later, { completedAtMs: world.clock.now }));
    expect(await found(world)).toEqual([]);
  });

  it('list a host that a failed operation left isolated, and none that it let back in', async () => {
    const world = worldOf({ ...ONE, strategies: [{ actions: [{ type: 'isolate_network' }] }] });
    const operation = await admitted(world);
    await stepped(world, operation, 'heal-0', 'isolate_network');
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const containments = async () =>
      (await currentIssues(world)).issues.filter(({ kind }) => kind === 'containment').length;
    expect(await containments()).toBe(1);
    await stepped(world, operation, 'rollback-0', 'restore_network', NOON + 1_000);
    expect(await containments()).toBe(0);
  });

  it('list no isolation that is still under way', async () => {
    const world = worldOf({ ...ONE, strategies: [{ actions: [{ type: 'isolate_network' }] }] });
    await stepped(world, await admitted(world), 'heal-0', 'isolate_network');
    expect((await currentIssues(world)).issues.map(({ kind }) => kind)).toEqual(['operation']);
  });

  it('list a host that an operation isolated among other things, whatever other strategies do', async () => {
    const world = worldOf({
      ...ONE,
      strategies: [
        { id: 'other', trigger: { metrics: ['errors'] } },
        { id: 'isolate', actions: [{ type: 'isolate_network' }, { type: 'notify_soc' }] },
      ],
    });
    const operation = await admitted(world);
    await stepped(world, operation, 'heal-0', 'isolate_network');
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const { issues } = await currentIssues(world);
    expect(issues.filter(({ kind }) => kind === 'containment')).toMatchObject([
      { problem: `isolated ${NODE}, and no later repair is on record` },
    ]);
  });

  it('list a host that a failed operation may have left isolated', async () => {
    const world = worldOf({ ...ONE, strategies: [{ actions: [{ type: 'isolate_network' }] }] });
    const operation = await admitted(world);
    await stepped(world, operation, 'heal-0', 'isolate_network', NOON, 'UNKNOWN');
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const { issues } = await currentIssues(world);
    expect(issues.find(({ kind }) => kind === 'containment')).toMatchObject({
      problem: `may have isolated ${NODE}, and no later repair is on record`,
    });
  });

  it('name every host that is isolated, and every other one that may be', async () => {
    const world = worldOf({ ...ONE, strategies: [{ actions: [{ type: 'isolate_network' }] }] });
    const operation = await admitted(world);
    const { operationId, component } = operation;
    const hosts = (...letters: readonly string[]) => letters.map((letter) => `i-0000000${letter}`);
    for (const [stepId, outcome, targets] of [
      ['heal-0', 'SUCCEEDED', hosts('a', 'b')],
      ['heal-1', 'UNKNOWN', hosts('c', 'd')],
    ] as const)
      await world.store.recordStep({
        ...({ operationId, component, stepId, action: 'isolate_network', onError: 'abort' } as const),
        ...{ outcome, startedAtMs: NOON, completedAtMs: NOON, targets },
      });
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    const { issues } = await currentIssues(world);
    expect(issues.find(({ kind }) => kind === 'containment')).toMatchObject({
      problem:
        'isolated i-0000000a, i-0000000b, may have isolated i-0000000c, i-0000000d, and no later repair is on record',
    });
  });
});
