import { expect, it } from 'vitest';
import { targetsToVerify } from '../../../../functions/app/heal/verify-on-hosts.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const IDS = ['i-0000000000000000a', 'i-0000000000000000b'];

/** A repair of two hosts together, which has succeeded on both. */
async function repaired() {
  const components = {
    web: { targets: { instanceIds: IDS }, maxConcurrentTargets: 2, minHealthyTargets: 0 },
  };
  const world = createWorld(configured({ components }));
  world.runbooks.nodes = IDS.map((id) => node(id));
  const operation = await admitted(world);
  const plan = await world.store.getPlan(operation.planId);
  const component = plan?.component;
  if (!component) throw new Error('the plan is not on record');
  const layout = { batches: [IDS], skipped: {} };
  for (const stepId of ['heal-0', 'heal-1'] as const)
    await world.store.recordOutcome({
      ...stepOf(operation, { stepId, targets: IDS }),
      ...{ outcome: 'SUCCEEDED', completedAtMs: NOON },
    });
  const targets = (more: object = { layout }) =>
    targetsToVerify(world, { operation: { ...operation, ...more }, component, fence: operation.fence }, plan);
  return { world, targets };
}

it('all targets are verified where there are no batches, and nothing is asked', async () => {
  const { world, targets } = await repaired();
  expect(await targets({})).toBeUndefined();
  expect(world.runbooks.selectors).toEqual([]);
});

it('of the batches, the repaired targets are verified that are still there', async () => {
  const { world, targets } = await repaired();
  expect(await targets()).toEqual(IDS);
  world.runbooks.nodes = [node(IDS[1])];
  expect(await targets()).toEqual([IDS[1]]);
  expect(world.runbooks.selectors).toEqual([{ instanceIds: IDS }, { instanceIds: IDS }]);
});

it('nothing can be verified where nothing was to be repaired, and nothing is asked', async () => {
  const { world, targets } = await repaired();
  await expect(targets({ layout: { batches: [], skipped: {} } })).rejects.toMatchObject({
    code: 'TARGETS_UNAVAILABLE',
  });
  expect(world.runbooks.selectors).toEqual([]);
});

it('nothing can be verified if no repaired target is left', async () => {
  const { world, targets } = await repaired();
  world.runbooks.nodes = [];
  await expect(targets()).rejects.toMatchObject({
    ...{ code: 'TARGETS_UNAVAILABLE', message: 'web: no repaired target is left' },
  });
});
