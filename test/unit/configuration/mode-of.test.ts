import { describe, expect, it } from 'vitest';
import { modeOf } from '../../../functions/core/configuration/mode-of.ts';
import { configured } from '../../factories/configuration.ts';

describe('the mode of an operation', () => {
  it.each([
    ['auto by default', {}, {}, {}, {}, 'auto'],
    ['the settings’', { mode: 'propose' }, {}, {}, {}, 'propose'],
    ['the group’s', {}, { mode: 'observe' }, {}, {}, 'observe'],
    ['the component’s', {}, {}, { mode: 'propose' }, {}, 'propose'],
    ['the strategy’s', {}, {}, {}, { mode: 'observe' }, 'observe'],
    ['the strictest of all', { mode: 'propose' }, { mode: 'auto' }, {}, { mode: 'observe' }, 'observe'],
    [
      'never laxer than the settings’',
      { mode: 'observe' },
      {},
      { mode: 'auto' },
      { mode: 'auto' },
      'observe',
    ],
  ])('is %s', (_, settings, group, component, strategy, mode) => {
    const configuration = configured({
      settings,
      groups: { tier: group },
      components: { web: { group: 'tier', ...component } },
      strategies: [strategy],
    });
    expect(modeOf(configuration, 'web', configuration.strategies)).toBe(mode);
  });

  it('is that of the strategy for a component that is in no group, or no longer declared', () => {
    const configuration = configured({ groups: { undefined: { mode: 'observe' } } });
    for (const name of ['web', 'gone'])
      expect(modeOf(configuration, name, [{ mode: 'propose' }])).toBe('propose');
  });
});
