import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld, inputOf, plannedStep } from '../../../factories/ports/world.ts';

/** An operation whose first action was sent, and whose execution runs. */
export async function acting(action: Readonly<Record<string, unknown>> = {}) {
  const strategies = [{ actions: [{ type: 'start_component', timeoutSeconds: 60, ...action }] }];
  const world = createWorld(configured({ strategies, components: { web: {} } }));
  const operation = await admitted(world);
  const { operationId } = operation;
  await world.executions.start(operationId, inputOf(operation));
  const input = { ...inputOf(operation), step: plannedStep(world, operation) };
  const step = () => world.store.getStep(operationId, 'heal-0');
  const later = async (seconds: number) => {
    world.clock.now += seconds * 1_000;
    return await reconcile(world);
  };
  return { world, operation, operationId, input, step, later };
}
