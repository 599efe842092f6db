import { describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../functions/core/change/change-event.ts';
import { type ChangeStore, MAXIMUM_CHANGE_EVENTS } from '../../functions/ports/change-store.ts';
import { NOON } from '../factories/operations/admissions.ts';

const BEGUN: ChangeEvent = {
  ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'run-1' },
  ...{ phase: 'started', atMs: NOON, summary: 'v42' },
};
const OVER: ChangeEvent = { ...BEGUN, phase: 'finished', atMs: NOON + 60_000 };

/** What every store of changes must do. */
export function changeStoreContract(name: string, makeStore: () => Promise<ChangeStore>): void {
  describe(`changes, ${name}`, () => {
    it('lists what was reported of a component, the newest first, with all its facts', async () => {
      const store = await makeStore();
      const linked = { ...OVER, link: 'https://ci.example.com/1', operationId: '01-web' };
      await store.recordChange(linked);
      await store.recordChange(BEGUN);
      expect(await store.listChanges('web', 0)).toEqual([linked, BEGUN]);
    });

    it('keeps an event once, however often it is delivered', async () => {
      const store = await makeStore();
      await store.recordChange(BEGUN);
      await store.recordChange(BEGUN);
      expect(await store.listChanges('web', 0)).toEqual([BEGUN]);
    });

    it('keeps the operation that the first delivery was attributed to', async () => {
      const store = await makeStore();
      await store.recordChange({ ...BEGUN, operationId: '01-web' });
      await store.recordChange(BEGUN);
      await store.recordChange(OVER);
      await store.recordChange({ ...OVER, operationId: '02-web' });
      expect(await store.listChanges('web', 0)).toEqual([OVER, { ...BEGUN, operationId: '01-web' }]);
    });

    it('keeps events apart that differ in id, source, phase or time', async () => {
      const store = await makeStore();
      const others: readonly ChangeEvent[] = [
        { ...BEGUN, changeId: 'run-2' },
        { ...BEGUN, source: 'ecs' },
        { ...BEGUN, phase: 'failed' },
        { ...BEGUN, atMs: NOON - 1 },
      ];
      for (const event of [BEGUN, ...others]) await store.recordChange(event);
      expect(await store.listChanges('web', 0)).toHaveLength(5);
    });

    it('lists from a time on, that time included', async () => {
      const store = await makeStore();
      await store.recordChange(BEGUN);
      expect(await store.listChanges('web', NOON)).toEqual([BEGUN]);
      expect(await store.listChanges('web', NOON + 1)).toEqual([]);
      expect(await store.listChanges('web', -1)).toEqual([BEGUN]);
    });

    it('lists nothing of another component', async () => {
      const store = await makeStore();
      await store.recordChange(BEGUN);
      expect(await store.listChanges('web-2', 0)).toEqual([]);
      expect(await store.listChanges('we', 0)).toEqual([]);
    });

    it('lists the newest of too many', async () => {
      const store = await makeStore();
      const events = Array.from({ length: MAXIMUM_CHANGE_EVENTS + 5 }, (_, index) => ({
        ...BEGUN,
        atMs: NOON + index,
      }));
      for (let start = 0; start < events.length; start += 50)
        await Promise.all(events.slice(start, start + 50).map(store.recordChange));
      const listed = await store.listChanges('web', 0);
      expect(listed).toHaveLength(MAXIMUM_CHANGE_EVENTS);
      expect(listed[0]).toEqual(events.at(-1));
    });
  });
}
