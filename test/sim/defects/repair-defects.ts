import type { HealPlan } from '../../../functions/app/heal/diagnose.ts';
import type { Action } from '../../../functions/core/configuration/schema/action-schema.ts';
import type { OnError } from '../../../functions/core/operation/on-error.ts';
import type { Operation, PlannedStep } from '../../../functions/core/operation/operation.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { Defect, DefectRow } from './defect.ts';
import { isCall } from './is-call.ts';

const inPlan = (row: DefectRow, change: (steps: HealPlan['steps']) => HealPlan['steps']): Defect => ({
  ...row,
  create: () => ({
    invocation: async ({ functionName }, proceed) => {
      const answer = await proceed();
      if (functionName !== 'selfheal-diagnose' || answer.functionError) return answer;
      const plan = answer.payload as HealPlan;
      return { payload: { ...plan, steps: change(plan.steps) } };
    },
  }),
});

const inActions = (row: DefectRow, change: (actions: readonly Action[]) => readonly Action[]): Defect => ({
  ...row,
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
  row: DefectRow,
  beginRollback: (store: OperationStore) => OperationStore['beginRollback'],
): Defect => ({
  ...row,
  create: () => ({ store: (store) => ({ ...store, beginRollback: beginRollback(store) }) }),
});

function numbered(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  return steps.map((step, index) => ({ ...step, stepId: `rollback-${index}` }));
}

/** The fraction of its time that a repair gets. */
const HASTE = 1 / 10;

function hurried(operation: Operation | undefined): Operation | undefined {
  if (operation === undefined) return undefined;
  const { startedAtMs, deadlineMs } = operation;
  return { ...operation, deadlineMs: startedAtMs + (deadlineMs - startedAtMs) * HASTE };
}

/** Mistakes in what a repair does, how long it lasts, and how it is undone. */
export const REPAIR_DEFECTS: readonly Defect[] = [
  inPlan({ name: 'skips the last action', breaks: ['12'], caughtWith: 1 }, (steps) => steps.slice(0, -1)),
  inActions(
    { name: 'carries out the actions in the wrong order', breaks: ['12'], caughtWith: 1 },
    (actions) => actions.toReversed(),
  ),
  inActions(
    { name: 'continues after an action that must stop the repair', breaks: ['13'], caughtWith: 1 },
    onAnyError('continue'),
  ),
  inActions(
    { name: 'stops at an action that is allowed to fail', breaks: ['13'], caughtWith: 16 },
    onAnyError('abort'),
  ),
  {
    name: 'gives up a repair too early',
    breaks: ['12'],
    caughtWith: 64,
    create: () => ({
      store: (store) => ({
        ...store,
        getOperation: async (operationId) => hurried(await store.getOperation(operationId)),
      }),
    }),
  },
  inRollback(
    { name: 'plans the rollback again halfway through it', breaks: ['8'], caughtWith: 86 },
    (store) => async (id, failure, laidOut) => {
      const done = new Set((await store.listSteps(id)).map(({ stepId }) => stepId));
      const left = laidOut.filter(({ stepId }) => !done.has(stepId));
      return (await store.beginRollback(id, failure, laidOut)) && numbered(left);
    },
  ),
  inRollback(
    { name: 'undoes nothing on hosts that failed', breaks: ['8'], caughtWith: 1 },
    (store) => async (id, failure, laidOut) => {
      const steps = await store.listSteps(id);
      const failed = new Set(
        steps.filter(({ outcome }) => outcome !== 'SUCCEEDED').flatMap((step) => step.targets),
      );
      const kept = laidOut.filter(({ targets = [] }) => !targets.some((target) => failed.has(target)));
      return await store.beginRollback(id, failure, numbered(kept));
    },
  ),
  {
    name: 'reports a containment as a repair',
    breaks: ['7'],
    caughtWith: 1,
    create: () => ({
      store: (store) => ({
        ...store,
        conclude: (conclusion) =>
          store.conclude({ ...conclusion, result: conclusion.state === 'COMPLETED' ? 'SUCCESS' : 'FAILED' }),
      }),
    }),
  },
  {
    name: 'asks nobody to lift a containment',
    breaks: ['7'],
    caughtWith: 1,
    create: () => ({
      call: async (call, proceed) => {
        const [notification] = call.args as readonly [{ readonly body?: { readonly result?: string } }?];
        const isOfContainment =
          isCall(call, 'escalate', 'notifier', 'notify') && notification?.body?.result === 'CONTAINED';
        return isOfContainment ? undefined : await proceed();
      },
    }),
  },
];
