import { describe, expect, it } from 'vitest';
import { withoutGoneTargets } from '../../../../functions/app/heal/gone-targets.ts';
import type { Inspection, TargetResult } from '../../../../functions/core/operation/inspection.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import { configured } from '../../../factories/configuration.ts';
import { stepOf } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld, withStore } from '../../../factories/ports/world.ts';

const [A, B, C] = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'];
const FAILED = { outcome: 'FAILED', detail: 'it hangs' } as const;
const done = (id: string): TargetResult => ({ id, outcome: 'SUCCEEDED', detail: 'done' });

interface Given {
  /** Ids of the hosts that Systems Manager still manages. */
  readonly managed?: readonly string[];
  readonly results?: readonly TargetResult[];
  readonly stepId?: StepId;
  readonly batches?: readonly (readonly string[])[];
  readonly result?: typeof FAILED | { readonly outcome: 'SUCCEEDED'; readonly detail: string } | undefined;
}

/** What an action on A and B has led to. */
async function settled(given: Given) {
  const { managed = [], results = [], stepId = 'heal-0', batches = [[A, B]] } = given;
  const result = 'result' in given ? given.result : FAILED;
  const world = createWorld(configured({ components: { web: { targets: { tags: { role: 'web' } } } } }));
  world.runbooks.nodes = managed.map((id) => node(id));
  const operation = await admitted(world);
  if (batches.length > 0) await world.store.layOut(operation.operationId, { batches, skipped: {} });
  const step = stepOf(operation, { stepId, targets: [A, B] });
  const inspection: Inspection = { targets: results, targetCount: 2, detail: 'as a whole', ...result };
  const outcome = await withoutGoneTargets(world, step, inspection, result);
  return { outcome, asked: world.runbooks.selectors, world, step, inspection };
}

describe('an action whose targets have left the fleet', () => {
  it('fails if all have, and nothing else is repaired', async () => {
    expect((await settled({})).outcome).toStrictEqual({
      ...{ outcome: 'FAILED', failsAs: 'TargetsUnavailable', targets: [A, B] },
      ...{ skipped: { [A]: 'gone', [B]: 'gone' }, detail: `${A}, ${B}: no longer a managed node` },
    });
  });

  it('is skipped if all have, while another batch is still to be repaired', async () => {
    expect((await settled({ batches: [[A, B], [C]] })).outcome).toStrictEqual({
      ...{ outcome: 'SKIPPED', targets: [] },
      ...{ skipped: { [A]: 'gone', [B]: 'gone' }, detail: `${A}, ${B}: no longer a managed node` },
    });
  });

  it('has succeeded on those that are left if it was done there, even while it waits for the others', async () => {
    for (const result of [FAILED, undefined])
      expect((await settled({ results: [done(A)], result })).outcome).toStrictEqual({
        ...{ outcome: 'SUCCEEDED', targets: [A], skipped: { [B]: 'gone' } },
        detail: `${B}: no longer a managed node`,
      });
  });

  it('ends as it has if some are left on which it was not done', async () => {
    expect((await settled({ managed: [A] })).outcome).toStrictEqual({
      ...{ ...FAILED, targets: [A, B], skipped: { [B]: 'gone' } },
    });
    expect((await settled({ managed: [A], result: undefined })).outcome).toBeUndefined();
  });

  it('fails if its plan is no longer on record', async () => {
    const { world, step, inspection } = await settled({ batches: [[A, B], [C]] });
    const planless = withStore(world, { getPlan: async () => undefined });
    expect(await withoutGoneTargets(planless, step, inspection, FAILED)).toMatchObject({ outcome: 'FAILED' });
  });
});

describe('an action that ends as it has', () => {
  const asIs = { ...FAILED, targets: [A, B] };

  it.each<readonly [string, Given]>([
    ['all targets are managed', { managed: [A, B] }],
    [
      'its own service still knows the others',
      { managed: [A], results: [{ id: B, detail: '', exists: true }] },
    ],
  ])('has no target that is gone: %s', async (_, given) => {
    expect((await settled(given)).outcome).toStrictEqual(asIs);
  });

  it.each<readonly [string, Given]>([
    ['where there are no batches', { batches: [] }],
    ['of a rollback', { stepId: 'rollback-0' }],
    ['whose service knows all targets', { results: [A, B].map((id) => ({ id, detail: '', exists: true })) }],
  ])('asks Systems Manager nothing %s', async (_, given) => {
    const { outcome, asked } = await settled(given);
    expect(outcome).toStrictEqual(asIs);
    expect(asked).toStrictEqual([]);
  });

  it('asks Systems Manager nothing once it has succeeded', async () => {
    const { outcome, asked } = await settled({ result: { outcome: 'SUCCEEDED', detail: 'done' } });
    expect(outcome).toStrictEqual({ outcome: 'SUCCEEDED', detail: 'done', targets: [A, B] });
    expect(asked).toStrictEqual([]);
  });

  it('asks Systems Manager only about what it was not done on, also in a verification', async () => {
    for (const stepId of ['heal-0', 'verify-0'] as const)
      expect((await settled({ stepId, results: [done(A)], managed: [B] })).asked).toStrictEqual([
        { instanceIds: [B] },
      ]);
  });
});
