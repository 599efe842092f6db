import * as z from 'zod/mini';
import { SIGNAL_ORIGINS } from '../signal/health-alert.ts';

const text = z.exactOptional(z.string());
const number = z.exactOptional(z.number());
const ids = z.exactOptional(z.array(z.string()));

/**
 * The fields of a notification's body that are for people. Every notification has some of them; what else a body
 * holds is for programs.
 */
export const notificationBody = z.object({
  kind: text,
  message: text,
  operationId: text,
  proposalId: text,
  component: text,
  strategyId: text,
  attempt: number,
  origin: z.exactOptional(z.enum(SIGNAL_ORIGINS)),
  metric: text,
  errorType: text,
  alarmName: text,
  current: number,
  threshold: number,
  reason: text,
  rootCause: text,
  atFault: text,
  supports: ids,
  missing: z.exactOptional(z.array(z.object({ source: z.string(), why: z.string() }))),
  confidence: number,
  detail: text,
  result: text,
  observed: z.exactOptional(z.boolean()),
  failure: z.exactOptional(z.object({ error: z.string(), cause: z.string() })),
  targets: z.exactOptional(
    z.object({
      ...{ repaired: ids, undone: ids, left: ids, untouched: ids },
      skipped: z.exactOptional(z.record(z.string(), z.string())),
    }),
  ),
  steps: z.exactOptional(
    z.array(z.object({ stepId: z.string(), action: z.string(), outcome: text, detail: text })),
  ),
  stepsLeftOut: number,
  eligibleAtMs: number,
  action: text,
  resource: text,
  role: text,
  command: text,
  asked: text,
  incidentId: text,
  components: ids,
  source: text,
});

export type NotificationBody = Readonly<z.output<typeof notificationBody>>;
