import type { FunctionLook, FunctionRequest } from '../../../functions/ports/user-functions.ts';
import { createLocalFunctions } from '../../../local/embedded/lambda/user-functions.ts';
import type { Effect, ExecutorUnderTest } from './executor-under-test.ts';

const FUNCTION = 'orders-healer';
const params = { function: FUNCTION, undo: true };
const component = {
  targets: { custom: 'orders' },
  service: undefined,
  alarms: undefined,
  signals: ['memory'],
  health: { url: 'https://orders.example.com/' },
};

/** A function that keeps the contract of docs/own-actions.md: it remembers the keys of its requests. */
export const userFunction: ExecutorUnderTest = {
  name: 'function',
  component,
  action: { type: 'invoke_function', params, onError: 'rollback' },
  undo: { type: 'invoke_function', params: { ...params, phase: 'undo' } },
  open: ({ random }) => {
    const ledger = new Map<string, unknown>();
    const effects: Effect[] = [];
    return {
      ports: {
        functions: createLocalFunctions({
          [FUNCTION]: (request) => {
            const { idempotencyKey, phase, targets } = request as FunctionRequest;
            if (!ledger.has(idempotencyKey)) {
              effects.push(...targets.map((target) => ({ phase, target })));
              ledger.set(idempotencyKey, { outcome: random() < 0.9 ? 'succeeded' : 'failed', undo: 41 });
            }
            return ledger.get(idempotencyKey);
          },
        }),
      },
      effects: () => effects,
    };
  },
};

const LASTING = { ...params, lasting: true };
/** Some jobs take longer than the action may, and some go on long after that and cannot be cancelled. */
const LONGEST_MS = 300_000;
const ENDLESS_MS = 1_200_000;

/**
 * A function that keeps the contract and answers while its work goes on: a job, which has its effect when it ends, and
 * can be cancelled until then.
 */
export const lastingFunction: ExecutorUnderTest = {
  name: 'function that lasts',
  component,
  action: { type: 'invoke_function', params: LASTING, onError: 'rollback', timeoutSeconds: 240 },
  undo: { type: 'invoke_function', params: { ...LASTING, phase: 'undo' }, timeoutSeconds: 240 },
  open: ({ clock, random }) => {
    const ledger = new Map<string, { outcome: string; isStubborn: boolean }>();
    const effects: Effect[] = [];
    const overlaps: string[] = [];
    const start = ({ idempotencyKey, phase, targets }: FunctionRequest): void => {
      const running = [...ledger].filter(([, { outcome }]) => outcome === 'running').map(([key]) => key);
      overlaps.push(...running.map((key) => `${idempotencyKey} began while ${key} was running`));
      const job = { outcome: 'running', isStubborn: random() < 0.1 };
      ledger.set(idempotencyKey, job);
      clock.after(job.isStubborn ? ENDLESS_MS : random() * LONGEST_MS, () => {
        if (job.outcome !== 'running') return;
        job.outcome = random() < 0.9 ? 'succeeded' : 'failed';
        effects.push(...targets.map((target): Effect => ({ phase, target })));
      });
    };
    const look = ({ idempotencyKey, phase }: FunctionLook): unknown => {
      const job = ledger.get(idempotencyKey);
      const mayEnd = job?.outcome === 'running' && !job.isStubborn;
      if (mayEnd && phase === 'cancel' && random() < 0.5) job.outcome = 'cancelled';
      return job ?? { outcome: 'unknown' };
    };
    return {
      ports: {
        functions: createLocalFunctions({
          [FUNCTION]: (request) => {
            if (!('targets' in request)) return look(request);
            if (!ledger.has(request.idempotencyKey)) start(request);
            return ledger.get(request.idempotencyKey);
          },
        }),
      },
      effects: () => effects,
      contradictions: () => overlaps,
    };
  },
};
