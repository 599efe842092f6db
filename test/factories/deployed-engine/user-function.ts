import type { FunctionRequest } from '../../../functions/ports/user-functions.ts';
import type { ScriptedHealth } from './health.ts';

/** The Lambda function that landscapes have beside Selfheal. */
export const USER_FUNCTION = 'landscape-healer';

/**
 * What the user's function does, said by its parameter `does`: `heal` the component, `nothing`, `fail` with a reason,
 * `throw`, or `babble`, which is no answer. It keeps a ledger, as the contract asks.
 */
export interface ScriptedFunction {
  readonly handle: (request: FunctionRequest) => unknown;
  /** Every request, repetitions included. */
  readonly requests: FunctionRequest[];
  /** What was done, once for each idempotency key. */
  readonly effects: FunctionRequest[];
}

export function scriptedFunction(health: Pick<ScriptedHealth, 'recover'>): ScriptedFunction {
  const ledger = new Map<string, unknown>();
  const requests: FunctionRequest[] = [];
  const effects: FunctionRequest[] = [];
  const perform = ({ component, phase, parameters }: FunctionRequest): unknown => {
    if (phase === 'undo') return { outcome: 'succeeded', detail: 'as it was' };
    switch (parameters['does']) {
      case 'heal':
        health.recover(component);
        return { outcome: 'succeeded', detail: 'restarted', undo: { version: 41 } };
      case 'nothing':
        return { outcome: 'nothing_to_do', undo: { version: 41 } };
      case 'fail':
        return { outcome: 'failed', detail: 'no capacity' };
      case 'babble':
        return 'ok';
      default:
        throw new RangeError(`cannot do ${String(parameters['does'])}`);
    }
  };
  return {
    requests,
    effects,
    handle: (request) => {
      requests.push(request);
      const { idempotencyKey } = request;
      if (!ledger.has(idempotencyKey)) {
        effects.push(request);
        ledger.set(idempotencyKey, perform(request));
      }
      return ledger.get(idempotencyKey);
    },
  };
}
