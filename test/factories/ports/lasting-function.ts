import { expect } from 'vitest';
import { act } from '../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../functions/app/heal/prepare-rollback.ts';
import { reconcileStep } from '../../../functions/app/recover/reconcile-step.ts';
import type { StepId } from '../../../functions/core/operation/operation.ts';
import { ServiceUnavailable } from '../../../functions/ports/errors.ts';
import { configured } from '../configuration.ts';
import { admitted, createWorld, inputOf } from './world.ts';

/** An action whose function answers while its work goes on. */
export const REBUILD = {
  type: 'invoke_function',
  params: { function: 'rebuild:live', undo: true, lasting: true },
  timeoutSeconds: 300,
  onError: 'rollback',
};
const { lasting: _, ...briefParams } = REBUILD.params;
/** The same function, where the configuration does not say that its work goes on. */
export const BRIEF = { ...REBUILD, timeoutSeconds: 30, params: briefParams };
export const STARTED = { payload: { outcome: 'running', reference: 'job 17', undo: { version: 41 } } };

/** An admitted operation with one action, whose function answers that it has started. */
export async function operationOn(action: object, more: object = {}) {
  const world = createWorld(
    configured({
      settings: { repairTimeoutSeconds: 3_600 },
      components: {
        web: {
          targets: { ecsService: 'prod/search' },
          service: undefined,
          alarms: undefined,
          health: { url: 'https://search.example.com/' },
          signals: ['memory'],
        },
      },
      strategies: [{ actions: [action], ...more }],
    }),
  );
  const operation = await admitted(world);
  const { operationId, component } = operation;
  world.functions.answer = () => STARTED;
  const step = (stepId: StepId, more: object = {}) =>
    act(world, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...more } });
  return {
    world,
    operation,
    step,
    says: (said: object) => {
      world.functions.says = () => ({ payload: said });
    },
    record: (stepId: StepId) => world.store.getStep(operationId, stepId),
    /** A round of the reconciler, that many seconds after the last. */
    later: async (seconds: number) => {
      world.clock.now += seconds * 1_000;
      const claim = await world.store.getClaim(component);
      if (!claim) throw new Error('the claim is gone');
      return await reconcileStep(world, { ...claim, component });
    },
    loseAnswer: async () => {
      world.functions.answer = () => {
        throw new ServiceUnavailable('its answer was lost');
      };
      await expect(step('heal-0')).rejects.toThrow(ServiceUnavailable);
      world.functions.answer = () => ({ payload: { outcome: 'succeeded' } });
    },
    undo: async () => {
      const failure = { error: 'ActionFailed', cause: 'broken' };
      const { steps } = await prepareRollback(world, { operationId, failure });
      for (const { stepId, ...planned } of steps) await step(stepId, planned);
      return steps;
    },
  };
}

/** The same, with its function at work. */
export async function rebuilding(action: object = REBUILD, more: object = {}) {
  const lab = await operationOn(action, more);
  await lab.step('heal-0');
  return lab;
}
