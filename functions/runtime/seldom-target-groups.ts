import type { TargetGroups } from '../ports/target-groups.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Elastic Load Balancing is loaded with the first call: few components are drained. */
export const seldomTargetGroups: PortBuilder<'targetGroups'> = () => ({
  read: async (...asked) => await (await loaded()).read(...asked),
  register: async (...asked) => await (await loaded()).register(...asked),
  deregister: async (...asked) => await (await loaded()).deregister(...asked),
});

async function loaded(): Promise<TargetGroups> {
  const { targetGroups } = await import('./target-groups.ts');
  return targetGroups;
}
