import { describe, expect, it } from 'vitest';
import { MONITOR } from '../../../factories/events/selfheal-event.ts';
import { createLab } from './embedded-lab.ts';

const actionsOf = (lab: Awaited<ReturnType<typeof createLab>>) =>
  lab.hosts.effects().map(({ action }) => action);

describe('an alarm in the embedded cloud', () => {
  it('leads to a repair that acts, verifies and completes, all in virtual time', async () => {
    const lab = await createLab();
    await lab.sicken('web-a', 'memory', ['start_component']);
    expect(await lab.settle()).toBe(true);

    const [operation, ...others] = await lab.operations();
    expect(others).toEqual([]);
    expect(operation).toMatchObject({
      component: 'web-a',
      strategyId: 'restart',
      state: 'COMPLETED',
      attempt: 1,
    });
    expect(actionsOf(lab)).toEqual(['graceful_stop', 'start_component', 'freeze_config']);
    const [execution] = lab.cloud.stepFunctions.listExecutions(lab.cloud.healArn);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', transitions: 9 });
    expect(lab.cloud.defects()).toEqual([]);
  });

  it('leads to one repair although every event comes twice', async () => {
    const lab = await createLab({ planDelivery: () => [80, 900] });
    await lab.sicken('web-a', 'memory', ['start_component']);
    await lab.settle();
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
    expect(actionsOf(lab)).toEqual(['graceful_stop', 'start_component', 'freeze_config']);
  });

  it('leads to one operation and 199 refusals when 200 come at once', async () => {
    const lab = await createLab();
    for (let index = 0; index < 200; index += 1) {
      lab.cloud.bus.putEvent({
        source: MONITOR,
        detailType: 'Selfheal Signal',
        detail: { component: 'web-a', metric: 'memory', signalId: `storm-${index}` },
      });
    }
    await lab.settle();
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
    const refusals = await lab.cloud.store.listRefusals('web-a', 1_000);
    expect(refusals).toHaveLength(199);
    expect(new Set(refusals.map(({ reason }) => reason))).toEqual(new Set(['IN_PROGRESS']));
  });
});
