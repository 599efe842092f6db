import { describe, expect, it } from 'vitest';
import type { ApprovalStore } from '../../functions/ports/approvals.ts';
import { NOON } from '../factories/operations/admissions.ts';

/** What every store of approvals does. `makeStore` gives an empty one, once for each test. */
export function approvalStoreContract(name: string, makeStore: () => Promise<ApprovalStore>): void {
  describe(`approval store: ${name}`, () => {
    it('accepts each id once', async () => {
      const store = await makeStore();
      expect(await store.useOnce('link#1#ada', NOON)).toBe(true);
      expect(await store.useOnce('link#1#ada', NOON)).toBe(false);
      expect(await store.useOnce('link#1#grace', NOON)).toBe(true);
    });

    it('keeps a link’s first decision, and notes when that was sent', async () => {
      const store = await makeStore();
      const first = { command: 'approve', atMs: NOON } as const;
      expect(await store.takeLink('link#2#ada', first, NOON)).toEqual({ ...first, isSent: false });
      const other = { command: 'deny', atMs: NOON + 1_000 } as const;
      expect(await store.takeLink('link#2#ada', other, NOON)).toEqual({ ...first, isSent: false });
      await store.noteLinkSent('link#2#ada');
      expect(await store.takeLink('link#2#ada', first, NOON)).toEqual({ ...first, isSent: true });
      expect(await store.takeLink('link#2#grace', other, NOON)).toEqual({ ...other, isSent: false });
    });

    it('accepts one of many uses at a time', async () => {
      const store = await makeStore();
      const uses = await Promise.all(Array.from({ length: 20 }, () => store.useOnce('slack#v0=1', NOON)));
      expect(uses.filter(Boolean)).toHaveLength(1);
    });

    it('counts attempts minute by minute', async () => {
      const store = await makeStore();
      const counts = await Promise.all(Array.from({ length: 5 }, () => store.countAttempt(NOON)));
      expect(counts.toSorted()).toEqual([1, 2, 3, 4, 5]);
      expect(await store.countAttempt(NOON + 59_999)).toBe(6);
      expect(await store.countAttempt(NOON + 60_000)).toBe(1);
    });
  });
}
