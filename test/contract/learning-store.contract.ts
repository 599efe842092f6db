import { describe, expect, it } from 'vitest';
import { forgetting, NOTHING_FORGOTTEN } from '../../functions/core/learning/forgotten.ts';
import type { LearningStore } from '../../functions/ports/learning-store.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { admitOne, alertOf, conclusionOf, NOON } from '../factories/operations/admissions.ts';

export interface LearningStores {
  readonly learning: LearningStore;
  /** Writes the operations that the other one learns from. */
  readonly store: OperationStore;
}

const change = (atMs: number) => ({ atMs, by: 'arn:aws:iam::123456789012:user/ana', why: 'reset' });

/** What every store of what was learned does. `makeStores` gives empty ones, once for each test. */
export function learningStoreContract(name: string, makeStores: () => Promise<LearningStores>): void {
  describe(`learning store: ${name}`, () => {
    it('has each outcome once, however often and by how many its operation is concluded', async () => {
      const { learning, store } = await makeStores();
      const { operation } = await admitOne(store, alertOf('checkout'));
      expect(await learning.listOutcomes(NOON)).toEqual([operation]);
      const conclusion = conclusionOf(operation);
      const concluded = await Promise.all([1, 2, 3].map(() => store.conclude(conclusion)));
      await store.conclude({ ...conclusion, state: 'FAILED', result: 'FAILED' });
      expect(concluded.filter((outcome) => outcome === 'concluded')).toHaveLength(1);
      expect(await learning.listOutcomes(NOON)).toMatchObject([
        { operationId: operation.operationId, result: 'SUCCESS' },
      ]);
      expect(await learning.listOutcomes(NOON + 1_000)).toEqual([]);
    });

    it('keeps marks only over those that they were made from', async () => {
      const { learning } = await makeStores();
      expect(await learning.readForgotten()).toEqual(NOTHING_FORGOTTEN);
      const first = forgetting(NOTHING_FORGOTTEN, ['restart · host · memory exhaustion'], change(NOON));
      const other = forgetting(NOTHING_FORGOTTEN, 'all', change(NOON + 1));
      expect(await learning.saveForgotten(first)).toBe(true);
      expect(await learning.saveForgotten(other)).toBe(false);
      expect(await learning.readForgotten()).toEqual(first);
      const second = forgetting(first, 'all', change(NOON + 2));
      expect(await learning.saveForgotten(second)).toBe(true);
      expect(await learning.saveForgotten(forgetting(first, 'all', change(NOON + 3)))).toBe(false);
      expect(await learning.readForgotten()).toEqual(second);
    });
  });
}
