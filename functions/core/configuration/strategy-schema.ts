import * as z from 'zod';
import { MAXIMUM_STABLE_SECONDS, MAXIMUM_TIMEOUT_SECONDS, VERIFIERS } from '../verification/verification.ts';
import { type Action, action } from './action-schema.ts';
import { durationSeconds } from './duration.ts';
import { componentName, isWithoutRepetition, metricName, NO_REPETITION } from './names.ts';

export const COMPONENT_STATUSES = ['CRITICAL', 'OFFLINE', 'ISOLATED', 'DEGRADED'] as const;
export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];

const trigger = z
  .strictObject({
    metrics: z.array(metricName).max(50).default([]).describe('Alerts on any of these metrics match.'),
    statuses: z
      .array(z.enum(COMPONENT_STATUSES))
      .default([])
      .describe(
        'CRITICAL: any alert of that severity. OFFLINE: a critical one that suggests a restart. ISOLATED: a critical one that suggests isolation; it is CRITICAL too, so what isolates stands first. DEGRADED: a warning, such as the first missed heartbeat.',
      ),
    consecutiveFailures: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('How many alerts in a row, without a recovery between them, it takes.'),
    withinSeconds: durationSeconds({ min: 1, max: 86_400 })
      .default(300)
      .describe('The window in which they count.'),
  })
  .refine((value) => value.metrics.length + value.statuses.length > 0, {
    error: 'at least one of `metrics` and `statuses`: a trigger without them matches nothing',
    params: { code: 'empty-trigger' },
  });

const verify = z.strictObject({
  by: z
    .enum(VERIFIERS)
    .optional()
    .describe(
      'Who is asked. Default: the endpoint if there is one, else the alarm that fired; for other signals the hosts, or without a `service` the component’s alarms.',
    ),
  timeoutSeconds: durationSeconds({ min: 1, max: MAXIMUM_TIMEOUT_SECONDS })
    .optional()
    .describe(
      'How long it may take to become good. Default: 30s; where alarms are asked, what the slowest of those that it answers needs to become OK.',
    ),
  stableSeconds: durationSeconds({ min: 0, max: MAXIMUM_STABLE_SECONDS })
    .default(10)
    .describe('How long it must then stay good.'),
  settleSeconds: durationSeconds({ min: 0, max: 900 }).default(0).describe('Wait before the first look.'),
});

export const ON_FAILURE = ['escalate', 'enter_safe_mode', 'maintain_isolation'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];

const rollback = z.strictObject({
  onFailure: z
    .enum(ON_FAILURE)
    .default('escalate')
    .describe(
      'After the undo steps, always with a word to the architect. `enter_safe_mode` ends in safe mode; `maintain_isolation` leaves an isolated host isolated.',
    ),
  actions: z.array(action).max(20).default([]).describe('Undo steps; each runs even if another fails.'),
});

/** Trigger, ordered actions, verification, rollback plan and limits. */
export const strategy = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, { error: 'lower-case letters, digits and hyphens, 63 at most' })
    .describe('Its name in records and events; attempts and cooldowns are counted by it.'),
  name: z.string().min(1).max(120).optional().describe('For people.'),
  components: z
    .array(componentName)
    .min(1)
    .refine(isWithoutRepetition, NO_REPETITION)
    .optional()
    .describe('Only these. Default: every component.'),
  trigger: trigger.describe('Which alerts it answers: at least one of `metrics` and `statuses`.'),
  actions: z.array(action).min(1).max(20).describe('Run in order.'),
  verify: verify.prefault({}).describe('How a repair is proved.'),
  rollback: rollback.prefault({}).describe('What is done when a repair fails.'),
  maxAttempts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Operations for one component inside `attemptWindowSeconds`; then the next strategy is tried.'),
  attemptWindowSeconds: durationSeconds({ min: 60, max: 604_800 })
    .default(3_600)
    .describe('The window in which attempts count.'),
  cooldownSeconds: durationSeconds({ min: 0, max: 86_400 }).default(300).describe('Rest after an operation.'),
  cooldownScope: z
    .enum(['component', 'strategy'])
    .default('component')
    .describe('`component`: this strategy rests for this component. `strategy`: for every component.'),
});

/** A strategy as the file says it. */
export type DeclaredStrategy = Omit<z.output<typeof strategy>, 'actions' | 'rollback'> & {
  readonly actions: readonly Action[];
  readonly rollback: { readonly onFailure: OnFailure; readonly actions: readonly Action[] };
};

/** A strategy with everything filled in, also what follows from the components that it may heal. */
export type Strategy = Omit<DeclaredStrategy, 'verify'> & {
  readonly verify: DeclaredStrategy['verify'] & { readonly timeoutSeconds: number };
};
