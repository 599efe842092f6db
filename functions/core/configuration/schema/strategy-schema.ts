import * as z from 'zod';
import { CAUSE_CODES, CONFIDENCE_THRESHOLD } from '../../diagnosis/cause.ts';
import {
  MAXIMUM_STABLE_SECONDS,
  MAXIMUM_TIMEOUT_SECONDS,
  VERIFIERS,
} from '../../verification/verification.ts';
import { durationSeconds } from '../duration.ts';
import { action } from '../listed-actions.ts';
import { MODES } from '../modes.ts';
import { componentName, isWithoutRepetition, metricName, NO_REPETITION } from '../names.ts';
import type { Action } from './action-schema.ts';

export const COMPONENT_STATUSES = ['CRITICAL', 'OFFLINE', 'ISOLATED', 'DEGRADED'] as const;
export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];

const trigger = z
  .strictObject({
    metrics: z
      .array(metricName)
      .max(50)
      .default([])
      .describe(
        'Matches alerts on any of these metrics, warnings included, but not a single missed heartbeat.',
      ),
    statuses: z
      .array(z.enum(COMPONENT_STATUSES))
      .default([])
      .describe(
        'Matches alerts of any of these statuses, whatever their metric. `CRITICAL`: any critical alert. `OFFLINE`: a critical alert that suggests a restart. `ISOLATED`: a critical alert that suggests isolation; it matches `CRITICAL` too, so put strategies that isolate first. `DEGRADED`: a warning, such as the first missed heartbeat.',
      ),
    causes: z
      .array(z.enum(CAUSE_CODES))
      .max(CAUSE_CODES.length)
      .refine(isWithoutRepetition, NO_REPETITION)
      .default([])
      .describe(
        'Matches alerts for which diagnosis finds that one of these is the most likely cause. Without `metrics` and `statuses`, it matches alerts on any metric.',
      ),
    confidenceThreshold: z
      .number()
      .min(0.1)
      .max(0.95)
      .default(CONFIDENCE_THRESHOLD)
      .describe('How confident diagnosis must be of a cause under `causes`, 0.1 to 0.95.'),
    consecutiveFailures: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('How many alerts in a row are required, without a recovery in between.'),
    withinSeconds: z
      ._default(durationSeconds({ min: 1, max: 86_400 }), 300)
      .describe('The window in which those alerts count.'),
  })
  .refine((value) => value.metrics.length + value.statuses.length + value.causes.length > 0, {
    error: 'at least one of `metrics`, `statuses` and `causes`: a trigger without them matches nothing',
    params: { code: 'empty-trigger' },
  });

const verify = z.strictObject({
  by: z
    .enum(VERIFIERS)
    .optional()
    .describe(
      'What confirms the recovery. Default: the health endpoint if there is one, otherwise the alarm that fired; for signals that are not alarms, the hosts, or without a `service` the component’s alarms, or without alarms `resource`: what AWS itself reports of the target, or of the hosts in their target group.',
    ),
  timeoutSeconds: z
    .optional(durationSeconds({ min: 1, max: MAXIMUM_TIMEOUT_SECONDS }))
    .describe(
      'How long the recovery may take. Default: `30s`; if alarms confirm it, as long as the slowest alarm that the strategy answers needs to return to OK; if hosts are verified by their target group, `220s`. From both, `settleSeconds` are taken off.',
    ),
  stableSeconds: z
    ._default(durationSeconds({ min: 0, max: MAXIMUM_STABLE_SECONDS }), 10)
    .describe('The stability window: how long the recovery must then hold.'),
  settleSeconds: z
    ._default(durationSeconds({ min: 0, max: 900 }), 0)
    .describe('How long to wait before the first check.'),
});

export const ON_FAILURE = ['escalate', 'enter_safe_mode', 'maintain_isolation'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];

const rollback = z.strictObject({
  onFailure: z
    .enum(ON_FAILURE)
    .default('escalate')
    .describe(
      'What follows the undo steps. The architect is always notified. `enter_safe_mode` leaves the service in safe mode; `maintain_isolation` leaves an isolated host isolated.',
    ),
  actions: z.array(action).max(20).default([]).describe('Undo steps. Each one runs even if another fails.'),
});

/** Trigger, ordered actions, verification, rollback plan and limits. */
export const strategy = z.strictObject({
  id: componentName.check(
    z.describe('The name in records and events. Attempts and cooldowns are counted per id.'),
  ),
  name: z.string().min(1).max(120).optional().describe('A name for people.'),
  components: z
    .array(componentName)
    .min(1)
    .refine(isWithoutRepetition, NO_REPETITION)
    .optional()
    .describe('The components that the strategy applies to. Default: all, those added later included.'),
  trigger: trigger.describe(
    'The alerts that the strategy answers: by `metrics` or `statuses`, either is enough, and by `causes`.',
  ),
  actions: z.array(action).min(1).max(20).describe('The actions, in order.'),
  verify: verify.prefault({}).describe('How the recovery is verified.'),
  rollback: rollback.prefault({}).describe('What happens when a repair fails.'),
  interchangeable: z
    .optional(componentName)
    .describe(
      'A name shared by strategies that may be tried in any order. With `settings.learning.mode: apply`, the most successful comes first. They need the same `trigger`, `components`, `mode` and `approvals`. Default: the order of the file holds.',
    ),
  mode: z
    .enum(MODES)
    .optional()
    .describe(
      '`observe` or `propose`: stricter than `settings.mode`, for this strategy and for those that are tried after it. Default: no stricter.',
    ),
  approvals: z
    .int()
    .min(1)
    .max(5)
    .optional()
    .describe('How many different people must approve a proposal of this strategy. Default: 1.'),
  maxAttempts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe(
      'How many operations on one component may start within `attemptWindowSeconds`. After that, the next matching strategy is tried.',
    ),
  attemptWindowSeconds: z
    ._default(durationSeconds({ min: 60, max: 604_800 }), 3_600)
    .describe('The window in which attempts count.'),
  cooldownSeconds: z
    ._default(durationSeconds({ min: 0, max: 86_400 }), 300)
    .describe('How long the strategy is not used again after an operation.'),
  cooldownScope: z
    .enum(['component', 'strategy'])
    .default('component')
    .describe(
      '`component`: the cooldown holds for this component. `strategy`: it holds for every component.',
    ),
});

/** A strategy as the file declares it. */
export type DeclaredStrategy = Omit<z.output<typeof strategy>, 'actions' | 'rollback'> & {
  readonly actions: readonly Action[];
  readonly rollback: { readonly onFailure: OnFailure; readonly actions: readonly Action[] };
};

/** A strategy with everything filled in, including what follows from the components that it may heal. */
export type Strategy = Omit<DeclaredStrategy, 'verify'> & {
  readonly verify: DeclaredStrategy['verify'] & { readonly timeoutSeconds: number };
};
