import * as z from 'zod';
import { componentName, instanceId, metricName } from '../configuration/names.ts';
import { textForPeople } from './event-values.ts';
import { SIGNAL_ORIGINS } from './health-alert.ts';
import { SEVERITIES } from './severity.ts';

/** The envelope that EventBridge puts around every event. */
export const eventEnvelope = z.looseObject({
  id: z
    .string()
    .min(1)
    .max(128)
    .transform((id) => id.toWellFormed()),
  source: z.string(),
  'detail-type': z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.unknown(),
});

const alarmState = z.looseObject({
  value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  timestamp: z.string(),
  reason: textForPeople(),
  reasonData: z.unknown().optional(),
  actionsSuppressedBy: z.string().exactOptional(),
});

const alarmMetric = z.looseObject({
  expression: z.string().exactOptional(),
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

/** `detail` of a `CloudWatch Alarm Contributor State Change`; unlike the alarm's own event it has no `previousState`. */
export const contributorStateChange = z.looseObject({
  alarmName: z.string().min(1).max(255),
  alarmContributor: z.looseObject({
    id: z
      .string()
      .min(1)
      .max(128)
      .transform((id) => id.toWellFormed()),
    attributes: z.record(z.string(), z.string()).default({}),
  }),
  state: alarmState,
  muteDetail: z.looseObject({}).exactOptional(),
});

/** What `reasonData` may hold, as JSON text; every field is optional, and it may be missing altogether. */
export const alarmReasonData = z.looseObject({
  recentDatapoints: z.array(z.unknown()).exactOptional(),
  threshold: z.unknown().optional(),
  recentLowerThresholds: z.array(z.unknown()).exactOptional(),
  recentUpperThresholds: z.array(z.unknown()).exactOptional(),
});

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });
const name = z
  .string({ error: 'a text' })
  .min(1, { error: 'a text that is not empty' })
  .max(255, { error: '255 characters at most' });

const signalFields = {
  component: componentName,
  kind: oneOf(['alert', 'recovery']).default('alert'),
  metric: metricName,
  severity: oneOf(SEVERITIES).default('CRITICAL'),
  origin: oneOf(SIGNAL_ORIGINS.filter((origin) => origin !== 'alarm')).default('monitor'),
  reason: textForPeople(),
  signalId: z
    .string({ error: 'a text' })
    .regex(/^[A-Za-z0-9:._/-]{1,200}$/, {
      error: 'letters, digits and `: . _ / -`, 200 at most; leave it out to take the event’s id',
    })
    .exactOptional(),
  current: z.unknown().optional(),
  threshold: z.unknown().optional(),
  baseline: z.unknown().optional(),
  errorType: textForPeople(128),
  suggestedAction: oneOf(['restart', 'isolate', 'rollback']).exactOptional(),
  strategy: name.exactOptional(),
  alarmName: name.exactOptional(),
  targets: z.array(instanceId, { error: 'a list of instance ids' }).max(50).default([]),
};

/**
 * `detail` of a `Selfheal Signal`. What is for people is shortened; what decides (who is healed, how urgently, by which
 * strategy, on which hosts) must be as it is documented.
 */
export const selfhealSignal = z.strictObject(signalFields);
export const SIGNAL_FIELDS = Object.keys(signalFields);
