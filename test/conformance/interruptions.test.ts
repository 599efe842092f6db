import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StepId, stepPhase } from '../../functions/core/operation/operation.ts';
import { BEGIN_SECONDS } from '../../functions/core/operation/still-acting.ts';
import { admitUnnoticed } from '../factories/deployed-engine/operations.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** The reconciler begins no operation that was admitted less than so long ago. */
const START_GRACE_MS = 30_000;

describe.each(PLACES)('an execution that goes away, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    const undone = {
      strategies: [
        {
          actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }],
          rollback: { actions: [{ type: 'start_component' }, { type: 'notify_soc' }] },
        },
      ],
    };
    place = await open({
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
  afterAll(() => place?.stop());

  together(
    'a heal stopped in the console is undone by another execution, under a new fence (invariants 1, 5 and 8)',
    async () => {
      place.hosts.script('stopped', { graceful_stop: 'wait', start_component: 'wait' });
      await place.signal('stopped');
      const operationId = await place.acting('stopped', 'heal-0');
      await place.stopExecution(operationId);
      await place.acting('stopped', 'rollback-0');
      // Ends while the undo steps run: too late to matter.
      place.hosts.finish('stopped', 'graceful_stop');
      await place
        .poll(() => place.store.getStep(operationId, 'heal-0'))
        .toMatchObject({ outcome: 'SUCCEEDED' });
      place.hosts.finish('stopped', 'start_component');

      const { operation, steps } = await place.ended('stopped');
      expect(operation).toMatchObject({
        operationId,
        state: 'FAILED',
        failure: { error: 'ExecutionABORTED' },
      });
      expect(await place.execution(operationId)).toMatchObject({ status: 'ABORTED' });
      expect(await place.execution(`${operationId}-undo`)).toMatchObject({
        status: 'FAILED',
        error: 'ExecutionABORTED',
      });
      expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
        ['heal-0', 'graceful_stop', 'SUCCEEDED'],
        ['rollback-0', 'start_component', 'SUCCEEDED'],
        ['rollback-1', 'notify_soc', 'SUCCEEDED'],
        ['escalate-0', 'notify_architect', 'SUCCEEDED'],
      ]);
      const fences = place.hosts.effects.filter(({ component }) => component === 'stopped');
      expect(fences.map(({ stepId, fence }) => [stepId, fence - operation.fence])).toEqual([
        ['heal-0', 0],
        ['rollback-0', 1],
      ]);
      expect(await place.store.getClaim('stopped')).toBeUndefined();

      await place.signal('stopped');
      await place.poll(() => place.reasons('stopped')).toEqual(['COOLDOWN']);
    },
  );

  together(
    'an operation whose rollback is stopped too fails at once, and people are notified (invariants 5 and 8)',
    async () => {
      place.hosts.script('stopped-twice', { graceful_stop: 'silent', start_component: 'silent' });
      await place.signal('stopped-twice');
      const operationId = await place.acting('stopped-twice', 'heal-0');
      await place.stopExecution(operationId);
      await place.acting('stopped-twice', 'rollback-0');
      await place.stopExecution(`${operationId}-undo`);

      const { operation } = await place.ended('stopped-twice');
      expect(operation).toMatchObject({
        operationId,
        state: 'FAILED',
        failure: { error: 'ExecutionABORTED' },
      });
      expect(operation.failure?.cause).toContain('rollback did not finish');
      await place
        .poll(() => place.notifications('architect', 'stopped-twice'))
        .toMatchObject([{ operationId, failure: { error: 'ExecutionABORTED' } }]);
      expect(await place.store.getClaim('stopped-twice')).toBeUndefined();
      await place.signal('stopped-twice');
      await place.poll(() => place.reasons('stopped-twice')).toEqual(['COOLDOWN']);
    },
  );

  together('a heal that timed out is undone (invariants 1 and 5)', async () => {
    place.hosts.script('timed-out', { graceful_stop: 'silent' });
    await place.signal('timed-out');
    const operationId = await place.acting('timed-out', 'heal-0');
    const stateMachineArn = place.healStateMachineArn;
    await place.putEvent({
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      detail: {
        executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${operationId}`,
        stateMachineArn,
        name: operationId,
        status: 'TIMED_OUT',
        error: null,
        cause: null,
      },
    });
    const { operation, steps } = await place.ended('timed-out');
    expect(operation).toMatchObject({
      operationId,
      state: 'FAILED',
      failure: { error: 'ExecutionTIMED_OUT' },
    });
    expect(steps.filter(({ stepId }) => stepId.startsWith('rollback')).map(({ outcome }) => outcome)).toEqual(
      ['SUCCEEDED', 'SUCCEEDED'],
    );
    expect(await place.store.getClaim('timed-out')).toBeUndefined();
  });

  together('an overtaken execution may begin no step, because of its older fence (invariant 1)', async () => {
    place.hosts.script('overtaken', { graceful_stop: 'silent', start_component: 'wait' });
    await place.signal('overtaken');
    const operationId = await place.acting('overtaken', 'heal-0');
    await place.stopExecution(operationId);
    await place.acting('overtaken', 'rollback-0');

    const action = { type: 'clear_temp_files', params: {}, timeoutSeconds: 60, onError: 'abort' };
    const { fence = 0 } = (await place.store.getOperation(operationId)) ?? {};
    const call = { operationId, component: 'overtaken', fence, attempt: 0, taskToken: 'nobody-waits' };
    for (const stepId of ['heal-1', 'rollback-1']) {
      await place.invoke('selfheal-act', { ...call, step: { stepId, action } });
    }
    await expect(place.invoke('selfheal-conclude', { ...call, state: 'COMPLETED' })).rejects.toThrow(
      `continues with fence ${fence + 1}, not with ${fence}`,
    );
    place.hosts.finish('overtaken', 'start_component');

    const { operation } = await place.ended('overtaken');
    expect(operation.state).toBe('FAILED');
    const acted = place.hosts.requests.filter(({ component }) => component === 'overtaken');
    expect(acted.map(({ action: name }) => name)).toEqual(['graceful_stop', 'start_component']);
  });

  together('a heal whose time is up begins no further action (invariant 5)', async () => {
    const leftMs = 40_000;
    place.hosts.script('impatient', { graceful_stop: 'wait' });
    const operationId = await admitUnnoticed(place, 'impatient', 300_000 - leftMs);
    const isUp = place.sleep(leftMs + 500);
    await place.reconcile();
    await isUp;
    place.hosts.finish('impatient', 'graceful_stop');
    const { operation, steps } = await place.ended('impatient');
    expect(operation).toMatchObject({ operationId, state: 'FAILED', failure: { error: 'StepRefused' } });
    expect(operation.failure?.cause).toContain('repairTimeoutSeconds');
    expect(steps.map(({ stepId, outcome }) => [stepId, outcome])).toEqual([
      ['heal-0', 'SUCCEEDED'],
      ['escalate-0', 'SUCCEEDED'],
    ]);
  });

  together('the reconciler undoes a heal that ended without an event (invariants 5 and 8)', async () => {
    // Too new for rounds at anybody else's call, until it has begun.
    const operationId = await admitUnnoticed(place, 'vanished', START_GRACE_MS / 2);
    const { fence } = (await place.store.getOperation(operationId)) ?? { fence: 0 };
    const nowMs = place.nowMs();
    // Long enough ago for no function to be about to begin it.
    const startedAtMs = nowMs - 2 * BEGIN_SECONDS * 1_000;
    const step = { stepId: 'heal-0', order: 0, taskToken: 'lost', startedAtMs, deadlineMs: nowMs } as const;
    await place.store.beginStep({ operationId, component: 'vanished', fence }, step, nowMs);
    await place.sleep(START_GRACE_MS / 2 + 500);
    await place.reconcile();
    const { operation, steps } = await place.ended('vanished');
    expect(operation).toMatchObject({ operationId, state: 'FAILED', failure: { error: 'ExecutionGone' } });
    // The reconciler may have settled the silent step before.
    const undo = steps.map(({ stepId }): StepId => stepId).filter((stepId) => stepPhase(stepId) !== 'heal');
    expect(undo).toEqual(['rollback-0', 'rollback-1', 'escalate-0']);
    expect(await place.store.getClaim('vanished')).toBeUndefined();
  });

  together('the reconciler starts a heal that never began (invariants 5 and 6)', async () => {
    const operationId = await admitUnnoticed(place, 'unbegun', START_GRACE_MS + 10_000);
    await place.reconcile();
    const { operation } = await place.ended('unbegun');
    expect(operation).toMatchObject({ operationId, state: 'COMPLETED' });
    expect(await place.execution(operationId)).toEqual({ status: 'SUCCEEDED' });
  });

  it('no claim is left behind, and no operation without its one final record (invariant 5)', async () => {
    expect(
      await place.until('the last claim to go', 30, async () =>
        (await place.store.listClaims()).length === 0 ? true : undefined,
      ),
    ).toBe(true);
    const finals = place.stateChanges().filter(({ state }) => state === 'COMPLETED' || state === 'FAILED');
    expect(new Set(finals.map(({ operationId }) => operationId)).size).toBe(finals.length);
    expect(place.hosts.overlaps).toEqual([]);
    expect(place.hosts.stale).toEqual([]);
  });
});
