import { prepareRollback } from '../../../functions/app/heal/prepare-rollback.ts';
import { configured } from '../configuration.ts';
import { admitted, createWorld } from '../ports/world.ts';
import { NOON, stepOf } from './admissions.ts';

export const failure = { error: 'NotRecovered', cause: 'bad after 30 s' };
export const ISOLATING = {
  actions: [
    { type: 'graceful_stop' },
    { type: 'isolate_network', onError: 'continue' },
    { type: 'start_component', onError: 'rollback' },
  ],
  rollback: { actions: [{ type: 'notify_soc' }] },
};

/** An operation whose steps ended so, in order; `undefined`: not begun. */
export async function failed(
  strategy: Readonly<Record<string, unknown>>,
  outcomes: readonly ('SUCCEEDED' | 'FAILED' | undefined)[] = [],
  settings = {},
) {
  const world = createWorld(configured({ settings, strategies: [strategy] }));
  const operation = await admitted(world);
  const actions = world.configuration.strategies[0]?.actions ?? [];
  for (const [index, outcome] of outcomes.entries()) {
    const { type = '', onError = 'abort' } = actions[index] ?? {};
    const step = stepOf(operation, {
      stepId: `heal-${index}`,
      action: type,
      onError,
      startedAtMs: NOON + index,
    });
    if (outcome) await world.store.recordOutcome({ ...step, outcome, completedAtMs: NOON });
  }
  const { operationId } = operation;
  const prepare = async () => {
    const { steps } = await prepareRollback(world, { operationId, failure });
    return steps.map(({ stepId, action }) => `${stepId} ${action.type}`);
  };
  return { world, operation, operationId, prepare };
}
