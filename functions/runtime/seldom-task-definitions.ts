import type { TaskDefinitions } from '../ports/task-definitions.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of ECS is loaded with the first call, as that of services is. */
export const seldomTaskDefinitions: PortBuilder<'taskDefinitions'> = () => ({
  resources: async (...asked) => await (await loaded()).resources(...asked),
  content: async (...asked) => await (await loaded()).content(...asked),
  registerResized: async (...asked) => await (await loaded()).registerResized(...asked),
});

async function loaded(): Promise<TaskDefinitions> {
  const { taskDefinitions } = await import('./ecs-services.ts');
  return taskDefinitions;
}
