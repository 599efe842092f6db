import { describe, expect, it } from 'vitest';
import type { TimeLimit } from '../../../functions/core/operation/time-limit.ts';
import { NOON } from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const LIMIT: TimeLimit = {
  component: 'checkout',
  targets: ['i-0123456789abcdef0'],
  dueAtMs: NOON,
  limitSeconds: 3_600,
  afterLimit: 'lift',
};

/** How long what operations have isolated may stay so. */
export function timeLimitsContract(makeStore: MakeStore): void {
  describe('the time limits of isolations', () => {
    it('are kept for each operation, and part of what limits the fleet', async () => {
      const store = await makeStore();
      expect(await store.setTimeLimit('one', LIMIT)).toBe(true);
      expect(await store.setTimeLimit('other', { ...LIMIT, afterLimit: 'remind' })).toBe(true);
      expect((await store.readFleet()).timeLimits).toEqual({
        one: LIMIT,
        other: { ...LIMIT, afterLimit: 'remind' },
      });
    });

    it('remember whose isolation it is, and what was done at the limit', async () => {
      const store = await makeStore();
      const limit = { ...LIMIT, isolatedBy: 'one', isolatedAgainBy: ['other'], reminders: 2, asks: 13 };
      expect(await store.setTimeLimit('one/other', limit)).toBe(true);
      expect((await store.readFleet()).timeLimits).toEqual({ 'one/other': limit });
    });

    it('remember the last look at the hosts', async () => {
      const store = await makeStore();
      const [host = ''] = LIMIT.targets;
      const look = { atMs: NOON, commandIds: ['one', 'other'], putBack: { [host]: 2 }, changed: [host] };
      await store.setTimeLimit('one', { ...LIMIT, look });
      await store.setTimeLimit('other', { ...LIMIT, look: { atMs: NOON } });
      expect((await store.readFleet()).timeLimits).toEqual({
        one: { ...LIMIT, look },
        other: { ...LIMIT, look: { atMs: NOON } },
      });
    });

    it('are moved once for each time that is due', async () => {
      const store = await makeStore();
      await store.setTimeLimit('one', LIMIT);
      const later = { ...LIMIT, dueAtMs: NOON + 1 };
      expect(await store.setTimeLimit('one', later, NOON)).toBe(true);
      expect(await store.setTimeLimit('one', { ...LIMIT, dueAtMs: NOON + 2 }, NOON)).toBe(false);
      expect((await store.readFleet()).timeLimits).toEqual({ one: later });
    });

    it('end, and do not return by a move that comes too late', async () => {
      const store = await makeStore();
      await store.setTimeLimit('one', LIMIT);
      expect(await store.setTimeLimit('one', undefined, NOON - 1)).toBe(false);
      expect(await store.setTimeLimit('one', undefined)).toBe(true);
      expect(await store.setTimeLimit('one', LIMIT, NOON)).toBe(false);
      expect((await store.readFleet()).timeLimits).toBeUndefined();
    });
  });
}
