import { describe, expect, it } from 'vitest';
import { diagnoseOperation } from '../../../../functions/app/heal/diagnose.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { runningOperation } from '../../../factories/operations/running-operation.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const GROUP = 'web group';

async function scaled(params: object, more: readonly object[] = []) {
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm({ targets: { autoScalingGroup: GROUP } }) },
      strategies: [{ actions: [{ type: 'scale_resources', params, onError: 'rollback' }, ...more] }],
    }),
  );
  world.embeddedGroups.create(GROUP, { desired: 2, minimum: 1, maximum: 4 });
  world.runbooks.nodes = [node(NODE), node('i-00000000000000002')];
  const running = await runningOperation(world);
  const { steps } = await diagnoseOperation(world, running.operation);
  return {
    ...running,
    ...{ world, groups: world.embeddedGroups },
    steps: steps.map(({ stepId }) => stepId),
    layout: (await world.store.getOperation(running.operationId))?.layout,
  };
}

describe('scaling an Auto Scaling group', () => {
  it('happens once on the group, and touches none of its hosts', async () => {
    const { step, groups, world, layout } = await scaled({ add: 1, atMost: 3 });
    expect(await step('heal-0')).toMatchObject({
      outcome: 'SUCCEEDED',
      targets: [GROUP],
      detail: `desired capacity of ${GROUP} was changed from 2 to 3`,
    });
    expect(groups.changes).toEqual([{ name: GROUP, from: 2, to: 3 }]);
    expect(world.runbooks.sent).toEqual([]);
    expect(layout).toBeUndefined();
  });

  it('happens with the first batch only, where hosts are repaired too', async () => {
    const { steps } = await scaled({ to: 3 }, [{ type: 'start_component' }]);
    // heal-3 would scale again.
    expect(steps).toEqual(['heal-0', 'heal-1', 'heal-2', 'heal-4', 'heal-5']);
  });

  it('sets the size back, unless someone else has changed it since', async () => {
    for (const [theirs, ends] of [
      [undefined, { outcome: 'SUCCEEDED' }],
      [4, { outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse' }],
    ] as const) {
      const { step, groups, undoSteps } = await scaled({ to: 3 }, [
        { type: 'scale_resources', params: { to: 9 }, onError: 'rollback' },
      ]);
      await step('heal-0');
      // Out of the group's own bounds.
      expect(await step('heal-1')).toMatchObject({
        outcome: 'FAILED',
        detail: 'desired capacity of web group: the group allows 1 to 4 instances, and 9 were to be set',
      });
      if (theirs !== undefined) groups.set(GROUP, { desired: theirs });
      const steps = await undoSteps();
      expect(steps.map(({ undoes }) => undoes)).toEqual(['heal-1', 'heal-0']);
      for (const planned of steps.slice(1)) expect(await step(planned.stepId, planned)).toMatchObject(ends);
      expect(groups.changes.at(-1)?.to).toBe(theirs === undefined ? 2 : 3);
    }
  });

  it('stays within the bounds of the group itself', async () => {
    const { step, groups } = await scaled({ to: 5 });
    expect((await step('heal-0'))?.detail).toContain('the group allows 1 to 4 instances');
    expect(groups.changes).toEqual([]);
  });
});
