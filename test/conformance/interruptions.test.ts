import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepId } from '../../functions/core/operation/operation.ts';
import { requirement } from '../factories/requirements.ts';
import { output, startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { invokeFunction } from '../factories/workflow-functions.ts';
import { admitUnnoticed } from '../factories/workflow-operations.ts';
import { until } from '../factories/workflow-until.ts';

describe.skipIf(!requirement('python'))('an execution that goes away', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    const undone = {
      strategies: [
        {
          actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }],
          rollback: { actions: [{ type: 'start_component' }, { type: 'notify_soc' }] },
        },
      ],
    };
    bench = await startWorkflowBench({
      components: {
        stopped: undone,
        'stopped-twice': undone,
        overtaken: undone,
        'timed-out': undone,
        unbegun: {},
        vanished: undone,
        impatient: { strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }] },
      },
    });
  });
  afterAll(() => bench?.stop());

  const refusalReasons = async (component: string) =>
    (await bench.store.listRefusals(component, 10)).map(({ reason }) => reason);

  it.concurrent('by Stop in the console is undone by another, under a new fence (invariants 1, 5 and 8)', async ({
    expect,
  }) => {
    // Ends while the undo steps run: too late to matter.
    bench.hosts.script('stopped', { graceful_stop: { takesMs: 2_000 }, start_component: { takesMs: 3_000 } });
    await bench.signal('stopped');
    const operationId = await bench.acting('stopped', 'heal-0');
    await bench.stopExecution(operationId);

    const { operation, steps } = await bench.ended('stopped');
    expect(operation).toMatchObject({ operationId, state: 'FAILED', failure: { error: 'ExecutionABORTED' } });
    expect(await bench.execution(operationId)).toMatchObject({ status: 'ABORTED' });
    expect(await bench.execution(`${operationId}-undo`)).toMatchObject({
      status: 'FAILED',
      error: 'ExecutionABORTED',
    });
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'graceful_stop', 'SUCCEEDED'],
      ['rollback-0', 'start_component', 'SUCCEEDED'],
      ['rollback-1', 'notify_soc', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
    const fences = bench.hosts.effects.filter(({ component }) => component === 'stopped');
    expect(fences.map(({ stepId, fence }) => [stepId, fence])).toEqual([
      ['heal-0', 1],
      ['rollback-0', 2],
    ]);
    expect(await bench.store.getClaim('stopped')).toBeUndefined();

    await bench.signal('stopped');
    await expect.poll(() => refusalReasons('stopped'), { timeout: 10_000 }).toEqual(['COOLDOWN']);
  });

  it.concurrent('and whose undoing is stopped too is failed on the spot, and people are told (invariants 5 and 8)', async ({
    expect,
  }) => {
    bench.hosts.script('stopped-twice', { graceful_stop: 'silent', start_component: 'silent' });
    await bench.signal('stopped-twice');
    const operationId = await bench.acting('stopped-twice', 'heal-0');
    await bench.stopExecution(operationId);
    await bench.acting('stopped-twice', 'rollback-0');
    await bench.stopExecution(`${operationId}-undo`);

    const { operation } = await bench.ended('stopped-twice');
    expect(operation).toMatchObject({ operationId, state: 'FAILED', failure: { error: 'ExecutionABORTED' } });
    expect(operation.failure?.cause).toContain('rollback did not finish');
    await expect
      .poll(() => bench.told('architect', 'stopped-twice'), { timeout: 10_000 })
      .toMatchObject([{ operationId, failure: { error: 'ExecutionABORTED' } }]);
    expect(await bench.store.getClaim('stopped-twice')).toBeUndefined();
    await bench.signal('stopped-twice');
    await expect.poll(() => refusalReasons('stopped-twice'), { timeout: 10_000 }).toEqual(['COOLDOWN']);
  });

  it.concurrent('because it timed out is undone (invariants 1 and 5)', async () => {
    bench.hosts.script('timed-out', { graceful_stop: 'silent' });
    await bench.signal('timed-out');
    const operationId = await bench.acting('timed-out', 'heal-0');
    const stateMachineArn = output(bench.cloud, 'HealStateMachineArn');
    await bench.cloud.bus.put({
      Source: 'aws.states',
      DetailType: 'Step Functions Execution Status Change',
      Detail: JSON.stringify({
        executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${operationId}`,
        stateMachineArn,
        name: operationId,
        status: 'TIMED_OUT',
        error: null,
        cause: null,
      }),
    });
    const { operation, steps } = await bench.ended('timed-out');
    expect(operation).toMatchObject({
      operationId,
      state: 'FAILED',
      failure: { error: 'ExecutionTIMED_OUT' },
    });
    expect(steps.filter(({ stepId }) => stepId.startsWith('rollback')).map(({ outcome }) => outcome)).toEqual(
      ['SUCCEEDED', 'SUCCEEDED'],
    );
    expect(await bench.store.getClaim('timed-out')).toBeUndefined();
  });

  it.concurrent('and still asks for a step is refused by its older fence (invariant 1)', async () => {
    bench.hosts.script('overtaken', { graceful_stop: 'silent', start_component: { takesMs: 4_000 } });
    await bench.signal('overtaken');
    const operationId = await bench.acting('overtaken', 'heal-0');
    await bench.stopExecution(operationId);
    await bench.acting('overtaken', 'rollback-0');

    const action = { type: 'clear_temp_files', params: {}, timeoutSeconds: 60, onError: 'abort' };
    const call = { operationId, component: 'overtaken', fence: 1, attempt: 0, taskToken: 'nobody-waits' };
    for (const stepId of ['heal-1', 'rollback-1']) {
      await invokeFunction(bench.cloud.aws, 'selfheal-act', { ...call, step: { stepId, action } });
    }
    await expect(
      invokeFunction(bench.cloud.aws, 'selfheal-conclude', { ...call, state: 'COMPLETED' }),
    ).rejects.toThrow('goes on with fence 2, not 1');

    const { operation } = await bench.ended('overtaken');
    expect(operation.state).toBe('FAILED');
    const acted = bench.hosts.requests.filter(({ component }) => component === 'overtaken');
    expect(acted.map(({ action: name }) => name)).toEqual(['graceful_stop', 'start_component']);
  });

  it.concurrent('before it began: the reconciler starts it (invariants 5 and 6)', async () => {
    const operationId = await admitUnnoticed(bench, 'unbegun', 40_000);
    expect(await bench.reconcile()).toContain(`started ${operationId}, which was admitted and never begun`);
    const { operation } = await bench.ended('unbegun');
    expect(operation).toMatchObject({ operationId, state: 'COMPLETED' });
    expect(await bench.execution(operationId)).toEqual({ status: 'SUCCEEDED' });
  });

  it.concurrent('without a word: the reconciler has it undone (invariants 5 and 8)', async () => {
    const operationId = await admitUnnoticed(bench, 'vanished', 40_000);
    await bench.store.enterPhase(operationId, 'HEALING');
    await bench.reconcile();
    const { operation, steps } = await bench.ended('vanished');
    expect(operation).toMatchObject({ operationId, state: 'FAILED', failure: { error: 'ExecutionGone' } });
    expect(steps.map(({ stepId }): StepId => stepId)).toEqual(['rollback-0', 'rollback-1', 'escalate-0']);
    expect(await bench.store.getClaim('vanished')).toBeUndefined();
  });

  it.concurrent('not at all, but whose time is up, begins no further action (invariant 5)', async () => {
    const operationId = await admitUnnoticed(bench, 'impatient', 295_000);
    bench.hosts.script('impatient', { graceful_stop: { takesMs: 6_000 } });
    await bench.reconcile();
    const { operation, steps } = await bench.ended('impatient');
    expect(operation).toMatchObject({ operationId, state: 'FAILED', failure: { error: 'StepRefused' } });
    expect(operation.failure?.cause).toContain('repairTimeoutSeconds');
    expect(steps.map(({ stepId, outcome }) => [stepId, outcome])).toEqual([
      ['heal-0', 'SUCCEEDED'],
      ['escalate-0', 'SUCCEEDED'],
    ]);
  });

  it('leaves nothing behind: no claim, no operation without its one final record (invariant 5)', async () => {
    expect(
      await until('the last claim to go', 30, async () =>
        (await bench.store.listClaims()).length === 0 ? true : undefined,
      ),
    ).toBe(true);
    const finals = bench.stateChanges().filter(({ state }) => state === 'COMPLETED' || state === 'FAILED');
    expect(new Set(finals.map(({ operationId }) => operationId)).size).toBe(finals.length);
    expect(bench.hosts.overlaps).toEqual([]);
    expect(bench.hosts.stale).toEqual([]);
  });
});
