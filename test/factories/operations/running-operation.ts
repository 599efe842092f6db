import { act } from '../../../functions/app/heal/act.ts';
import { prepareRollback } from '../../../functions/app/heal/prepare-rollback.ts';
import { reconcileStep } from '../../../functions/app/recover/reconcile-step.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type {
  Operation,
  PlannedStep,
  StepId,
  StepRecord,
} from '../../../functions/core/operation/operation.ts';
import { configured } from '../configuration.ts';
import { admitted, inputOf, type World } from '../ports/world.ts';

const FAILURE = { error: 'NotRecovered', cause: 'still failing' };
const ROUND_MS = 60_000;

/**
 * The component `web` on a resource of AWS, and its only strategy.
 *
 * @param more other keys of the component
 */
export function resourceConfiguration(
  targets: object,
  strategy: { readonly actions: readonly object[]; readonly rollback?: object },
  more: object = {},
): CompiledConfiguration {
  return configured({
    settings: { repairTimeoutSeconds: 3_600 },
    components: {
      web: {
        ...{ targets, service: undefined, alarms: undefined, signals: ['memory'] },
        health: { url: 'https://orders.example.com/' },
        ...more,
      },
    },
    strategies: [strategy],
  });
}

/** An operation on the component `web`, and what the state machine and the reconciler do with it. */
export interface RunningOperation {
  readonly operation: Operation;
  readonly operationId: string;
  readonly record: (stepId: StepId) => Promise<StepRecord | undefined>;
  /**
   * Carries a step out as far as one call of the function gets.
   *
   * @param planned what an undo step was laid out as
   * @param deps a world with ports that fail. @default the operation's
   */
  readonly step: (stepId: StepId, planned?: object, deps?: World) => Promise<StepRecord | undefined>;
  /** A round of the reconciler, once the step has been silent. @throws Error if nothing is claimed */
  readonly reconcile: (afterMs?: number) => ReturnType<typeof reconcileStep>;
  /** The same, also where nothing is claimed; with what is then on record of a step. */
  readonly reconciled: (stepId: StepId, afterMs?: number) => Promise<StepRecord | undefined>;
  /** What is to be undone. @param afterMs how long the operation has run until it fails */
  readonly undoSteps: (afterMs?: number) => Promise<readonly PlannedStep[]>;
  /** Undoes it step by step. */
  readonly undo: (afterMs?: number) => Promise<readonly (StepRecord | undefined)[]>;
}

/** Admits an operation on a signal of the component `web`. */
export async function runningOperation(world: World, signal: object = {}): Promise<RunningOperation> {
  const operation = await admitted(world, { ...signal });
  const { operationId } = operation;
  const record: RunningOperation['record'] = (stepId) => world.store.getStep(operationId, stepId);
  const step: RunningOperation['step'] = async (stepId, planned = {}, deps = world) => {
    await act(deps, { ...inputOf(operation, `token-${stepId}`), step: { stepId, ...planned } });
    return await record(stepId);
  };
  const claimed = async () => {
    const claim = await world.store.getClaim('web');
    return claim && { ...claim, component: 'web' };
  };
  const undoSteps: RunningOperation['undoSteps'] = async (afterMs = 0) => {
    world.clock.now += afterMs;
    return (await prepareRollback(world, { operationId, failure: FAILURE })).steps;
  };
  return {
    ...{ operation, operationId, record, step, undoSteps },
    reconcile: async (afterMs = ROUND_MS) => {
      world.clock.now += afterMs;
      const claim = await claimed();
      if (!claim) throw new Error('nothing is claimed');
      return await reconcileStep(world, claim);
    },
    reconciled: async (stepId, afterMs = ROUND_MS) => {
      world.clock.now += afterMs;
      const claim = await claimed();
      if (claim) await reconcileStep(world, claim);
      return await record(stepId);
    },
    undo: async (afterMs) => {
      const records: (StepRecord | undefined)[] = [];
      for (const planned of await undoSteps(afterMs)) records.push(await step(planned.stepId, planned));
      return records;
    },
  };
}
