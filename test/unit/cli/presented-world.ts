import { triage } from '../../../functions/app/triage/triage.ts';
import { configured, NODE } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { conclusionOf, NOON } from '../../factories/operations/admissions.ts';
import { admitted, createWorld } from '../../factories/ports/world.ts';
import { recordedContext } from './output.ts';

/** No terminal, no colours. */
export const output = recordedContext();

/** One component healed with success, a second request for it refused. */
export async function healedOnce() {
  const world = createWorld(configured({ components: { web: {}, off: { excluded: true } } }));
  const operation = await admitted(world, { reason: 'leaks' });
  const { operationId, component } = operation;
  await world.store.recordStep({
    ...{ operationId, component, stepId: 'heal-0', action: 'start_component', onError: 'abort' },
    ...{ startedAtMs: NOON + 1_000, completedAtMs: NOON + 5_200, outcome: 'SUCCEEDED' },
    ...{ targets: [NODE], detail: 'the service is active' },
  });
  const cooldownUntilMs = NOON + 300_000;
  await world.store.conclude(conclusionOf(operation, { completedAtMs: NOON + 30_000, cooldownUntilMs }));
  world.clock.now = NOON + 60_000;
  await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'again'));
  return { world, operation };
}
