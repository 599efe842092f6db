import type { Claim } from '../../../functions/core/admission/records.ts';
import type { ExecutionState } from '../../../functions/ports/executions.ts';
import type { InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Defect, DefectRow } from './defect.ts';
import { isCall } from './is-call.ts';

const inCalls = (row: DefectRow, create: () => InterceptCall): Defect => ({
  ...row,
  create: () => ({ call: create() }),
});

/** Longer than a verification may wait near its time-out. */
const TOO_LONG_SECONDS = 20;

/** Mistakes in how a function handles an answer. */
export const CALL_DEFECTS: readonly Defect[] = [
  inCalls(
    { name: 'treats no answer as healthy', breaks: ['7'], caughtWith: 9 },
    () => async (call, proceed) => {
      const answer = await proceed();
      return isCall(call, 'verify', 'endpoints', 'probe') && answer === 'no-answer' ? 'good' : answer;
    },
  ),
  inCalls({ name: 'accepts a single healthy probe', breaks: ['7'], caughtWith: 2 }, () => {
    const seenGood = new Set<unknown>();
    return async (call, proceed) => {
      if (isCall(call, 'verify', 'tokens')) seenGood.clear();
      if (!isCall(call, 'verify', 'endpoints', 'probe')) return await proceed();
      const [url] = call.args;
      const observation = seenGood.has(url) ? 'good' : await proceed();
      if (observation === 'good') seenGood.add(url);
      return observation;
    };
  }),
  inCalls({ name: 'completes whichever step is waiting', breaks: ['10'], caughtWith: 6 }, () => {
    let lastStepId: unknown;
    return async (call, proceed) => {
      const answer = await proceed();
      if (isCall(call, 'command-status', 'store', 'getStep')) lastStepId = call.args[1];
      if (!isCall(call, 'command-status', 'store', 'getClaim') || !answer) return answer;
      const claim = answer as Claim;
      return { ...claim, step: { ...claim.step, stepId: lastStepId } };
    };
  }),
  inCalls(
    { name: 'does not escalate a failure', breaks: ['8'], caughtWith: 1 },
    () => async (call, proceed) => {
      if (isCall(call, 'escalate', 'notifier', 'notify')) return undefined;
      return await proceed();
    },
  ),
  inCalls(
    { name: 'does not report a control that had no effect', breaks: ['6'], caughtWith: 3 },
    () => async (call, proceed) => {
      const [notification] = call.args as readonly [{ readonly body?: { readonly kind?: unknown } }?];
      const isOfControl = notification?.body?.kind === 'control-without-effect';
      if (isCall(call, 'triage', 'notifier', 'notify') && isOfControl) return undefined;
      return await proceed();
    },
  ),
  inCalls(
    { name: 'does not hand alarms that are still red back to triage', breaks: ['11'], caughtWith: 1 },
    () => async (call, proceed) => {
      if (isCall(call, 'reconcile', 'events', 'signal')) return undefined;
      return await proceed();
    },
  ),
  inCalls(
    { name: 'does not poll silent commands', breaks: ['5', 'liveness'], caughtWith: 1 },
    () => async (call, proceed) => {
      if (isCall(call, 'reconcile', 'runbooks')) return undefined;
      if (isCall(call, 'reconcile', 'store', 'recordOutcome')) return false;
      return await proceed();
    },
  ),
  inCalls(
    { name: 'takes a running rollback for a dead one', breaks: ['8'], caughtWith: 37 },
    () => async (call, proceed) => {
      const answer = await proceed();
      const isOfUndoing =
        isCall(call, 'reconcile', 'executions', 'describe') && `${call.args[0]}`.endsWith('-undo');
      return isOfUndoing && (answer as ExecutionState).status === 'RUNNING' ? { status: 'FAILED' } : answer;
    },
  ),
  inCalls({ name: 'overruns the verification time-out', breaks: ['17'], caughtWith: 26 }, () => {
    return async (call, proceed) => {
      const [, outcome] = call.args as readonly [unknown, { readonly verdict?: unknown }?];
      if (isCall(call, 'verify', 'tokens', 'succeed') && outcome?.verdict === 'waiting')
        Object.assign(outcome, { waitSeconds: TOO_LONG_SECONDS });
      return await proceed();
    };
  }),
];
