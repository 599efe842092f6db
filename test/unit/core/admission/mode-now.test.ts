import { describe, expect, it } from 'vitest';
import { modeNow, modesInForce } from '../../../../functions/core/admission/mode-now.ts';
import {
  EMPTY_FLEET,
  type FleetRecord,
  newComponentRecord,
  type Override,
} from '../../../../functions/core/admission/records.ts';
import type { Mode, StricterMode } from '../../../../functions/core/configuration/modes.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const set = (mode: StricterMode, untilMs = NOON + 1): Override => ({
  givenAtMs: NOON,
  setting: { mode, reason: 'incident', sinceMs: NOON, untilMs },
});

interface Set {
  readonly everything?: Override;
  readonly group?: Override;
  readonly component?: Override;
}

function questionOf(configuredAs: Mode, { everything, group, component }: Set) {
  const configuration = configured({
    settings: { mode: configuredAs },
    groups: { tier: {} },
    components: { web: { group: 'tier' } },
  });
  const fleet: FleetRecord = {
    ...EMPTY_FLEET,
    ...(everything && { modeOverride: everything }),
    ...(group && { groupModes: { tier: group, other: set('observe') } }),
  };
  const record = { ...newComponentRecord('web'), ...(component && { modeOverride: component }) };
  return { configuration, limits: { component: record, fleet }, nowMs: NOON };
}

const now = (configuredAs: Mode, what: Set) => {
  const question = questionOf(configuredAs, what);
  return modeNow(question, 'web', question.configuration.strategies);
};

describe('the mode now', () => {
  it.each([
    ['for everything', { everything: set('observe') }, { of: 'everything', mode: 'observe' }],
    ['for the group', { group: set('propose') }, { of: 'group', name: 'tier', mode: 'propose' }],
    ['for the component', { component: set('observe') }, { of: 'component', name: 'web', mode: 'observe' }],
    [
      'for several parts, the strictest',
      { everything: set('propose'), group: set('observe'), component: set('propose') },
      { of: 'group', name: 'tier', mode: 'observe' },
    ],
  ] as const)('is the one set at run time %s', (_, what, setMode) => {
    expect(now('auto', what)).toMatchObject({ mode: setMode.mode, setMode });
  });

  it('is never looser than the configuration', () => {
    expect(now('observe', { everything: set('propose'), component: set('propose') })).toEqual({
      mode: 'observe',
    });
  });

  it('names no setting that the configuration does not need', () => {
    expect(now('propose', { component: set('propose') })).toEqual({ mode: 'propose' });
  });

  it.each([
    ['has ended', set('observe', NOON)],
    ['was lifted', { givenAtMs: NOON }],
  ])('is the configured one after what was set at run time %s', (_, override) => {
    expect(now('auto', { everything: override, group: override, component: override })).toEqual({
      mode: 'auto',
    });
  });

  it('leaves components without a group to what is set for everything and for themselves', () => {
    const { limits, nowMs } = questionOf('auto', { group: set('observe'), component: set('propose') });
    const configuration = configured({ components: { web: {} } });
    expect(modesInForce({ configuration, limits, nowMs }, 'web')).toMatchObject([{ of: 'component' }]);
  });
});
