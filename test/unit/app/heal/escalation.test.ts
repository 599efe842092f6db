import { describe, expect, it } from 'vitest';
import { escalate } from '../../../../functions/app/heal/escalate.ts';
import { OperationNotOnRecord } from '../../../../functions/app/heal/running-operation.ts';
import { configured } from '../../../factories/configuration.ts';
import { conclusionOf, NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { failed, failure, ISOLATING } from '../../../factories/operations/failed-operations.ts';
import { withStore } from '../../../factories/ports/world.ts';
import { A, B, twoHosts } from '../two-hosts.ts';

describe('an escalation', () => {
  it('tells the architect what was tried and why it failed', async () => {
    const { world, operationId } = await failed(ISOLATING, ['SUCCEEDED', 'FAILED']);
    await escalate(world, { operationId, failure });
    expect(world.notifier.sent).toMatchObject([
      {
        topic: 'architect',
        subject: 'Selfheal: web: memory (restart, attempt 1)',
        body: {
          operationId,
          failure,
          steps: [
            { stepId: 'heal-0', outcome: 'SUCCEEDED' },
            { stepId: 'heal-1', outcome: 'FAILED' },
          ],
        },
      },
    ]);
  });

  it('names a failure or a containment, whichever calls for people', async () => {
    const isolating = {
      actions: [{ type: 'isolate_network' }],
      rollback: { onFailure: 'maintain_isolation' },
    };
    const bodyAfter = async (end: object) => {
      const { world, operationId } = await failed(isolating);
      await escalate(world, { operationId, ...end });
      return world.notifier.sent[0]?.body;
    };
    const contained = await bodyAfter({});
    expect(contained).toMatchObject({ containment: 'isolation' });
    expect(contained).not.toHaveProperty('failure');
    const undone = await bodyAfter({ failure });
    expect(undone).toMatchObject({ failure });
    expect(undone).not.toHaveProperty('containment');
  });

  it('goes out once, however often its state is retried (invariant 11)', async () => {
    const { world, operationId } = await failed(ISOLATING, ['FAILED']);
    await escalate(world, { operationId, failure });
    await escalate(world, { operationId, failure });
    expect(world.notifier.sent).toHaveLength(1);
    expect((await world.store.listSteps(operationId)).map(({ stepId }) => stepId).toSorted()).toEqual([
      ...['escalate-0', 'heal-0'],
    ]);
  });

  it('fits into its record, however many steps nobody saw end', async () => {
    const { world, operation, operationId } = await failed(ISOLATING);
    for (let number = 0; number < 200; number += 1) {
      const reference = { executor: 'run_command', id: `11111111-2222-4333-8444-${number}` } as const;
      const step = stepOf(operation, { stepId: `heal-${number}`, reference });
      await world.store.recordOutcome({ ...step, outcome: 'UNKNOWN', completedAtMs: NOON });
    }
    await escalate(world, { operationId, failure });
    const record = await world.store.getStep(operationId, 'escalate-0');
    expect(record?.detail).toMatch(/^Healing failed\./);
    expect(record?.detail).toHaveLength(4_000);
  });

  it('goes out again if it could not be sent: nothing records it as sent', async () => {
    const { world, operationId } = await failed(ISOLATING);
    const notifier = { notify: () => Promise.reject(new Error('SNS is down')) };
    await expect(escalate({ ...world, notifier }, { operationId, failure })).rejects.toThrow('SNS is down');
    await escalate(world, { operationId, failure });
    expect(world.notifier.sent).toHaveLength(1);
  });

  it.each([
    ['escalate', 'rollback-0', 'restore_network', 'SUCCEEDED', 'The repair was rolled back.'],
    ['escalate', 'rollback-0', 'restore_network', 'FAILED', 'did not succeed: rollback-0 restore_network.'],
    ['escalate', 'rollback-0', 'restore_network', 'SKIPPED', 'Rollback is switched off.'],
    ['escalate', 'heal-0', 'start_component', 'FAILED', 'No undo step was taken.'],
    ['enter_safe_mode', 'rollback-0', 'enter_safe_mode', 'SUCCEEDED', 'is in safe mode.'],
    ['maintain_isolation', 'heal-0', 'isolate_network', 'SUCCEEDED', 'stays isolated until'],
  ] as const)('after %s states the facts: %s %s %s', async (onFailure, stepId, action, outcome, message) => {
    const { world, operation, operationId } = await failed({ rollback: { onFailure } });
    await world.store.recordOutcome({
      operationId,
      stepId,
      component: operation.component,
      action,
      onError: 'continue',
      startedAtMs: NOON,
      completedAtMs: NOON,
      targets: [],
      outcome,
    });
    await escalate(world, { operationId, failure });
    expect(world.notifier.sent).toMatchObject([{ body: { message: expect.stringContaining(message) } }]);
  });

  it('says which undo steps were laid out and never taken', async () => {
    const { world, operation, operationId } = await failed(ISOLATING);
    const action = { type: 'enter_safe_mode', params: {}, timeoutSeconds: 60, onError: 'continue' } as const;
    const laidOut = (['rollback-0', 'rollback-1'] as const).map((stepId) => ({ stepId, action }));
    await world.store.beginRollback(operationId, failure, laidOut);
    await world.store.recordOutcome({
      ...stepOf(operation, {
        stepId: 'rollback-0',
        action: 'enter_safe_mode',
        onError: 'continue',
        startedAtMs: NOON,
      }),
      outcome: 'SUCCEEDED',
      completedAtMs: NOON,
    });
    await escalate(world, { operationId, failure });
    const message = expect.stringContaining('Undo steps were not taken: rollback-1 enter_safe_mode.');
    expect(world.notifier.sent).toMatchObject([{ body: { message } }]);
  });

  it('says why an undo step failed of which no outcome is on record', async () => {
    const { world, operationId } = await failed(ISOLATING);
    const action = { type: 'restore_snapshot', params: {}, timeoutSeconds: 60, onError: 'continue' } as const;
    await world.store.beginRollback(operationId, failure, [{ stepId: 'rollback-0', action }]);
    const cause = 'cluster copy is creating; if the undo has given up by then: `aws rds delete-db-cluster`';
    const failedUndos = [{ stepId: 'rollback-0', error: 'ServiceUnavailable', cause }];
    await escalate(world, { operationId, failure, failedUndos });
    const message = expect.stringContaining(
      `Undo steps were not taken: rollback-0 restore_snapshot. rollback-0 ended with ServiceUnavailable: ${cause}.`,
    );
    expect(world.notifier.sent).toMatchObject([{ body: { message } }]);
  });

  it('does not repeat why an undo step failed whose outcome is on record', async () => {
    const { world, operation, operationId } = await failed(ISOLATING);
    const step = stepOf(operation, { stepId: 'rollback-0', action: 'restore_network', startedAtMs: NOON });
    await world.store.recordOutcome({ ...step, outcome: 'FAILED', detail: 'no route', completedAtMs: NOON });
    const failedUndos = [{ stepId: 'rollback-0', error: 'ActionFailed', cause: 'no route' }];
    await escalate(world, { operationId, failure, failedUndos });
    expect(world.notifier.sent).toMatchObject([
      { body: { message: expect.not.stringContaining('no route'), steps: [{ detail: 'no route' }] } },
    ]);
  });

  it('names the permission that an undo step lacked', async () => {
    const { world, operationId } = await failed(ISOLATING);
    const cause = 'missing permission: rds:DeleteDBInstance for role selfheal-act';
    const failedUndos = [{ stepId: 'rollback-0', error: 'NotPermitted', cause }];
    await escalate(world, { operationId, failure, failedUndos });
    expect(world.notifier.sent).toMatchObject([
      { body: { message: expect.stringContaining(`Grant the ${cause}.`) } },
    ]);
  });

  it('fails for an operation that is not on record', async () => {
    const { world } = await failed(ISOLATING);
    await expect(escalate(world, { operationId: 'none', failure })).rejects.toThrow(OperationNotOnRecord);
  });

  it('is not needed for an operation that has ended meanwhile', async () => {
    const { world, operation, operationId } = await failed(ISOLATING);
    await world.store.conclude(conclusionOf(operation));
    await escalate(world, { operationId, failure });
    expect(world.notifier.sent).toEqual([]);
  });

  it('says the outcome of each host', async () => {
    const { world, diagnose, step, ends, operation } = await twoHosts({
      component: { minHealthyTargets: 0 },
    });
    await diagnose();
    await step('heal-0');
    await ends('Failed');
    await escalate(world, { operationId: operation.operationId, failure });
    expect(world.notifier.sent).toMatchObject([
      {
        body: {
          targets: { repaired: [], undone: [], left: [A], untouched: [B], skipped: {} },
          message: expect.stringContaining(`Left as they are: ${A}. Untouched: ${B}.`),
        },
      },
    ]);
  });

  it('does not need the strategy to be configured still', async () => {
    const { world, operationId } = await failed(ISOLATING);
    const changed = { ...world, configuration: configured({ strategies: [{ id: 'other' }] }) };
    await escalate(changed, { operationId, failure });
    expect(world.notifier.sent).toHaveLength(1);
  });

  it('does not need the plan to be on record', async () => {
    const { world, operationId } = await failed(ISOLATING);
    await escalate(withStore(world, { getPlan: async () => undefined }), { operationId, failure });
    expect(world.notifier.sent).toMatchObject([
      {
        body: { message: 'Healing failed. No undo step was taken. A person is needed.', failure },
      },
    ]);
  });
});
