import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

describe.each(PLACES)('an alarm behind which something else is at fault, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      components: {
        gateway: { more: { dependsOn: ['orders'] } },
        orders: { more: { dependsOn: ['database'] } },
        database: {},
        shop: { more: { dependsOn: ['stock'] } },
        stock: { strategies: [{ components: ['nothing-else'] }] },
        'nothing-else': { strategies: [] },
        entry: { more: { dependsOn: ['back'] } },
        back: { more: { dependsOn: ['entry'] } },
      },
    });
  });
  afterAll(() => place?.stop());

  const refused = (component: string) => place.poll(() => place.reasons(component));
  const untouched = (component: string) =>
    expect(place.hosts.requests.filter((run) => run.component === component)).toEqual([]);

  together('heals what is at fault, and touches nothing that only suffers from it', async () => {
    await place.setAlarm('database', 'ALARM', 'disk full');
    await place.setAlarm('gateway', 'ALARM', 'too many errors');
    await place.setAlarm('orders', 'ALARM', 'too many errors');
    const { operation } = await place.ended('database');
    expect(operation).toMatchObject({ component: 'database', result: 'SUCCESS' });
    await refused('gateway').toContain('CAUSE_ELSEWHERE');
    await refused('orders').toContain('CAUSE_ELSEWHERE');
    untouched('gateway');
    untouched('orders');
    const [refusal] = await place.store.listRefusals('gateway', 1);
    expect(refusal?.detail).toContain('database is at fault');
  });

  together('calls a person once if no strategy heals what is at fault', async () => {
    await place.setAlarm('stock', 'ALARM', 'disk full');
    await refused('stock').toEqual(['NO_STRATEGY']);
    await place.setAlarm('shop', 'ALARM', 'too many errors');
    await refused('shop').toContain('CAUSE_ELSEWHERE');
    await place
      .poll(() => place.told('architect', 'shop').map(({ kind, atFault }) => [kind, atFault]))
      .toEqual([['cause-elsewhere', 'stock']]);
    untouched('shop');
  });

  together('heals one of two that depend on each other, not both', async () => {
    await place.setAlarm('entry', 'ALARM', 'too many errors');
    const { operation } = await place.ended('entry');
    expect(operation).toMatchObject({ component: 'entry', result: 'SUCCESS' });
    await place.setAlarm('back', 'ALARM', 'too many errors');
    await refused('back').toContain('CAUSE_ELSEWHERE');
    untouched('back');
  });
});
