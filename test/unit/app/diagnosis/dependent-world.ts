import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

type Fields = Readonly<Record<string, unknown>>;

const ON_MEMORY = { trigger: { metrics: ['memory'], statuses: ['OFFLINE'] } };
export const HEALTH = { health: { url: 'https://database.example.com/health' } };

/** A gateway that depends on a database; time stands still, so that nothing is late. */
export function worldOf(
  database: Fields = {},
  gateway: Fields = {},
  strategies: readonly Fields[] = [ON_MEMORY],
): World {
  const world = createWorld(
    configured({
      components: {
        gateway: withMemoryAlarm({ dependsOn: ['database'], ...gateway }),
        database: withMemoryAlarm(database),
      },
      strategies,
    }),
  );
  return {
    ...world,
    clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise(() => undefined) },
  };
}

export const alarmed = (world: World, component = 'gateway', more: object = {}) =>
  triage(world, signalEvent({ component, metric: 'memory', ...more }, `${component}-is-unhealthy`));

export function goRed(world: World, component: string, sinceMs = NOON): void {
  world.alarms.named.set(memoryAlarm(component), 'ALARM');
  world.alarms.since.set(memoryAlarm(component), sinceMs);
}

export async function goSilent(world: World, peer: string): Promise<void> {
  const state = { status: 'OFFLINE', missedCount: 3, restartCount: 1, lastSeenMs: NOON } as const;
  await world.watchdog.saveRound(
    {
      ...{ shard: 0, roundAtMs: NOON, seenAtMs: NOON, startedAtMs: NOON, peerCount: 1, pending: [] },
      totals: { checks: 1, misses: 1, restarts: 0, isolations: 0 },
      states: { [peer]: state },
      observers: {},
      responses: { roster: '', milliseconds: [] },
    } as never,
    undefined,
  );
}
