import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const DATABASE = { database: { engine: 'postgresql', dataDirectory: '/srv/orders/data' } };
const ON_DATA = ['backup_db', 'restore_snapshot', 'verify_integrity'];
const actions = [
  { type: 'switch_to_readonly' },
  ...ON_DATA.map((type) => ({ type, timeoutSeconds: 20, onError: 'rollback' })),
  { type: 'resume_writes' },
];

describe.each(PLACES)('a database, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({ components: { orders: { more: DATABASE, strategies: [{ actions }] } } });
  });
  afterAll(() => place?.stop());

  it('swaps the data of a database back and restores its setting when a later action fails', async () => {
    place.hosts.script('orders', { verify_integrity: 'fail' });
    await place.signal('orders');
    const { steps } = await place.ended('orders');
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'switch_to_readonly', 'SUCCEEDED'],
      ['heal-1', 'backup_db', 'SUCCEEDED'],
      ['heal-2', 'restore_snapshot', 'SUCCEEDED'],
      ['heal-3', 'verify_integrity', 'FAILED'],
      ['rollback-0', 'restore_snapshot', 'SUCCEEDED'],
      ['rollback-1', 'resume_writes', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
  });
});
