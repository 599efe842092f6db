import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../../functions/app/heal/prepare-rollback.ts';
import { OperationGone, OperationNotOnRecord } from '../../../../functions/app/heal/running-operation.ts';
import { commandStatus } from '../../../../functions/app/recover/command-status.ts';
import type { PlannedStep } from '../../../../functions/core/operation/operation.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { failed, failure, ISOLATING } from '../../../factories/operations/failed-operations.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { inputOf, withStore } from '../../../factories/ports/world.ts';

describe('a rollback', () => {
  it('runs the plan’s own steps when no step asks for more', async () => {
    const { prepare } = await failed(ISOLATING, ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(await prepare()).toEqual(['rollback-0 notify_soc']);
  });

  it('first undoes what succeeded, the last first, when a step with onError: rollback failed', async () => {
    const { prepare } = await failed(ISOLATING, ['SUCCEEDED', 'SUCCEEDED', 'FAILED']);
    expect(await prepare()).toEqual([
      'rollback-0 restore_network',
      'rollback-1 start_component',
      'rollback-2 notify_soc',
    ]);
  });

  it('undoes what succeeded even if the step that asks for it never got on record', async () => {
    const { prepare } = await failed(ISOLATING, ['SUCCEEDED', 'SUCCEEDED', undefined]);
    expect(await prepare()).toEqual([
      'rollback-0 restore_network',
      'rollback-1 start_component',
      'rollback-2 notify_soc',
    ]);
  });

  it('undoes every action that was begun, whatever is known of its end, and no other', async () => {
    const everyEnd = await failed(ISOLATING, ['SUCCEEDED', 'FAILED', 'FAILED']);
    expect(await everyEnd.prepare()).toEqual([
      'rollback-0 restore_network',
      'rollback-1 start_component',
      'rollback-2 notify_soc',
    ]);
    const stopping = {
      actions: [{ type: 'graceful_stop', onError: 'rollback' }, { type: 'isolate_network' }],
    };
    expect(await (await failed(stopping, ['FAILED'])).prepare()).toEqual(['rollback-0 start_component']);
  });

  it('undoes what failed on one host and may have been done on others, on those that it was sent to', async () => {
    const stopping = { actions: [{ type: 'graceful_stop', onError: 'rollback' }] };
    const { world, operation, operationId } = await failed(stopping);
    const sent = {
      reference: { executor: 'run_command', id: 'command-1' } as const,
      targets: ['i-0000000a', 'i-0000000b'],
    };
    const step = stepOf(operation, { ...sent, onError: 'rollback' });
    await world.store.recordOutcome({ ...step, outcome: 'FAILED', completedAtMs: NOON });
    const { steps } = await prepareRollback(world, { operationId, failure });
    expect(steps).toMatchObject([
      { stepId: 'rollback-0', action: { type: 'start_component' }, targets: sent.targets },
    ]);
  });

  it('undoes what an interrupted execution had begun, whether or not it is on record', async () => {
    const stopping = { actions: [{ type: 'graceful_stop', onError: 'rollback' }] };
    const begun = await failed(stopping);
    const pending = {
      stepId: 'heal-0',
      order: 0,
      taskToken: 't',
      startedAtMs: NOON,
      deadlineMs: NOON,
    } as const;
    await begun.world.store.beginStep(begun.operation, pending, NOON);
    expect(await begun.prepare()).toEqual(['rollback-0 start_component']);
    const idle = await failed(stopping);
    expect(await idle.prepare()).toEqual([]);
  });

  it('undoes nothing of the operation that has the component now, nor where its own claim is gone', async () => {
    const stopping = { actions: [{ type: 'graceful_stop', onError: 'rollback' }] };
    const { world, operation, operationId } = await failed(stopping);
    const own = await world.store.getClaim(operation.component);
    if (!own) throw new Error('there is no claim');
    const step = { stepId: 'heal-0', order: 0, taskToken: 't', startedAtMs: NOON, deadlineMs: NOON } as const;
    for (const claim of [{ ...own, operationId: 'another', step }, undefined]) {
      const claimed = withStore(world, { getClaim: async () => claim });
      expect((await prepareRollback(claimed, { operationId, failure })).steps).toEqual([]);
    }
  });

  it('undoes an action whose end is unknown', async () => {
    const stopping = { actions: [{ type: 'graceful_stop', onError: 'rollback' }] };
    const { world, operation, prepare } = await failed(stopping);
    const lost = stepOf(operation, { action: 'unknown', targets: [] });
    await world.store.recordOutcome({ ...lost, outcome: 'TIMED_OUT', completedAtMs: NOON });
    expect(await prepare()).toEqual(['rollback-0 start_component']);
  });

  it('first cancels what is still under way, on record or not', async () => {
    const stopping = { actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] };
    const recorded = await failed(stopping);
    const step = { stepId: 'heal-0', action: recorded.world.configuration.strategies[0]?.actions[0] };
    await act(recorded.world, { ...inputOf(recorded.operation), step: step as PlannedStep });
    await recorded.prepare();
    expect(recorded.world.runbooks.cancelled).toEqual(['command-1']);

    const lost = await failed(stopping);
    const silent = withStore(lost.world, { recordStep: async () => Promise.reject(new Error('crashed')) });
    await expect(act(silent, { ...inputOf(lost.operation), step: step as PlannedStep })).rejects.toThrow(
      'crashed',
    );
    await lost.prepare();
    expect(lost.world.runbooks.cancelled).toEqual(['command-1']);
  });

  it('does not cancel what is over', async () => {
    const { world, prepare } = await failed(ISOLATING, ['SUCCEEDED', 'FAILED']);
    await prepare();
    expect(world.runbooks.cancelled).toEqual([]);
  });

  it('stays as it was laid out first, whatever becomes known afterwards', async () => {
    const { world, operation, prepare } = await failed(ISOLATING, ['SUCCEEDED', undefined]);
    const first = await prepare();
    const late = stepOf(operation, { stepId: 'heal-1', action: 'isolate_network', onError: 'continue' });
    await world.store.recordOutcome({ ...late, outcome: 'SUCCEEDED', completedAtMs: NOON });
    expect(await prepare()).toEqual(first);
  });

  it('does a step wherever it can be done, goes on after a failure, and says where it was not done', async () => {
    const nodes = ['i-0000000a', 'i-0000000b', 'i-0000000c'];
    const { world, operation, operationId } = await failed(ISOLATING);
    world.runbooks.nodes = [node(nodes[0]), node(nodes[1], { online: false })];
    const action = { type: 'start_component', params: {}, timeoutSeconds: 60, onError: 'continue' } as const;
    const step = { stepId: 'rollback-0', action, targets: nodes } as const;
    await act(world, { ...inputOf(operation), step });
    expect(world.runbooks.sent).toMatchObject([{ instanceIds: [nodes[0]], stopsAtError: false }]);
    const { commandId, document } = world.runbooks.ends('Success', [{ instanceId: nodes[0] ?? '' }]);
    await commandStatus(world, { commandId, document, status: 'Success' });
    expect(await world.store.getStep(operationId, 'rollback-0')).toMatchObject({
      outcome: 'FAILED',
      unreached: nodes.slice(1),
      detail: `could not be done on ${nodes.slice(1).join(', ')}; ${nodes[0]} Success`,
    });
  });

  it('goes on record as the operation’s state, with why, and to the bus', async () => {
    const { world, operationId, prepare } = await failed(ISOLATING);
    await prepare();
    expect(await world.store.getOperation(operationId)).toMatchObject({ state: 'ROLLING_BACK', failure });
    expect(world.events.changes).toMatchObject([{ state: 'ROLLING_BACK', operation: { failure } }]);
  });

  it('stays the same when it is prepared again', async () => {
    const { prepare } = await failed(ISOLATING, ['SUCCEEDED', 'SUCCEEDED', 'FAILED']);
    expect(await prepare()).toEqual(await prepare());
  });

  it('records its steps one by one as skipped if it is switched off', async () => {
    const { world, operationId, prepare } = await failed(ISOLATING, [], { rollbackEnabled: false });
    expect(await prepare()).toEqual([]);
    expect(await world.store.listSteps(operationId)).toMatchObject([
      {
        stepId: 'rollback-0',
        action: 'notify_soc',
        outcome: 'SKIPPED',
        targets: [],
        detail: 'settings.rollbackEnabled is false',
      },
    ]);
  });

  it('invariant 8: goes on with the next step after one that failed', async () => {
    const rollback = {
      actions: [{ type: 'start_component', onError: 'abort' }, { type: 'enter_safe_mode' }],
    };
    const { world, operation, operationId } = await failed({ rollback });
    const { steps } = await prepareRollback(world, { operationId, failure });
    for (const [index, step] of steps.entries()) {
      await act(world, { ...inputOf(operation, `token-${index}`), step });
      const { commandId, document } = world.runbooks.ends(index === 0 ? 'Failed' : 'Success');
      await commandStatus(world, { commandId, document, status: index === 0 ? 'Failed' : 'Success' });
    }
    expect(await world.store.listSteps(operationId)).toMatchObject([
      { stepId: 'rollback-0', outcome: 'FAILED' },
      { stepId: 'rollback-1', outcome: 'SUCCEEDED' },
    ]);
  });

  it('follows the plan that the operation was admitted under, whatever was deployed since (invariant 8)', async () => {
    const { world, operationId } = await failed(ISOLATING);
    const before = await prepareRollback(world, { operationId, failure });
    const changed = { ...world, configuration: configured({ strategies: [{ id: 'other' }] }) };
    expect(await prepareRollback(changed, { operationId, failure })).toEqual(before);
    expect(before.steps).not.toEqual([]);
  });

  it('fails if the operation has ended, or its plan is not on record', async () => {
    const { world, operation, operationId } = await failed(ISOLATING);
    const planless = withStore(world, { getPlan: async () => undefined });
    await expect(prepareRollback(planless, { operationId, failure })).rejects.toThrow(OperationNotOnRecord);
    const ended = withStore(world, { getOperation: async () => ({ ...operation, state: 'FAILED' }) });
    await expect(prepareRollback(ended, { operationId, failure })).rejects.toThrow(OperationGone);
    const endsMeanwhile = withStore(world, { beginRollback: async () => undefined });
    await expect(prepareRollback(endsMeanwhile, { operationId, failure })).rejects.toMatchObject({
      ...{ name: 'OperationGone', code: 'OPERATION_GONE', operationId },
      message: `operation ${operationId} ended as COMPLETED or FAILED`,
    });
  });
});
