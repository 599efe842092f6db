import * as z from 'zod';
import type { NotifyAction } from './action-definition.ts';

const params = z.strictObject({
  message: z.string().min(1).max(500).optional().describe('The first sentence of the notification.'),
});

/** Publishes what is going on to the SOC's topic. */
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

/** Publishes what is going on to the architect's topic. */
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
