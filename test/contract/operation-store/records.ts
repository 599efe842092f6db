import { describe, expect, it } from 'vitest';
import type { RefusalRecord } from '../../../functions/core/admission/refusal.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  NOON,
} from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const refusal: RefusalRecord = {
  signalId: 'alarm/1',
  component: 'checkout',
  metric: 'memory',
  strategyId: 'restart-service',
  reason: 'COOLDOWN',
  detail: 'strategy restart-service is in cooldown',
  eligibleAtMs: NOON + 300_000,
  occurredAtMs: NOON,
  refusedAtMs: NOON + 900,
};

export function recordsContract(makeStore: MakeStore): void {
  describe('records', () => {
    it('begins a rollback with why, after which no batches are laid out', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const { operationId } = operation;
      const failure = { error: 'ActionFailed', cause: 'exit code 1' };
      expect(await store.beginRollback(operationId, failure, [])).toEqual([]);
      expect(await store.layOut(operationId, { batches: [['i-a']], skipped: {} })).toBeUndefined();
      const rollingBack = { ...operation, state: 'ROLLING_BACK', failure, undoSteps: [] };
      expect(await store.getOperation(operationId)).toEqual(rollingBack);
    });

    it('keeps the undo steps that were laid out first', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const action = {
        type: 'start_component',
        params: {},
        timeoutSeconds: 60,
        onError: 'continue',
      } as const;
      const targets = ['i-0123456789abcdef0'];
      const first = [{ stepId: 'rollback-0', action, targets }] as const;
      const failure = { error: 'ActionFailed', cause: 'exit code 1' };
      expect(await store.beginRollback(operation.operationId, failure, first)).toEqual(first);
      const second = [{ stepId: 'rollback-0', action }] as const;
      expect(await store.beginRollback(operation.operationId, failure, second)).toEqual(first);
      expect((await store.getOperation(operation.operationId))?.undoSteps).toEqual(first);
    });

    it('keeps the batches that were laid out first, with who was skipped', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const { operationId } = operation;
      const first = {
        batches: [['i-0000000a'], ['i-0000000b']],
        skipped: { 'i-0000000c': 'offline' },
      } as const;
      expect(await store.layOut(operationId, first)).toEqual(first);
      expect(await store.layOut(operationId, { batches: [['i-0000000b']], skipped: {} })).toEqual(first);
      expect(await store.getOperation(operationId)).toEqual({ ...operation, layout: first });
    });

    it('keeps why an operation’s batches cannot be carried out', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const problem = { code: 'TargetsUnavailable', detail: 'i-0000000a is offline' } as const;
      const layout = { batches: [[]], skipped: { 'i-0000000a': 'offline' }, problem } as const;
      expect(await store.layOut(operation.operationId, layout)).toEqual(layout);
    });

    it('lays out nothing for an operation that is rolled back, has ended or does not exist', async () => {
      const store = await makeStore();
      const layout = { batches: [['i-0000000a']], skipped: {} };
      const failure = { error: 'ActionFailed', cause: 'exit code 1' };
      const { operation: undone } = await admitOne(store, alertOf('checkout'));
      await store.beginRollback(undone.operationId, failure, []);
      expect(await store.layOut(undone.operationId, layout)).toBeUndefined();
      await store.conclude(conclusionOf(undone));
      expect(await store.layOut(undone.operationId, layout)).toBeUndefined();
      expect(await store.layOut('none', layout)).toBeUndefined();
      expect(await store.getOperation(undone.operationId)).not.toHaveProperty('layout');
    });

    it('begins no rollback of an operation that has ended or does not exist', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const failure = { error: 'ActionFailed', cause: 'exit code 1' };
      await store.conclude(conclusionOf(operation));
      expect(await store.beginRollback(operation.operationId, failure, [])).toBeUndefined();
      expect(await store.beginRollback('none', failure, [])).toBeUndefined();
      expect((await store.getOperation(operation.operationId))?.state).toBe('COMPLETED');
    });

    it.each([
      ['COMPLETED', 'SUCCESS'],
      ['FAILED', 'FAILED'],
    ] as const)('lays out no batches after %s', async (state, result) => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      await store.conclude(conclusionOf(operation, { state, result }));
      const layout = { batches: [['i-a']], skipped: {} };
      expect(await store.layOut(operation.operationId, layout)).toBeUndefined();
      expect((await store.getOperation(operation.operationId))?.state).toBe(state);
    });

    it('knows nothing of an operation that does not exist', async () => {
      const store = await makeStore();
      expect(await store.layOut('none', { batches: [['i-a']], skipped: {} })).toBeUndefined();
      expect(await store.getOperation('none')).toBeUndefined();
      expect(await store.listOperations(10)).toEqual([]);
    });

    it('lists the newest operations first', async () => {
      const store = await makeStore();
      const components = ['a', 'b', 'c'];
      const configuration = configurationOf({ components });
      for (const [index, component] of ['b', 'c', 'a'].entries()) {
        await admitOne(store, alertOf(component, { occurredAtMs: NOON + index * 1_000 }), configuration);
      }
      const newest = await store.listOperations(2);
      expect(newest.map((operation) => operation.component)).toEqual(['a', 'c']);
      expect(await store.listOperations(10)).toHaveLength(3);
      const since = await store.listOperations(10, NOON + 1_700);
      expect(since.map((operation) => operation.component)).toEqual(['a', 'c']);
      expect(await store.listOperations(1, NOON)).toHaveLength(1);
      expect(await store.listOperations(10, NOON + 3_000)).toEqual([]);
    });

    it('lists the newest refusals of one component first', async () => {
      const store = await makeStore();
      for (const [index, signalId] of ['alarm/2', 'alarm/1', 'alarm/3'].entries()) {
        await store.recordRefusal({ ...refusal, signalId, occurredAtMs: NOON + index });
      }
      await store.recordRefusal({ ...refusal, component: 'search' });
      const newest = await store.listRefusals('checkout', 2);
      expect(newest.map(({ signalId }) => signalId)).toEqual(['alarm/3', 'alarm/1']);
      expect(await store.listRefusals('checkout', 10)).toHaveLength(3);
      expect(await store.listRefusals('nothing', 10)).toEqual([]);
      const since = await store.listRefusals('checkout', 10, NOON + 1);
      expect(since.map(({ signalId }) => signalId)).toEqual(['alarm/3', 'alarm/1']);
      expect(await store.listRefusals('checkout', 10, NOON + 3)).toEqual([]);
    });

    it('keeps every field of a refusal, and none that it lacks', async () => {
      const store = await makeStore();
      const bare: RefusalRecord = {
        signalId: 'x',
        component: 'name of nothing: ü#/',
        reason: 'UNKNOWN_COMPONENT',
        detail: '',
        occurredAtMs: NOON,
        refusedAtMs: NOON,
      };
      await store.recordRefusal(refusal);
      await store.recordRefusal(bare);
      expect(await store.listRefusals('checkout', 1)).toEqual([refusal]);
      expect(await store.listRefusals(bare.component, 1)).toEqual([bare]);
    });

    it('replaces the refusal of a signal that is refused again', async () => {
      const store = await makeStore();
      const again: RefusalRecord = { ...refusal, reason: 'FLEET_BUSY', refusedAtMs: NOON + 60_000 };
      await store.recordRefusal(refusal);
      await store.recordRefusal(again);
      expect(await store.listRefusals('checkout', 10)).toEqual([again]);
    });
  });
}
