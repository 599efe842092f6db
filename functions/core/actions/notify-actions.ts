import * as z from 'zod/mini';
import type { NotificationAction } from './action-definition.ts';

const params = z.strictObject({
  message: z
    .optional(z.string().check(z.minLength(1), z.maxLength(500)))
    .check(z.describe('The first sentence of the notification.')),
});

/** Publishes the operation's progress to the SOC's topic. */
export const notifySoc: NotificationAction = {
  executor: 'notification',
  type: 'notify_soc',
  targetKinds: [],
  topic: 'soc',
  summary: 'Notify the SOC through its SNS topic.',
  params,
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 30,
};

/** Publishes the operation's progress to the architect's topic. */
export const notifyArchitect: NotificationAction = {
  executor: 'notification',
  type: 'notify_architect',
  targetKinds: [],
  topic: 'architect',
  summary: 'Notify the architect through their SNS topic.',
  params,
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 30,
};
