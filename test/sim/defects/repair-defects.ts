import type { HealPlan } from '../../../functions/app/diagnose.ts';
import type { Action } from '../../../functions/core/configuration/action-schema.ts';
import type { OnError } from '../../../functions/core/operation/on-error.ts';
import type { Operation, PlannedStep } from '../../../functions/core/operation/operation.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { Defect } from './defect.ts';

const inPlan = (
  name: string,
  breaks: readonly string[],
  change: (steps: HealPlan['steps']) => HealPlan['steps'],
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

const inActions = (
  name: string,
  breaks: readonly string[],
  change: (actions: readonly Action[]) => readonly Action[],
): Defect => ({
  name,
  breaks,
  create: () => ({
    store: (store) => ({
      ...store,
      getPlan: async (planId) => {
        const plan = await store.getPlan(planId);
        return plan && { ...plan, strategy: { ...plan.strategy, actions: change(plan.strategy.actions) } };
      },
    }),
  }),
});

const onAnyError =
  (onError: OnError) =>
  (actions: readonly Action[]): readonly Action[] =>
    actions.map((action) => ({ ...action, onError }));

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
  inActions('carries out the actions in the wrong order', ['12'], (actions) => actions.toReversed()),
  inActions('goes on after an action that must stop it', ['13'], onAnyError('continue')),
  inActions('stops at an action that may be passed over', ['13'], onAnyError('abort')),
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
  {
    name: 'passes a containment off as a repair',
    breaks: ['7'],
    create: () => ({
      store: (store) => ({
        ...store,
        conclude: (conclusion) =>
          store.conclude({ ...conclusion, result: conclusion.state === 'COMPLETED' ? 'SUCCESS' : 'FAILED' }),
      }),
    }),
  },
  {
    name: 'calls nobody to lift a containment',
    breaks: ['7'],
    create: () => ({
      call: async ({ port, args }, proceed) => {
        const body = (args[0] as { readonly body?: { readonly result?: string } } | undefined)?.body;
        return port === 'notifier' && body?.result === 'CONTAINED' ? undefined : await proceed();
      },
    }),
  },
];
