import { createLocalFunctions } from '../../../local/embedded/lambda/user-functions.ts';
import type { Effect, ExecutorUnderTest } from './executor-under-test.ts';

const FUNCTION = 'orders-healer';
const params = { function: FUNCTION, undo: true };

/** A function that keeps the contract of docs/own-actions.md: it remembers the keys of its requests. */
export const userFunction: ExecutorUnderTest = {
  name: 'function',
  component: {
    targets: { custom: 'orders' },
    service: undefined,
    alarms: undefined,
    signals: ['memory'],
    health: { url: 'https://orders.example.com/' },
  },
  action: { type: 'invoke_function', params, onError: 'rollback' },
  undo: { type: 'invoke_function', params: { ...params, phase: 'undo' } },
  open: ({ random }) => {
    const ledger = new Map<string, unknown>();
    const effects: Effect[] = [];
    return {
      ports: {
        functions: createLocalFunctions({
          [FUNCTION]: ({ idempotencyKey, phase, targets }) => {
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
