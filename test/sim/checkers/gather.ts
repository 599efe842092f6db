import type { World } from '../world.ts';
import type { Evidence } from './evidence.ts';

/** The evidence as of now. */
export async function gather(world: World): Promise<Omit<Evidence, 'whenQuiet'>> {
  const { clock, store, trace, fleet, cloud, services } = world;
  const operations = (await store.listOperations(10_000)).toReversed();
  const steps = await Promise.all(
    operations.map(async ({ operationId }) => [operationId, await store.listSteps(operationId)] as const),
  );
  return {
    atMs: clock.nowMs(),
    operations,
    claims: await store.listClaims(),
    stepsOf: new Map(steps),
    limits: await store.readFleet(),
    sick: Object.keys(fleet.components).filter((name) => !services.isHealthy(name)),
    redAlarms: Object.keys(fleet.alarms).filter(
      (name) => cloud.alarms.registry.find(name)?.state.value === 'ALARM',
    ),
    trace,
    fleet,
    busLog: [...cloud.bus.log],
    deadLetters: Object.values(cloud.deadLetters()).flatMap((messages) => messages.map(({ body }) => body)),
    defects: cloud.defects(),
  };
}
