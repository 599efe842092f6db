import { expect, it } from 'vitest';
import { investigates } from '../../../../functions/core/investigation/is-used.ts';
import { configured } from '../../../factories/configuration.ts';

it('Selfheal investigates where the settings name a source, or a component its logs', () => {
  const configuration = configured();
  const { settings, components } = configuration;
  const { web } = components;
  if (web === undefined) throw new Error('no component');
  const withLogs = { ...web, logs: ['/web'] };
  expect(investigates({ settings: { ...settings, investigate: [] }, components: { web } })).toBe(false);
  expect(investigates({ settings: { ...settings, investigate: [] }, components: {} })).toBe(false);
  expect(investigates({ settings: { ...settings, investigate: ['xray'] }, components: { web } })).toBe(true);
  expect(
    investigates({ settings: { ...settings, investigate: [] }, components: { web, api: withLogs } }),
  ).toBe(true);
});
