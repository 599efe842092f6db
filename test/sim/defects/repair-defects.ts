import type { HealPlan } from '../../../functions/app/diagnose.ts';
import type { OnError } from '../../../functions/core/operation/on-error.ts';
import type { Operation, PlannedStep } from '../../../functions/core/operation/operation.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { Defect } from './defect.ts';

const inPlan = (
  name: string,
  breaks: readonly string[],
  change: (steps: readonly PlannedStep[]) => readonly PlannedStep[],
): Defect => ({
  name,
  breaks,
  create: () => ({
    invocation: async ({ functionName }, proceed) => {
      const answer = await proceed();
      if (functionName !== 'selfheal-diagnose' || answer.functionError) return answer;
      const plan = answer.payload as HealPlan;
      return { payload: { ...plan, steps: change(plan.steps) } };
    },
  }),
});

const onAnyError =
  (onError: OnError) =>
  (steps: readonly PlannedStep[]): readonly PlannedStep[] =>
    steps.map((step) => ({ ...step, action: { ...step.action, onError } }));

const inRollback = (
  name: string,
  breaks: readonly string[],
  beginRollback: (store: OperationStore) => OperationStore['beginRollback'],
): Defect => ({
  name,
  breaks,
  create: () => ({ store: (store) => ({ ...store, beginRollback: beginRollback(store) }) }),
});

function numbered(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  return steps.map((step, index) => ({ ...step, stepId: `rollback-${index}` }));
}

/** So much of the time that a repair has. */
const HASTE = 1 / 10;

function hurried(operation: Operation | undefined): Operation | undefined {
  if (operation === undefined) return undefined;
  const { startedAtMs, deadlineMs } = operation;
  return { ...operation, deadlineMs: startedAtMs + (deadlineMs - startedAtMs) * HASTE };
}

/** Mistakes in what a repair does, how long it goes on, and how it is taken back. */
export const REPAIR_DEFECTS: readonly Defect[] = [
  inPlan('never carries out the last action', ['12'], (steps) => steps.slice(0, -1)),
  inPlan('carries out the actions in the wrong order', ['12'], (steps) => {
    const actions = steps.map(({ action }) => action).toReversed();
    return steps.map((step, index) => ({ ...step, action: actions[index] ?? step.action }));
  }),
  inPlan('goes on after an action that must stop it', ['13'], onAnyError('continue')),
  inPlan('stops at an action that may be passed over', ['13'], onAnyError('abort')),
  {
    name: 'stops a repair too early',
    breaks: ['12'],
    create: () => ({
      store: (store) => ({
        ...store,
        getOperation: async (operationId) => hurried(await store.getOperation(operationId)),
      }),
    }),
  },
  inRollback('lays out anew what is left to undo', ['8'], (store) => async (id, failure, laidOut) => {
    const done = new Set((await store.listSteps(id)).map(({ stepId }) => stepId));
    const left = laidOut.filter(({ stepId }) => !done.has(stepId));
    return (await store.beginRollback(id, failure, laidOut)) && numbered(left);
  }),
  inRollback('takes nothing back on hosts that failed', ['8'], (store) => async (id, failure, laidOut) => {
    const steps = await store.listSteps(id);
    const failed = new Set(
      steps.filter(({ outcome }) => outcome !== 'SUCCEEDED').flatMap((step) => step.targets),
    );
    const kept = laidOut.filter(({ targets = [] }) => !targets.some((target) => failed.has(target)));
    return await store.beginRollback(id, failure, numbered(kept));
  }),
];
