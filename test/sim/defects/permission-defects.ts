import { NotPermitted, ServiceUnavailable } from '../../../functions/ports/errors.ts';
import type { Defect } from './defect.ts';
import { isCall } from './is-call.ts';

/** Mistakes in the handling of missing permissions, and of commands that may still act. */
export const PERMISSION_DEFECTS: readonly Defect[] = [
  {
    name: 'treats a missing verification permission as an outage',
    breaks: ['16'],
    caughtWith: 62,
    create: () => ({
      call: async ({ functionName }, proceed) => {
        try {
          return await proceed();
        } catch (error) {
          if (functionName !== 'selfheal-verify' || !(error instanceof NotPermitted)) throw error;
          throw new ServiceUnavailable(error.message);
        }
      },
    }),
  },
  {
    name: 'treats a forbidden alarm query as no answer',
    breaks: ['16'],
    caughtWith: 232,
    create: () => ({
      call: async (call, proceed) => {
        try {
          return await proceed();
        } catch (error) {
          if (!(isCall(call, 'verify', 'alarms') && error instanceof NotPermitted)) throw error;
          throw new ServiceUnavailable(error.message);
        }
      },
    }),
  },
  {
    name: 'undoes a repair that it is not permitted to verify',
    breaks: ['16'],
    caughtWith: 69,
    create: () => ({
      invocation: async ({ functionName }, proceed) => {
        const answer = await proceed();
        return functionName === 'selfheal-verify' && answer.functionError?.errorType === 'NotPermitted'
          ? { functionError: { ...answer.functionError, errorType: 'VerificationFailed' } }
          : answer;
      },
    }),
  },
  {
    name: 'lets commands run on while it undoes their repair',
    breaks: ['16'],
    caughtWith: 33,
    create: () => ({
      call: async (call, proceed) =>
        isCall(call, 'prepare-rollback', 'runbooks', 'cancel') ? undefined : await proceed(),
    }),
  },
  {
    name: 'does not report a missing permission',
    breaks: ['16'],
    caughtWith: 26,
    create: () => ({
      call: async (call, proceed) => {
        const [notification] = call.args as readonly [{ readonly body?: { readonly kind?: unknown } }?];
        const isOfPermission = notification?.body?.kind === 'permission-missing';
        return isCall(call, 'reconcile', 'notifier', 'notify') && isOfPermission
          ? undefined
          : await proceed();
      },
    }),
  },
];
