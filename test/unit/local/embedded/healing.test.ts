import { describe, expect, it } from 'vitest';
import { createLab } from './embedded-lab.ts';

describe('an alarm in the embedded cloud', () => {
  it('is healed: act, verify, complete, all in virtual time', async () => {
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
    expect(lab.hosts.effects().map(({ action, component }) => [action, component])).toEqual([
      ['graceful_stop', 'web-a'],
      ['start_component', 'web-a'],
      ['freeze_config', 'web-a'],
    ]);
    expect(lab.cloud.stepFunctions.listExecutions().map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(lab.cloud.defects()).toEqual([]);
  });
});
