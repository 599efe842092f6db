import type { EcsServices } from '../ports/ecs-services.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of ECS is loaded with the first call: most configurations have no component that is a service of ECS. */
export const seldomServices: PortBuilder<'services'> = () => ({
  read: async (...asked) => await (await loaded()).read(...asked),
  revisions: async (...asked) => await (await loaded()).revisions(...asked),
  deploy: async (...asked) => await (await loaded()).deploy(...asked),
  redeploy: async (...asked) => await (await loaded()).redeploy(...asked),
  setCount: async (...asked) => await (await loaded()).setCount(...asked),
});

async function loaded(): Promise<EcsServices> {
  const { ecsServices } = await import('./ecs-services.ts');
  return ecsServices;
}
