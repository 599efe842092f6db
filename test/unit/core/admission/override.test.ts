import { describe, expect, it } from 'vitest';
import {
  holdsAtSameTime,
  isOfComponent,
  OVERRIDE_KINDS,
  outcomeAfter,
  overrideOf,
  settingInForce,
  stateOf,
} from '../../../../functions/core/admission/override.ts';
import type { Override, Setting } from '../../../../functions/core/admission/records.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const set = (more: Partial<Setting> = {}, givenAtMs = NOON): Override => ({
  givenAtMs,
  setting: { reason: 'r', sinceMs: NOON, ...more },
});
const LIFTED: Override = { givenAtMs: NOON };

describe('what a person set', () => {
  it('holds until its end, or until it is lifted', () => {
    expect(settingInForce(set(), NOON)).toEqual(set().setting);
    expect(settingInForce(set({ untilMs: NOON + 1 }), NOON)).toEqual(set({ untilMs: NOON + 1 }).setting);
    for (const over of [set({ untilMs: NOON }), LIFTED, undefined])
      expect(settingInForce(over, NOON)).toBeUndefined();
  });

  it('is found where its part is kept', () => {
    const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map((atMs) => set({}, atMs));
    const { component, fleet } = limitsWith(
      { ...(a && { exclusion: a }), ...(b && { modeOverride: b }) },
      {
        ...(c && { groupPauses: { shop: c } }),
        ...(d && { windowOpenings: { shop: d } }),
        ...(e && { modeOverride: e }),
        ...(f && { groupModes: { shop: f } }),
      },
    );
    const found = OVERRIDE_KINDS.map(
      (kind) => overrideOf({ kind, name: 'shop' }, component, fleet)?.givenAtMs,
    );
    expect(found).toEqual([3, 1, 4, 5, 6, 2]);
    const none = OVERRIDE_KINDS.map((kind) => overrideOf({ kind, name: 'x' }, undefined, limitsWith().fleet));
    expect(none).toEqual(OVERRIDE_KINDS.map(() => undefined));
    expect(OVERRIDE_KINDS.filter((kind) => isOfComponent({ kind, name: 'shop' }))).toEqual([
      'component',
      'component-mode',
    ]);
  });

  it('is lifted, set, or a mode', () => {
    expect([undefined, set().setting, set({ mode: 'observe' }).setting].map(stateOf)).toEqual([
      ...['lifted', 'set', 'observe'],
    ]);
  });

  it.each([
    ['taken', 'it is on record itself', set({ reason: 'other' })],
    ['confirmed', 'a later one says the same', set({}, NOON + 1)],
    ['overtaken', 'a later one lifts it', { givenAtMs: NOON + 1 }],
    ['overtaken', 'a later one sets a mode', set({ mode: 'propose' }, NOON + 1)],
    ['overtaken', 'nothing is on record', undefined],
  ])('is %s if %s', (outcome, _, later) => {
    expect(outcomeAfter(later, set())).toBe(outcome);
  });

  it('holds against another of the same time if it lets less be healed', () => {
    const answers = OVERRIDE_KINDS.map((kind) => [
      ...[set(), LIFTED, set({ mode: 'observe' }), set({ mode: 'propose' })].map((given) =>
        holdsAtSameTime({ kind, name: 'shop' }, given),
      ),
    ]);
    const stricter = ['always', 'never', 'always', 'unless-observe'];
    const opening = ['never', 'always', 'never', 'unless-observe'];
    expect(answers).toEqual(OVERRIDE_KINDS.map((kind) => (kind === 'window' ? opening : stricter)));
  });
});
