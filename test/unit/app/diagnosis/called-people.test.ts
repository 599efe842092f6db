import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { alarmed, goRed } from './dependent-world.ts';

/** Two components that depend on a database that is at fault, and is not healed automatically. */
function twoCallers() {
  const plain = createWorld(
    configured({
      components: {
        gateway: withMemoryAlarm({ dependsOn: ['database'] }),
        shop: withMemoryAlarm({ dependsOn: ['database'] }),
        database: withMemoryAlarm({ excluded: true }),
      },
    }),
  );
  const sleep = () => new Promise<never>(() => undefined);
  const world = { ...plain, clock: { ...plain.clock, nowMs: () => NOON, sleep } };
  goRed(world, 'database');
  return world;
}

describe('people who are called about a component at fault', () => {
  it('are called once for an incident, whichever of its components is alarmed', async () => {
    const world = twoCallers();
    for (const component of ['gateway', 'shop', 'gateway'])
      expect(await alarmed(world, component)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    expect(world.notifier.sent.map(({ subject }) => subject)).toEqual([
      'Selfheal: database makes gateway unhealthy',
    ]);
  });

  it('are called by the next try where they could not be reached', async () => {
    const world = twoCallers();
    const unavailable = new ServiceUnavailable('throttled');
    const notifier = { ...world.notifier, notify: () => Promise.reject(unavailable) };
    const mute = { ...world, notifier };
    await expect(alarmed(mute)).rejects.toBe(unavailable);
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    expect(world.notifier.sent).toHaveLength(1);
  });
});
