import { describe, expect, it } from 'vitest';
import type { Operation, StepId } from '../../../functions/core/operation/operation.ts';
import { admitOne, alertOf, conclusionOf, NOON, stepOf } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

export function stepContract(makeStore: MakeStore): void {
  describe('steps', () => {
    it('creates a running step, and replaces it while it runs', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const sent = {
        ...step,
        reference: { executor: 'run_command', id: '11111111-2222-4333-8444-555555555555' } as const,
        detail: 'sent',
      };
      expect(await store.recordStep(step)).toBe(true);
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(step);
      expect(await store.recordStep(sent)).toBe(true);
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(sent);
    });

    it('keeps the first outcome', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const succeeded = { ...step, outcome: 'SUCCEEDED', completedAtMs: NOON + 9_000 } as const;
      const timedOut = { ...step, outcome: 'TIMED_OUT', completedAtMs: NOON + 60_000 } as const;
      await store.recordStep(step);
      expect(await store.recordOutcome(succeeded)).toBe(true);
      expect(await store.recordOutcome(timedOut)).toBe(false);
      expect(await store.recordOutcome(succeeded)).toBe(false);
      expect(await store.recordStep({ ...step, reference: { executor: 'run_command', id: 'late' } })).toBe(
        false,
      );
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(succeeded);
    });

    it('keeps the first change of a running step, whatever is recorded later', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const [first, second] = [
        { before: '"2"', intended: '"1"' },
        { before: '"1"', intended: '"0"' },
      ];
      expect(await store.recordChange(operation, { ...step, change: first })).toEqual(first);
      expect(await store.recordChange(operation, { ...step, change: second })).toEqual(first);
      expect((await store.listSteps(operation.operationId))[0]?.change).toEqual(first);
      const ended = { ...step, change: first, outcome: 'SUCCEEDED', completedAtMs: NOON + 9_000 } as const;
      expect(await store.recordOutcome(ended)).toBe(true);
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(ended);
    });

    it('loses no change to a record or an outcome that does not know of it', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const change = { before: '"80"', intended: '""' };
      const ended = { ...step, outcome: 'SUCCEEDED', completedAtMs: NOON + 9_000 } as const;
      await store.recordChange(operation, { ...step, change });
      expect(await store.recordStep(step)).toBe(false);
      expect(await store.recordOutcome(ended)).toBe(false);
      expect(await store.recordOwnOutcome(operation, ended)).toBe(false);
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual({ ...step, change });
      expect(await store.recordOwnOutcome(operation, { ...ended, change })).toBe(true);
    });

    it('records a change on a step that is running already', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const change = { before: 'null', intended: '50' };
      await store.recordStep(step);
      expect(await store.recordChange(operation, { ...step, change })).toEqual(change);
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual({ ...step, change });
    });

    it('records no change on a step that is over', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const change = { before: 'null', intended: '50' };
      const ended = { ...step, outcome: 'TIMED_OUT', completedAtMs: NOON } as const;
      await store.recordOutcome(ended);
      expect(await store.recordChange(operation, { ...step, change })).toBeUndefined();
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(ended);
    });

    it('records one change of many that are recorded at the same time', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const kept = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.recordChange(operation, { ...step, change: { before: 'null', intended: String(index) } }),
        ),
      );
      expect(new Set(kept.map((change) => change?.intended)).size).toBe(1);
    });

    it('accepts an outcome for a step that was never recorded, as an event may come first', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const outcome = { ...stepOf(operation), outcome: 'FAILED', completedAtMs: NOON, detail: 'x' } as const;
      expect(await store.recordOutcome(outcome)).toBe(true);
      expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(outcome);
    });

    describe('recorded by the function that carries a step out', () => {
      const ended = (operation: Operation, stepId: StepId = 'heal-0') =>
        ({ ...stepOf(operation, { stepId }), outcome: 'SKIPPED', completedAtMs: NOON }) as const;
      const failure = { error: 'States.Timeout', cause: 'it took too long' };
      const change = { before: '"2"', intended: '"1"' };

      it('stay as first recorded while it holds the claim', async () => {
        const store = await makeStore();
        const { operation } = await admitOne(store, alertOf('checkout'));
        expect(await store.recordOwnOutcome(operation, ended(operation))).toBe(true);
        expect(await store.recordOwnOutcome(operation, { ...ended(operation), outcome: 'FAILED' })).toBe(
          false,
        );
        expect(await store.getStep(operation.operationId, 'heal-0')).toEqual(ended(operation));
      });

      it('do not change under an older fence', async () => {
        const store = await makeStore();
        const { operation } = await admitOne(store, alertOf('checkout'));
        const newer = { ...operation, ...(await store.takeOver(operation, NOON)) };
        for (const stepId of ['heal-0', 'rollback-0'] as const) {
          const step = stepOf(operation, { stepId });
          expect(await store.recordChange(operation, { ...step, change })).toBeUndefined();
          expect(await store.recordOwnOutcome(operation, ended(operation, stepId))).toBe(false);
        }
        expect(await store.listSteps(operation.operationId)).toEqual([]);
        expect(await store.recordOwnOutcome(newer, ended(operation))).toBe(true);
      });

      it('do not change once the repair is being undone, except for the undo steps', async () => {
        const store = await makeStore();
        const { operation } = await admitOne(store, alertOf('checkout'));
        await store.beginRollback(operation.operationId, failure, []);
        expect(await store.recordChange(operation, { ...stepOf(operation), change })).toBeUndefined();
        expect(await store.recordOwnOutcome(operation, ended(operation))).toBe(false);
        expect(await store.listSteps(operation.operationId)).toEqual([]);
        const undo = stepOf(operation, { stepId: 'rollback-0' });
        expect(await store.recordChange(operation, { ...undo, change })).toEqual(change);
        expect(
          await store.recordOwnOutcome(operation, { ...undo, ...ended(operation, 'rollback-0'), change }),
        ).toBe(true);
      });

      it('do not change once the operation has ended', async () => {
        const store = await makeStore();
        const { operation } = await admitOne(store, alertOf('checkout'));
        await store.conclude(conclusionOf(operation));
        for (const stepId of ['heal-0', 'rollback-0'] as const)
          expect(await store.recordOwnOutcome(operation, ended(operation, stepId))).toBe(false);
        expect(await store.listSteps(operation.operationId)).toEqual([]);
      });
    });

    it('tells exactly one of many that its outcome was the first', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const step = stepOf(operation);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.recordOutcome({ ...step, outcome: 'SUCCEEDED', completedAtMs: NOON + index }),
        ),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('lists the steps of one operation in the order in which they began', async () => {
      const store = await makeStore();
      const { operation } = await admitOne(store, alertOf('checkout'));
      const other = await admitOne(store, alertOf('search'));
      const ids: readonly StepId[] = ['heal-2', 'heal-10', 'verify-0', 'rollback-0', 'keep-0'];
      for (const [index, stepId] of [...ids.entries()].toReversed()) {
        await store.recordStep(stepOf(operation, { stepId, startedAtMs: NOON + index, targets: [] }));
      }
      await store.recordStep(stepOf(other.operation));
      const steps = await store.listSteps(operation.operationId);
      expect(steps.map((step) => step.stepId)).toEqual(ids);
      expect(steps[0]).toEqual(stepOf(operation, { stepId: 'heal-2', startedAtMs: NOON, targets: [] }));
    });

    it('has no steps for an operation that it does not know', async () => {
      const store = await makeStore();
      expect(await store.getStep('none', 'heal-0')).toBeUndefined();
      expect(await store.listSteps('none')).toEqual([]);
    });
  });
}
