import type { ScalingGroups } from '../ports/scaling-groups.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of Auto Scaling is loaded with the first call: few strategies scale a group. */
export const seldomScalingGroups: PortBuilder<'scalingGroups'> = () => ({
  read: async (...asked) => await (await loaded()).read(...asked),
  setCapacity: async (...asked) => await (await loaded()).setCapacity(...asked),
});

async function loaded(): Promise<ScalingGroups> {
  const { scalingGroups } = await import('./scaling-groups.ts');
  return scalingGroups;
}
