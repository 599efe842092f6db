import * as z from 'zod';
import { SEVERITIES } from '../configuration/alarm-schema.ts';
import { componentName, instanceId, metricName } from '../configuration/names.ts';
import { SIGNAL_ORIGINS } from './health-alert.ts';

const MAXIMUM_REASON = 300;
const shortText = z.string().min(1).max(128);

/** The envelope that EventBridge puts around every event. */
export const eventEnvelope = z.looseObject({
  id: z.string().min(1).max(128),
  source: z.string(),
  'detail-type': z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.unknown(),
});

const alarmState = z.looseObject({
  value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  timestamp: z.string(),
  reason: z.string().default(''),
  reasonData: z.string().exactOptional(),
  actionsSuppressedBy: z.string().exactOptional(),
});

const alarmMetric = z.looseObject({
  metricStat: z
    .looseObject({ metric: z.looseObject({ dimensions: z.record(z.string(), z.string()).exactOptional() }) })
    .exactOptional(),
});

/** `detail` of a `CloudWatch Alarm State Change`: metric, anomaly-band and composite alarms. */
export const alarmStateChange = z.looseObject({
  alarmName: z.string().min(1).max(255),
  state: alarmState,
  configuration: z.looseObject({ metrics: z.array(alarmMetric).exactOptional() }).optional(),
  muteDetail: z.looseObject({}).exactOptional(),
});

/** What `reasonData` may hold, as JSON text; every field is optional, and it may be missing altogether. */
export const alarmReasonData = z.looseObject({
  recentDatapoints: z.array(z.number().nullable()).exactOptional(),
  threshold: z.number().exactOptional(),
  recentLowerThresholds: z.array(z.number().nullable()).exactOptional(),
  recentUpperThresholds: z.array(z.number().nullable()).exactOptional(),
});

/** `detail` of a `Selfheal Signal`. */
export const selfhealSignal = z.strictObject({
  component: componentName,
  kind: z.enum(['alert', 'recovery']).default('alert'),
  metric: metricName,
  severity: z.enum(SEVERITIES).default('CRITICAL'),
  origin: z.enum(SIGNAL_ORIGINS).exclude(['alarm']).default('monitor'),
  reason: z.string().max(MAXIMUM_REASON).default(''),
  signalId: z
    .string()
    .regex(/^[A-Za-z0-9:._/-]{1,200}$/)
    .exactOptional(),
  current: z.number().exactOptional(),
  threshold: z.number().exactOptional(),
  baseline: z.number().exactOptional(),
  errorType: shortText.exactOptional(),
  suggestedAction: z.enum(['restart', 'isolate', 'rollback']).exactOptional(),
  strategy: shortText.exactOptional(),
  alarmName: z.string().min(1).max(255).exactOptional(),
  targets: z.array(instanceId).max(50).default([]),
});

/** `detail` of a `Selfheal Control`. */
export const selfhealControl = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('pause'), reason: z.string().min(1).max(MAXIMUM_REASON) }),
  z.strictObject({ command: z.literal('resume'), reason: z.string().min(1).max(MAXIMUM_REASON) }),
]);

/** Cuts a text for people to what a record keeps. */
export function shortReason(text: string): string {
  return text.length <= MAXIMUM_REASON ? text : `${text.slice(0, MAXIMUM_REASON - 1)}…`;
}
