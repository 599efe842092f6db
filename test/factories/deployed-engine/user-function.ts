import type { FunctionLook, FunctionRequest } from '../../../functions/ports/user-functions.ts';
import type { ScriptedHealth } from './health.ts';

/** The Lambda function that landscapes have beside Selfheal. */
export const USER_FUNCTION = 'landscape-healer';

/**
 * What the user's function does, said by its parameter `does`: `heal` the component, `nothing`, `fail` with a reason,
 * `throw`, or `babble`, which is no answer. It may also start to `rebuild` the component, which is healed once it is asked
 * how far it has come, or to `hang` until it is cancelled. It keeps a ledger, as the contract asks.
 */
export interface ScriptedFunction {
  readonly handle: (request: FunctionRequest | FunctionLook) => unknown;
  /** Every request to do or undo something, repetitions included. */
  readonly requests: FunctionRequest[];
  /** Every question about what it has started. */
  readonly looks: FunctionLook[];
  /** What was done, once for each idempotency key. */
  readonly effects: FunctionRequest[];
}

const STARTED = { outcome: 'running', reference: 'job-17', undo: { version: 41 } };

export function scriptedFunction(health: Pick<ScriptedHealth, 'recover'>): ScriptedFunction {
  const ledger = new Map<string, unknown>();
  const requests: FunctionRequest[] = [];
  const looks: FunctionLook[] = [];
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
      case 'rebuild':
      case 'hang':
        return STARTED;
      case 'babble':
        return 'ok';
      default:
        throw new RangeError(`cannot do ${String(parameters['does'])}`);
    }
  };
  const look = ({ idempotencyKey: key, phase }: FunctionLook): unknown => {
    const begun = effects.find(({ idempotencyKey }) => idempotencyKey === key);
    if (!begun) return { outcome: 'unknown' };
    if (ledger.get(key) === STARTED && phase === 'cancel') ledger.set(key, { outcome: 'cancelled' });
    else if (ledger.get(key) === STARTED && begun.parameters['does'] === 'rebuild') {
      health.recover(begun.component);
      ledger.set(key, { outcome: 'succeeded', detail: 'rebuilt', undo: { version: 42 } });
    }
    return ledger.get(key);
  };
  return {
    requests,
    looks,
    effects,
    handle: (request) => {
      if (!('targets' in request)) {
        looks.push(request);
        return look(request);
      }
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
