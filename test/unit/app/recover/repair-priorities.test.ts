import { describe, expect, it } from 'vitest';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { repairPriorities } from '../../../../functions/app/recover/repair-priorities.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, withStore } from '../../../factories/ports/world.ts';

const host = (letter: string) => ({ targets: { instanceIds: [`i-000000000000000${letter}`] } });
const CONFIGURATION = configured({
  components: {
    web: withMemoryAlarm({ dependsOn: ['db'] }),
    db: withMemoryAlarm(),
    lone: withMemoryAlarm(host('0a')),
    other: withMemoryAlarm(host('0b')),
  },
});

/** The priorities of these components, and the boards that are read for them. */
async function priorities(names: readonly string[], incident?: object) {
  const read: (readonly string[])[] = [];
  const correlation = {
    readBoards: async (boards: readonly string[]) => {
      read.push(boards);
      return boards.map((neighbourhood) => ({ neighbourhood, incidents: incident ? [incident] : [] }));
    },
  };
  const attempt = async (_: string, what: () => Promise<readonly string[]>) => void (await what());
  const red = names.map((component) => ({ component, alarms: [] }));
  const deps = { configuration: CONFIGURATION, correlation } as never;
  return { found: await repairPriorities(deps, red, { attempt } as never), read };
}

const INCIDENT = {
  ...{ incidentId: 'one', absorbed: [], atFault: 'db', causes: [], alerts: [], hosts: [] },
  ...{ components: { web: NOON, db: NOON }, operationIds: [], changeIds: [], personCalls: {} },
  ...{ beganAtMs: NOON, detectedAtMs: NOON, lastAlertMs: NOON },
};

describe('the priorities of repairs', () => {
  it('ask for incidents only where there is something to choose', async () => {
    expect((await priorities(['web'])).read).toEqual([]);
    expect((await priorities(['lone', 'other'])).read).toEqual([]);
    expect((await priorities(['web', 'db', 'lone'])).read).toHaveLength(1);
  });

  it('do not follow an incident that is over', async () => {
    const none = (await priorities(['web', 'db'])).found;
    const open = (await priorities(['web', 'db'], INCIDENT)).found;
    const over = (await priorities(['web', 'db'], { ...INCIDENT, resolvedAtMs: NOON })).found;
    expect(over).toEqual(none);
    expect(open).not.toEqual(none);
  });
});

describe('a round of the reconciler', () => {
  const denied = () => Promise.reject(new NotPermitted({ action: 'dynamodb:BatchGetItem' }));

  it('asks for alarms by what all their names begin with, and for none where there are none', async () => {
    const asked: string[] = [];
    const of = async (components: object) => {
      const world = createWorld(configured({ components: components as never }));
      const inAlarm = async (prefix: string) => {
        asked.push(prefix);
        return new Map<string, number>();
      };
      await reconcileAlarms({ ...world, alarms: { ...world.alarms, inAlarm } });
    };
    await of({ web: {} });
    expect(asked).toEqual([]);
    await of({ web: withMemoryAlarm() });
    expect(asked).toEqual([memoryAlarm()]);
  });

  it('names what it could not look after, and has the missing permission on record', async () => {
    const world = createWorld(configured({ components: { web: withMemoryAlarm() } }));
    await world.store.markUnhealthy('web');
    const { problems } = await reconcile(withStore(world, { readComponents: denied }));
    expect(problems).toEqual([expect.stringMatching(/^proposals: /)]);
    expect(await world.store.listDenials()).toMatchObject([{ action: 'dynamodb:BatchGetItem' }]);
  });

  it('names the component whose alarms it could not judge', async () => {
    const world = createWorld(configured({ components: { web: withMemoryAlarm() } }));
    await world.store.markUnhealthy('web');
    world.alarms.named.set(memoryAlarm(), 'OK');
    const { problems } = await reconcileAlarms(withStore(world, { readLimits: denied }));
    expect(problems).toEqual([expect.stringMatching(/^alarms of web: /)]);
  });
});
