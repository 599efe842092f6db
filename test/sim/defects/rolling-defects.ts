import type { Layout } from '../../../functions/core/operation/layout.ts';
import type { Operation } from '../../../functions/core/operation/operation.ts';
import type { ManagedNode } from '../../../functions/core/operation/target-availability.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { CommandInvocation } from '../../../functions/ports/runbook-runner.ts';
import type { Defect } from './defect.ts';

const inStore = (
  name: string,
  breaks: readonly string[],
  change: (store: OperationStore) => Partial<OperationStore>,
): Defect => ({ name, breaks, create: () => ({ store: (store) => ({ ...store, ...change(store) }) }) });

const inLayout = (
  name: string,
  breaks: readonly string[],
  change: (layout: Layout, operation: Operation | undefined) => Layout,
): Defect =>
  inStore(name, breaks, (store) => ({
    layOut: async (operationId, layout) =>
      await store.layOut(operationId, change(layout, await store.getOperation(operationId))),
  }));

/** Mistakes in how a repair goes through its targets. */
export const ROLLING_DEFECTS: readonly Defect[] = [
  inLayout('repairs all targets at once', ['15'], (layout) => ({
    ...layout,
    batches: [layout.batches.flat()],
  })),
  inLayout('repairs a target in every batch', ['15', '2', '10'], (layout) => ({
    ...layout,
    batches: layout.batches.map((batch) => [...new Set([...batch, ...(layout.batches[0] ?? [])])]),
  })),
  inStore('forgets which targets a batch has', ['15'], (store) => ({
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
  inStore('takes a failed check for a passed one', ['10', '15'], (store) => ({
    recordOutcome: async (step) =>
      await store.recordOutcome(
        step.failsAs === 'BatchNotHealthy' && step.outcome === 'FAILED'
          ? { ...step, outcome: 'SUCCEEDED' }
          : step,
      ),
  })),
  inStore('undoes every batch', ['15'], (store) => ({
    beginRollback: async (operationId, failure, steps) => {
      const { layout } = (await store.getOperation(operationId)) ?? {};
      const all = layout?.batches.flat();
      const everywhere = steps.map((step) => (step.targets && all ? { ...step, targets: all } : step));
      return await store.beginRollback(operationId, failure, everywhere);
    },
  })),
  inStore('leaves the batch that failed as it is', ['8'], (store) => ({
    beginRollback: async (operationId, failure, steps) =>
      await store.beginRollback(
        operationId,
        failure,
        steps.filter(({ targets }) => targets === undefined),
      ),
  })),
  {
    name: 'takes a silent target for a healthy one',
    breaks: ['15'],
    create: () => {
      const looks = new Set<unknown>();
      return {
        call: async (call, proceed) => {
          const answer = await proceed();
          if (call.port !== 'runbooks' || call.functionName !== 'selfheal-act') return answer;
          if (call.method === 'send') {
            const { parameters } = call.args[0] as { readonly parameters: Readonly<Record<string, string>> };
            if (parameters['stepId']?.startsWith('look-')) looks.add(answer);
          }
          if (call.method === 'resolveTargets')
            return (answer as readonly ManagedNode[]).map((node) => ({ ...node, online: true }));
          if (call.method !== 'listInvocations' || !looks.has(call.args[0])) return answer;
          return (answer as readonly CommandInvocation[]).map((each) => ({ ...each, status: 'Success' }));
        },
      };
    },
  },
];
