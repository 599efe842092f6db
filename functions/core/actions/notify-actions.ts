import * as z from 'zod/mini';
import type { NotifyAction } from './action-definition.ts';

const params = z.strictObject({
  message: z
    .optional(z.string().check(z.minLength(1), z.maxLength(500)))
    .check(z.describe('The first sentence of the notification.')),
});

/** Publishes the operation's progress to the SOC's topic. */
export const notifySoc: NotifyAction = {
  kind: 'notify',
  type: 'notify_soc',
  topic: 'soc',
  summary: 'Notify the SOC through its SNS topic.',
  params,
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 30,
};

/** Publishes the operation's progress to the architect's topic. */
export const notifyArchitect: NotifyAction = {
  kind: 'notify',
  type: 'notify_architect',
  topic: 'architect',
  summary: 'Notify the architect through their SNS topic.',
  params,
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 30,
};
