import * as z from 'zod/mini';
import { supportedCause, suspectedChange } from '../diagnosis/cause.ts';
import { lazily } from '../lazily.ts';
import { SEVERITIES } from './severity.ts';

export const SIGNAL_ORIGINS = [
  'alarm',
  'anomaly',
  'manual',
  'reconciler',
  'watchdog',
  'monitor',
  'diagnosis',
] as const;
export type SignalOrigin = (typeof SIGNAL_ORIGINS)[number];

/** A signal, normalised: a claim that a component is unhealthy. Stored with its operation in exactly this shape. */
export const healthAlert = lazily(() =>
  z.object({
    /** The claim's identity: the same event delivered twice has the same one. */
    signalId: z.string(),
    origin: z.enum(SIGNAL_ORIGINS),
    component: z.string(),
    /** As strategies name it: `memory`, `error_rate`, … */
    metric: z.string(),
    severity: z.enum(SEVERITIES),
    occurredAtMs: z.int().check(z.nonnegative()),
    /** One sentence for people, 300 characters at most. */
    reason: z.string(),
    /** The observed value and the limits it was compared with, in the metric's unit. */
    current: z.exactOptional(z.number()),
    threshold: z.exactOptional(z.number()),
    baseline: z.exactOptional(z.number()),
    /** How unusual the value is, on the scale of the detector that found it. */
    score: z.exactOptional(z.number()),
    errorType: z.exactOptional(z.string()),
    /** Where people can see more, such as the metric's graph. */
    link: z.exactOptional(z.string()),
    suggestedAction: z.exactOptional(z.string()),
    alarmName: z.exactOptional(z.string()),
    /** A manual heal may name its strategy; the limits hold all the same. */
    strategyId: z.exactOptional(z.string()),
    /** The operation whose isolation has reached its time limit, and is to be lifted. */
    lifts: z.exactOptional(z.string()),
    /** What diagnosis found, the most likely cause first; absent where nothing asks for it. */
    causes: z.exactOptional(z.readonly(z.array(supportedCause()))),
    /** The change of the component that may have caused it. */
    change: z.exactOptional(suspectedChange()),
    /** Instance ids that the alert names; empty means all of the component's. */
    targets: z.readonly(z.array(z.string())),
  }),
);

export type HealthAlert = Readonly<z.output<ReturnType<typeof healthAlert>>>;

/** A claim that a component is healthy again. */
export interface Recovery {
  readonly component: string;
  readonly metric: string;
  readonly occurredAtMs: number;
  /** The alarm that recovered, if it was one. */
  readonly alarmName?: string;
  /** Whose report it ends. @default nobody's: it was an alarm, or a peer */
  readonly reporter?: string;
}
