import { describe, expect, it } from 'vitest';
import {
  EVERYTHING,
  isOfComponent,
  type OverrideScope,
  overrideOf,
} from '../../../functions/core/admission/override.ts';
import type { Override } from '../../../functions/core/admission/records.ts';
import type { StricterMode } from '../../../functions/core/configuration/modes.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  grantFor,
  NOON,
} from '../../factories/operations/admissions.ts';
import type { MakeStore } from './make-store.ts';

const WEB: OverrideScope = { kind: 'group', name: 'web' };
const CHECKOUT: OverrideScope = { kind: 'component', name: 'checkout' };
const NIGHTS: OverrideScope = { kind: 'window', name: 'nights' };
const MODES_OF: readonly OverrideScope[] = [
  { kind: 'mode', name: EVERYTHING },
  { kind: 'group-mode', name: 'web' },
  { kind: 'component-mode', name: 'checkout' },
];

const set = (givenAtMs: number, reason = 'maintenance'): Override => ({
  givenAtMs,
  setting: { reason, sinceMs: givenAtMs, untilMs: givenAtMs + 7_200_000 },
});
const inMode = (mode: StricterMode, givenAtMs: number): Override => ({
  givenAtMs,
  setting: { reason: 'incident', sinceMs: givenAtMs, untilMs: givenAtMs + 7_200_000, mode },
});
const lifted = (givenAtMs: number): Override => ({ givenAtMs });

/** Its time is over, so that it keeps nothing from being healed. */
const OVER = set(NOON - 86_400_000);

async function recorded(store: OperationStore, scope: OverrideScope): Promise<Override | undefined> {
  const { limits } = await store.readLimits(isOfComponent(scope) ? scope.name : 'any');
  return overrideOf(scope, limits.component, limits.fleet);
}

/** What people set for parts of the fleet. */
export function overridesContract(makeStore: MakeStore): void {
  describe.each([WEB, CHECKOUT, NIGHTS])('an override of the $kind $name', (scope) => {
    it('is set, changed and lifted', async () => {
      const store = await makeStore();
      expect(await store.setOverride(scope, set(NOON))).toBe('taken');
      expect(await store.setOverride(scope, set(NOON + 1, 'longer'))).toBe('taken');
      expect(await recorded(store, scope)).toEqual(set(NOON + 1, 'longer'));
      expect(await store.setOverride(scope, lifted(NOON + 2))).toBe('taken');
      expect(await recorded(store, scope)).toEqual(lifted(NOON + 2));
    });

    it('is not changed by an older control, and the answer says whether that one said the same', async () => {
      const store = await makeStore();
      await store.setOverride(scope, set(NOON + 10));
      expect(await store.setOverride(scope, lifted(NOON + 9))).toBe('overtaken');
      expect(await store.setOverride(scope, set(NOON + 9, 'older'))).toBe('confirmed');
      expect(await recorded(store, scope)).toEqual(set(NOON + 10));
      await store.setOverride(scope, lifted(NOON + 20));
      expect(await store.setOverride(scope, set(NOON + 19))).toBe('overtaken');
      expect(await store.setOverride(scope, lifted(NOON + 19))).toBe('confirmed');
    });

    it('holds, of two of the same time, as the one that lets less be healed, in either order', async () => {
      const [safe, other] = scope.kind === 'window' ? [lifted(NOON), set(NOON)] : [set(NOON), lifted(NOON)];
      for (const order of [
        [safe, other],
        [other, safe],
      ]) {
        const store = await makeStore();
        for (const override of order) await store.setOverride(scope, override);
        expect(await recorded(store, scope)).toEqual(safe);
        expect(await store.setOverride(scope, safe)).toBe('taken');
      }
    });
  });

  describe.each(MODES_OF)('the override $kind of $name', (scope) => {
    it('is set, tightened and lifted', async () => {
      const store = await makeStore();
      expect(await store.setOverride(scope, inMode('propose', NOON))).toBe('taken');
      expect(await store.setOverride(scope, inMode('observe', NOON + 1))).toBe('taken');
      expect(await recorded(store, scope)).toEqual(inMode('observe', NOON + 1));
      expect(await store.setOverride(scope, lifted(NOON + 2))).toBe('taken');
      expect(await recorded(store, scope)).toEqual(lifted(NOON + 2));
    });

    it('is not changed by an older control, and the answer says whether that one set the same mode', async () => {
      const store = await makeStore();
      await store.setOverride(scope, inMode('propose', NOON + 10));
      expect(await store.setOverride(scope, inMode('observe', NOON + 9))).toBe('overtaken');
      expect(await store.setOverride(scope, inMode('propose', NOON + 9))).toBe('confirmed');
      expect(await store.setOverride(scope, lifted(NOON + 9))).toBe('overtaken');
      expect(await recorded(store, scope)).toEqual(inMode('propose', NOON + 10));
    });

    it('keeps the strictest of several of the same time, in any order', async () => {
      const all = [inMode('observe', NOON), inMode('propose', NOON), lifted(NOON)];
      for (const order of [all, all.toReversed(), [all[1], all[0], all[2]], [all[2], all[0], all[1]]]) {
        const store = await makeStore();
        for (const override of order) if (override) await store.setOverride(scope, override);
        expect(await recorded(store, scope)).toEqual(inMode('observe', NOON));
        expect(await store.setOverride(scope, inMode('observe', NOON))).toBe('taken');
        expect(await store.setOverride(scope, inMode('propose', NOON))).toBe('overtaken');
      }
      const store = await makeStore();
      for (const override of [lifted(NOON), inMode('propose', NOON), lifted(NOON)])
        await store.setOverride(scope, override);
      expect(await recorded(store, scope)).toEqual(inMode('propose', NOON));
    });
  });

  it('keeps overrides apart, and the fleet’s pause from them', async () => {
    const store = await makeStore();
    await store.setOverride(WEB, set(NOON));
    await store.setOverride({ ...WEB, kind: 'window' }, set(NOON + 1));
    await store.setOverride({ ...WEB, name: 'batch' }, set(NOON + 2));
    await store.setOverride({ ...WEB, kind: 'group-mode' }, inMode('observe', NOON + 3));
    await store.setOverride({ kind: 'mode', name: EVERYTHING }, inMode('propose', NOON + 4));
    await store.setPause({ reason: 'all', sinceMs: NOON }, NOON);
    const fleet = await store.readFleet();
    expect(fleet).toMatchObject({
      groupPauses: { web: set(NOON), batch: set(NOON + 2) },
      windowOpenings: { web: set(NOON + 1) },
      groupModes: { web: inMode('observe', NOON + 3) },
      modeOverride: inMode('propose', NOON + 4),
      pause: { reason: 'all' },
    });
    expect(fleet.revision).toBe(6);
  });

  it('keeps an exclusion and a mode while an operation begins, goes on and ends', async () => {
    const store = await makeStore();
    await store.setOverride(CHECKOUT, OVER);
    const mode: OverrideScope = { kind: 'component-mode', name: 'checkout' };
    await store.setOverride(mode, inMode('observe', NOON));
    const { operation } = await admitOne(store, alertOf('checkout'));
    expect(await recorded(store, CHECKOUT)).toEqual(OVER);
    await store.setOverride(CHECKOUT, set(NOON, 'meanwhile'));
    expect(await store.getClaim('checkout')).toMatchObject({ operationId: operation.operationId });
    await store.conclude(conclusionOf(operation));
    const [record] = await store.readComponents(['checkout']);
    expect(record?.exclusion).toEqual(set(NOON, 'meanwhile'));
    expect(record?.modeOverride).toEqual(inMode('observe', NOON));
  });

  it.each([WEB, CHECKOUT, NIGHTS, ...MODES_OF])(
    'grants nothing that was decided before one of the $kind',
    async (scope) => {
      const store = await makeStore();
      const alert = alertOf('checkout');
      const { limits } = await store.readLimits('checkout');
      const { operation, grant } = grantFor(alert, configurationOf({ components: ['checkout'] }), limits);
      await store.setOverride(scope, set(NOON));
      expect(await store.admit(operation, grant, limits)).toMatchObject({ outcome: 'conflict' });
    },
  );
}
