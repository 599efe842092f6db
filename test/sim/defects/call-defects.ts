import type { Claim } from '../../../functions/core/admission/records.ts';
import type { DependencyCall, InterceptCall } from '../../../local/embedded/lambda/sandbox.ts';
import type { Defect } from './defect.ts';

const inCalls = (name: string, breaks: readonly string[], create: () => InterceptCall): Defect => ({
  name,
  breaks,
  create: () => ({ call: create() }),
});

const isCall = (call: DependencyCall, functionName: string, port: string, method: string) =>
  call.functionName === `selfheal-${functionName}` && call.port === port && call.method === method;

/** Mistakes in what a function makes of what it is answered. */
export const CALL_DEFECTS: readonly Defect[] = [
  inCalls('takes no answer for a good one', ['7'], () => async (call, proceed) => {
    const answer = await proceed();
    return isCall(call, 'verify', 'endpoints', 'probe') && answer === 'no-answer' ? 'good' : answer;
  }),
  inCalls('is content with one good look', ['7'], () => {
    const seenGood = new Set<unknown>();
    return async (call, proceed) => {
      if (call.functionName === 'selfheal-verify' && call.port === 'tokens') seenGood.clear();
      if (!isCall(call, 'verify', 'endpoints', 'probe')) return await proceed();
      const [url] = call.args;
      const observation = seenGood.has(url) ? 'good' : await proceed();
      if (observation === 'good') seenGood.add(url);
      return observation;
    };
  }),
  inCalls('completes the step that waits, whichever that is', ['10'], () => {
    let lastStepId: unknown;
    return async (call, proceed) => {
      const answer = await proceed();
      if (call.functionName !== 'selfheal-command-status') return answer;
      if (call.method === 'getStep') lastStepId = call.args[1];
      if (call.method !== 'getClaim' || !answer) return answer;
      const claim = answer as Claim;
      return { ...claim, step: { ...claim.step, stepId: lastStepId } };
    };
  }),
  inCalls('tells nobody of a failure', ['8'], () => async (call, proceed) => {
    if (isCall(call, 'escalate', 'notifier', 'notify')) return undefined;
    return await proceed();
  }),
  inCalls('notifies nobody of a control without effect', ['6'], () => async (call, proceed) => {
    const [notification] = call.args as readonly [{ readonly body?: { readonly kind?: unknown } }?];
    const isOfControl = notification?.body?.kind === 'control-without-effect';
    if (isCall(call, 'triage', 'notifier', 'notify') && isOfControl) return undefined;
    return await proceed();
  }),
  inCalls('does not hand back alarms that are still red', ['11'], () => async (call, proceed) => {
    if (isCall(call, 'reconcile', 'events', 'signal')) return undefined;
    return await proceed();
  }),
  inCalls('does not poll silent commands', ['5', 'liveness'], () => async (call, proceed) => {
    if (call.functionName === 'selfheal-reconcile' && call.port === 'runbooks') return undefined;
    if (isCall(call, 'reconcile', 'store', 'recordOutcome')) return false;
    return await proceed();
  }),
  inCalls('takes an undoing that still runs for one that has gone', ['8'], () => async (call, proceed) => {
    const answer = await proceed();
    const isOfUndoing =
      isCall(call, 'reconcile', 'executions', 'status') && `${call.args[0]}`.endsWith('-undo');
    return isOfUndoing && answer === 'RUNNING' ? 'FAILED' : answer;
  }),
];
