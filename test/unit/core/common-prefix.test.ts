import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commonPrefix, peersOf } from '../../../functions/core/verification/observed-components.ts';
import { watchdogConfiguration } from '../../factories/watchdog-configuration.ts';

it('commonPrefix returns the longest prefix that every name begins with', () => {
  const name = fc.stringMatching(/^(selfheal-)?[ab]{0,4}$/);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), (names) => {
      const prefix = commonPrefix(names);
      expect(names.every((each) => each.startsWith(prefix))).toBe(true);
      const longer = names[0]?.slice(0, prefix.length + 1) ?? '';
      expect(longer === prefix || !names.every((each) => each.startsWith(longer))).toBe(true);
    }),
  );
});

it('commonPrefix returns an empty text for no names', () => {
  expect(commonPrefix([])).toBe('');
});

it('peersOf returns the peers that heal the component, and no others', () => {
  const health = { url: 'https://web.example.com/health' };
  const given = {
    components: { web: { health }, api: { health }, batch: {} },
    peers: { 'web-port': { tcp: 'web:80', component: 'web' } },
  };
  expect(peersOf(watchdogConfiguration(given), 'web')).toEqual(['web', 'web-port']);
  expect(peersOf(watchdogConfiguration(given), 'api')).toEqual(['api']);
  expect(peersOf(watchdogConfiguration(given), 'batch')).toEqual([]);
  expect(peersOf(watchdogConfiguration({ ...given, watchdog: { enabled: false } }), 'web')).toEqual([]);
});
