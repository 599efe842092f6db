import type { Layout } from '../../../functions/core/operation/layout.ts';
import type { Operation } from '../../../functions/core/operation/operation.ts';
import type { ManagedNode } from '../../../functions/core/operation/target-availability.ts';
import type { CommandInvocation } from '../../../functions/ports/runbook-runner.ts';
import { type Defect, type DefectRow, inOutcomes, inStore } from './defect.ts';
import { isCall } from './is-call.ts';

const inLayout = (
  row: DefectRow,
  change: (layout: Layout, operation: Operation | undefined) => Layout,
): Defect =>
  inStore(row, (store) => ({
    layOut: async (operationId, layout) =>
      await store.layOut(operationId, change(layout, await store.getOperation(operationId))),
  }));

/** Mistakes in the order in which a repair handles its targets. */
export const ROLLING_DEFECTS: readonly Defect[] = [
  inLayout({ name: 'repairs all targets at once', breaks: ['15'], caughtWith: 2 }, (layout) => ({
    ...layout,
    batches: [layout.batches.flat()],
  })),
  inLayout(
    { name: 'repairs the first batch again with every other', breaks: ['15', '2', '10'], caughtWith: 2 },
    (layout) => ({
      ...layout,
      batches: layout.batches.map((batch) => [...new Set([...batch, ...(layout.batches[0] ?? [])])]),
    }),
  ),
  inStore({ name: 'ignores which targets belong to a batch', breaks: ['15'], caughtWith: 2 }, (store) => ({
    getOperation: async (operationId) => {
      const operation = await store.getOperation(operationId);
      if (!operation?.layout) return operation;
      const all = operation.layout.batches.flat();
      return {
        ...operation,
        layout: { ...operation.layout, batches: operation.layout.batches.map(() => all) },
      };
    },
  })),
  inStore({ name: 'treats a failed batch check as passed', breaks: ['10', '15'], caughtWith: 2 }, (store) =>
    inOutcomes(store, (step) =>
      step.failsAs === 'BatchNotHealthy' && step.outcome === 'FAILED'
        ? { ...step, outcome: 'SUCCEEDED' }
        : step,
    ),
  ),
  inStore({ name: 'undoes every batch', breaks: ['15'], caughtWith: 4 }, (store) => ({
    beginRollback: async (operationId, failure, steps) => {
      const { layout } = (await store.getOperation(operationId)) ?? {};
      const all = layout?.batches.flat();
      const everywhere = steps.map((step) => (step.targets && all ? { ...step, targets: all } : step));
      return await store.beginRollback(operationId, failure, everywhere);
    },
  })),
  inStore({ name: 'does not undo the batch that failed', breaks: ['8'], caughtWith: 1 }, (store) => ({
    beginRollback: async (operationId, failure, steps) =>
      await store.beginRollback(
        operationId,
        failure,
        steps.filter(({ targets }) => targets === undefined),
      ),
  })),
  {
    name: 'treats a silent target as healthy',
    breaks: ['15'],
    caughtWith: 17,
    create: () => {
      const looks = new Set<unknown>();
      return {
        call: async (call, proceed) => {
          const answer = await proceed();
          if (isCall(call, 'act', 'runbooks', 'send')) {
            const { parameters } = call.args[0] as { readonly parameters: Readonly<Record<string, string>> };
            if (parameters['stepId']?.startsWith('look-')) looks.add(answer);
          }
          if (isCall(call, 'act', 'runbooks', 'resolveTargets'))
            return (answer as readonly ManagedNode[]).map((node) => ({ ...node, online: true }));
          if (!isCall(call, 'act', 'runbooks', 'listInvocations') || !looks.has(call.args[0])) return answer;
          return (answer as readonly CommandInvocation[]).map((each) => ({ ...each, status: 'Success' }));
        },
      };
    },
  },
];
