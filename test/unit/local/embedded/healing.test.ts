import { describe, expect, it } from 'vitest';
import { createLab, MINUTE_MS } from './embedded-lab.ts';

const statuses = (lab: Awaited<ReturnType<typeof createLab>>) =>
  lab.cloud.stepFunctions.listExecutions(lab.cloud.healArn).map(({ name, status }) => [name, status]);

const actionsOf = (lab: Awaited<ReturnType<typeof createLab>>) =>
  lab.hosts.effects().map(({ action }) => action);

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
    expect(actionsOf(lab)).toEqual(['graceful_stop', 'start_component', 'freeze_config']);
    const [execution] = lab.cloud.stepFunctions.listExecutions(lab.cloud.healArn);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', transitions: 9 });
    expect(lab.cloud.defects()).toEqual([]);
  });

  it('announces every state of its operation on the bus', async () => {
    const lab = await createLab();
    await lab.sicken('db', 'memory', ['start_component']);
    await lab.settle();
    const states = lab.cloud.bus.log
      .filter((event) => event['detail-type'] === 'Selfheal Operation State Change')
      .map(({ detail }) => (detail as { readonly state: string }).state);
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
  });

  it('is rolled back and escalated when an action fails', async () => {
    const lab = await createLab({
      perform: ({ action, stepId }) =>
        action === 'start_component' && stepId === 'heal-1' ? { takesMs: 1_000, exitCode: 1 } : undefined,
    });
    await lab.sicken('web-a', 'memory', []);
    await lab.clock.advance(MINUTE_MS);

    const [operation] = await lab.operations();
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'ActionFailed' } });
    expect(operation?.failure?.cause).toMatch(/^heal-1 start_component FAILED: .*FAILED: as it was to/);
    const steps = await lab.cloud.store.listSteps(operation?.operationId ?? '');
    expect(steps.map(({ stepId, outcome }) => [stepId, outcome])).toEqual([
      ['heal-0', 'SUCCEEDED'],
      ['heal-1', 'FAILED'],
      ['rollback-0', 'SUCCEEDED'],
      ['escalate-0', 'SUCCEEDED'],
    ]);
    expect(lab.cloud.notifier.notifications().map(({ topic }) => topic)).toEqual(['architect']);
    expect(statuses(lab)).toEqual([[operation?.operationId, 'FAILED']]);
    expect(await lab.cloud.store.getClaim('web-a')).toBeUndefined();
  });

  it('runs every undo step even if one fails, then escalates', async () => {
    const lab = await createLab({
      perform: ({ action }) =>
        action === 'rollback_config' || action === 'enter_safe_mode'
          ? { takesMs: 500, exitCode: 1 }
          : undefined,
    });
    await lab.sicken('db', 'error_rate', []);
    await lab.clock.advance(2 * MINUTE_MS);
    const [operation] = await lab.operations();
    expect(operation?.state).toBe('FAILED');
    expect(actionsOf(lab)).toEqual(['freeze_config', 'rollback_config', 'enter_safe_mode']);
    const [told] = lab.cloud.notifier.notifications();
    expect(told?.body).toMatchObject({
      operationId: operation?.operationId,
      failure: { error: 'ActionFailed' },
    });
  });

  it('is rolled back when the repair does not hold', async () => {
    const lab = await createLab();
    await lab.sicken('web-a', 'memory', []);
    await lab.clock.advance(2 * MINUTE_MS);
    const [operation] = await lab.operations();
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
  });

  it('is healed although the status event of an action is lost: the reconciler asks', async () => {
    const lab = await createLab({
      planDelivery: ({ event, rule }) =>
        rule.includes('CommandStatus') && event['detail-type'].includes('Command Status') ? [] : [100],
    });
    await lab.sicken('web-a', 'memory', ['start_component']);
    await lab.settle();
    const [operation] = await lab.operations();
    expect(operation?.state).toBe('COMPLETED');
    expect(lab.cloud.lambda.invocations()['selfheal-command-status']).toBe(0);
  });

  it('is acted on once although every event comes twice', async () => {
    const lab = await createLab({ planDelivery: () => [80, 900] });
    await lab.sicken('web-a', 'memory', ['start_component']);
    await lab.settle();
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
    expect(actionsOf(lab)).toEqual(['graceful_stop', 'start_component', 'freeze_config']);
  });

  it('is undone and escalated when a person stops the execution in the console', async () => {
    const lab = await createLab();
    await lab.sicken('web-a', 'memory', ['start_component']);
    await lab.clock.advance(2_000);
    const [execution] = lab.cloud.stepFunctions.listExecutions(lab.cloud.healArn);
    lab.cloud.stepFunctions.stopExecution(execution?.arn ?? '', 'Operator', 'enough');
    await lab.clock.advance(2 * MINUTE_MS);

    const [operation] = await lab.operations();
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'Operator', cause: 'enough' } });
    expect(statuses(lab)).toEqual([
      [operation?.operationId, 'ABORTED'],
      [`${operation?.operationId}-undo`, 'FAILED'],
    ]);
    expect(await lab.cloud.store.getClaim('web-a')).toBeUndefined();
  });

  it('is refused while healing is paused', async () => {
    const lab = await createLab();
    const control = (command: string) => ({
      source: 'selfheal',
      detailType: 'Selfheal Control',
      detail: { command, reason: 'maintenance' },
    });
    lab.cloud.bus.putEvent(control('pause'));
    await lab.clock.advance(1_000);
    await lab.sicken('web-a', 'memory', ['start_component']);
    await lab.clock.advance(1_000);
    expect(await lab.operations()).toEqual([]);
    expect(await lab.cloud.store.listRefusals('web-a', 5)).toMatchObject([{ reason: 'PAUSED' }]);
  });

  it('leads to one operation and 199 refusals when 200 come at once', async () => {
    const lab = await createLab();
    for (let index = 0; index < 200; index += 1) {
      lab.cloud.bus.putEvent({
        source: 'monitor',
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

  it('is healed although the function dies after it has sent the command', async () => {
    let crashes = 0;
    const lab = await createLab({
      interceptCall: async ({ port, method }, proceed, crash) => {
        const result = await proceed();
        if (port !== 'runbooks' || method !== 'send' || crashes > 0) return result;
        crashes += 1;
        return await crash();
      },
    });
    await lab.sicken('web-a', 'memory', ['start_component']);
    await lab.settle();
    expect(crashes).toBe(1);
    expect((await lab.operations()).map(({ state }) => state)).toEqual(['COMPLETED']);
    expect(actionsOf(lab)).toEqual(['graceful_stop', 'start_component', 'freeze_config']);
  });
});
