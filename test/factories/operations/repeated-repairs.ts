import { admitted, type World } from '../ports/world.ts';
import { conclusionOf } from './admissions.ts';

const TWO_HOURS_MS = 7_200_000;
const FAILED = {
  state: 'FAILED',
  result: 'FAILED',
  failure: { error: 'NotRecovered', cause: '' },
} as const;

/** An operation by a strategy that a person names, which ends at once. Two hours pass after it. */
export async function repaired(world: World, strategy: string, isGood: boolean): Promise<void> {
  const operation = await admitted(world, { strategy });
  await world.store.conclude(conclusionOf(operation, isGood ? {} : FAILED));
  world.clock.now += TWO_HOURS_MS;
}
