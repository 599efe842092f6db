import { expect, it } from 'vitest';
import { configured } from '../../factories/configuration.ts';

it('notes the members of each group in the order of their names', () => {
  const { groups } = configured({
    groups: { tier: { mode: 'observe' }, empty: {} },
    components: { web: { group: 'tier' }, alone: {}, cache: { group: 'tier' } },
  });
  expect(groups).toMatchObject({
    tier: { members: ['cache', 'web'], mode: 'observe' },
    empty: { members: [] },
  });
});
