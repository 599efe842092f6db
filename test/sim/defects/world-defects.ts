import type { ExecutionState } from '../../../functions/ports/executions.ts';
import type { InvokeAnswer } from '../../../local/embedded/lambda/lambda-function.ts';
import { type Defect, inOutcomes } from './defect.ts';
import { isCall } from './is-call.ts';

const DONE: InvokeAnswer = { payload: null };
const RUNNING: ExecutionState = { status: 'RUNNING' };
const REFUSED: InvokeAnswer = {
  functionError: { errorType: 'StepRefused', errorMessage: 'the operation has ended' },
};

interface StepPayload {
  readonly operationId: string;
  readonly step: { readonly stepId: string };
}

/** Mistakes of whole functions, of the state machine, and of the hosts' runbooks. */
export const WORLD_DEFECTS: readonly Defect[] = [
  {
    name: 'keeps no ledger on the hosts',
    breaks: ['2'],
    caughtWith: 2,
    create: () => ({
      hosts: (hosts) => ({
        nodes: hosts.nodes,
        reachable: hosts.reachable,
        runScript: (instanceId, run) => {
          hosts.loseDisk(instanceId);
          return hosts.runScript(instanceId, run);
        },
      }),
    }),
  },
  {
    name: 'keeps no fence on the hosts',
    breaks: ['1'],
    caughtWith: 5,
    create: () => ({
      hosts: (hosts) => {
        const highest = new Map<string, number>();
        return {
          nodes: hosts.nodes,
          reachable: hosts.reachable,
          runScript: (instanceId, run) => {
            const key = `${instanceId} ${run.parameters?.['component']?.[0]}`;
            const fence = Number(run.parameters?.['fence']?.[0] ?? 0);
            if (fence < (highest.get(key) ?? 0)) hosts.loseDisk(instanceId);
            highest.set(key, Math.max(fence, highest.get(key) ?? 0));
            return hosts.runScript(instanceId, run);
          },
        };
      },
    }),
  },
  {
    name: 'stops the rollback at the first step that fails',
    breaks: ['8'],
    caughtWith: 6,
    create: () => {
      const failed = new Set<string>();
      return {
        store: (store) => ({
          ...store,
          ...inOutcomes(store, (step) => {
            if (step.stepId.startsWith('rollback-') && step.outcome !== 'SUCCEEDED')
              failed.add(step.operationId);
            return step;
          }),
        }),
        invocation: async ({ functionName, payload }, proceed) => {
          if (functionName !== 'selfheal-act') return await proceed();
          const { operationId, step } = payload as StepPayload;
          return step.stepId.startsWith('rollback-') && failed.has(operationId) ? REFUSED : await proceed();
        },
      };
    },
  },
  {
    name: 'does not recover operations whose execution was stopped',
    breaks: ['5', 'liveness'],
    caughtWith: 1,
    create: () => ({
      invocation: async ({ functionName }, proceed) =>
        functionName === 'selfheal-execution-ended' ? DONE : await proceed(),
      call: async (call, proceed) =>
        isCall(call, 'reconcile', 'executions', 'describe') ? RUNNING : await proceed(),
    }),
  },
  {
    name: 'reports an operation as ended without recording its end',
    breaks: ['17'],
    caughtWith: 5,
    create: () => ({
      // The reconciler ends an operation only if the event of its execution's end is lost.
      invocation: async ({ functionName }, proceed) =>
        functionName === 'selfheal-execution-ended' ? DONE : await proceed(),
      call: async (call, proceed) =>
        isCall(call, 'reconcile', 'store', 'conclude') ? 'concluded' : await proceed(),
    }),
  },
  {
    name: 'treats every delivery of a signal as a new signal',
    breaks: ['6'],
    caughtWith: 22,
    create: () => {
      let number = 0;
      return {
        store: (store) => ({
          ...store,
          readLimits: async (component, operationId) => {
            const { limits } = await store.readLimits(component, operationId);
            return { limits };
          },
          admit: async (operation, grant, limits) => {
            number += 1;
            const operationId = `${operation.operationId.slice(0, -4)}${number.toString(16).padStart(4, '0')}`;
            const claim = { ...grant.claim, operationId };
            // The execution is named after the operation's id, so the operation itself needs the new one.
            Object.assign(operation, { operationId });
            return await store.admit(operation, { ...grant, operationId, claim }, limits);
          },
        }),
      };
    },
  },
];
