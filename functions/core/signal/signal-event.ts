import * as z from 'zod/mini';
import { componentName, instanceId, metricName } from '../configuration/names.ts';
import { lazily } from '../lazily.ts';
import { textForPeople } from './event-values.ts';
import { eventId, fittingId } from './fitting-id.ts';
import { SIGNAL_ORIGINS } from './health-alert.ts';
import { SEVERITIES } from './severity.ts';

/** The envelope that EventBridge puts around every event. */
export const eventEnvelope = lazily(() =>
  z.looseObject({
    id: z.pipe(
      z.string().check(z.minLength(1), z.maxLength(128)),
      z.transform((id) => id.toWellFormed()),
    ),
    source: z.string(),
    'detail-type': z.string(),
    time: z.iso.datetime({ offset: true }),
    resources: z.catch(z.array(z.string()), []),
    detail: z.unknown(),
  }),
);

/** Those of a mapping's values that are texts: the others say nothing that is read. */
const texts = () =>
  z.pipe(
    z.record(z.string(), z.unknown()),
    z.transform((values) =>
      Object.fromEntries(
        Object.entries(values).flatMap(([key, value]) =>
          typeof value === 'string' ? [[key, value] as const] : [],
        ),
      ),
    ),
  );

const alarmState = lazily(() =>
  z.looseObject({
    value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
    timestamp: z.string(),
    reason: textForPeople(),
    reasonData: z.optional(z.unknown()),
    actionsSuppressedBy: z.exactOptional(z.string()),
  }),
);

const alarmMetric = lazily(() =>
  z.looseObject({
    /** Whose metric it is: CloudWatch names the account in monitoring accounts, sometimes also that of the alarm. */
    accountId: z.exactOptional(z.string()),
    expression: z.exactOptional(z.string()),
    metricStat: z.exactOptional(
      z.looseObject({
        metric: z.looseObject({ dimensions: z.exactOptional(texts()) }),
      }),
    ),
  }),
);

/** `detail` of a `CloudWatch Alarm State Change`: metric, anomaly-band and composite alarms. */
export const alarmStateChange = lazily(() =>
  z.looseObject({
    alarmName: z.string().check(z.minLength(1), z.maxLength(255)),
    state: alarmState(),
    configuration: z.optional(
      z.looseObject({
        metrics: z.exactOptional(z.array(alarmMetric())),
        // Of a PromQL alarm, in place of metrics. AWS publishes no sample: it is named as in the API.
        evaluationCriteria: z.exactOptional(z.looseObject({})),
      }),
    ),
    muteDetail: z.exactOptional(z.looseObject({})),
  }),
);

/** CloudWatch's are much shorter. */
const CONTRIBUTOR_ID = /^.{1,128}$/s;

/** `detail` of a `CloudWatch Alarm Contributor State Change`; unlike the alarm's own event it has no `previousState`. */
export const contributorStateChange = lazily(() =>
  z.looseObject({
    alarmName: z.string().check(z.minLength(1), z.maxLength(255)),
    alarmContributor: z.looseObject({
      id: z.pipe(
        z.pipe(eventId(), z.string().check(z.minLength(1))),
        z.transform((id) => fittingId(id, CONTRIBUTOR_ID)),
      ),
      attributes: z._default(texts(), {}),
    }),
    state: alarmState(),
    muteDetail: z.exactOptional(z.looseObject({})),
  }),
);

/** The content of `reasonData`, which is JSON text; every field is optional, and it may be missing altogether. */
export const alarmReasonData = lazily(() =>
  z.looseObject({
    recentDatapoints: z.exactOptional(z.array(z.unknown())),
    threshold: z.optional(z.unknown()),
    recentLowerThresholds: z.exactOptional(z.array(z.unknown())),
    recentUpperThresholds: z.exactOptional(z.array(z.unknown())),
  }),
);

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });
const name = () =>
  z
    .string()
    .check(
      z.minLength(1, { error: 'a text that is not empty' }),
      z.maxLength(255, { error: '255 characters at most' }),
    );

/** As many as a component may name, and more contributors than an alarm over a group has. */
const MAXIMUM_TARGETS = 1_000;

/** A link to a graph names every dimension of its metrics. */
const MAXIMUM_LINK = 4_096;

/** CloudWatch's limit: other monitors may have longer names, and none of its alarms is meant by them. */
const MAXIMUM_ALARM_NAME = 255;

/** What fits into keys and names as it is. */
const PLAIN_ID = /^[A-Za-z0-9:._/-]{1,200}$/;

const signalId = () =>
  z.pipe(
    eventId(),
    z.transform((id) => fittingId(id, PLAIN_ID)),
  );

const signalFields = () => ({
  component: componentName,
  kind: z._default(oneOf(['alert', 'recovery']), 'alert'),
  metric: metricName,
  severity: z._default(oneOf(SEVERITIES), 'CRITICAL'),
  origin: z._default(oneOf(SIGNAL_ORIGINS.filter((origin) => origin !== 'alarm')), 'monitor'),
  reason: textForPeople(),
  signalId: z.exactOptional(signalId()),
  current: z.optional(z.unknown()),
  threshold: z.optional(z.unknown()),
  baseline: z.optional(z.unknown()),
  score: z.optional(z.unknown()),
  errorType: textForPeople(128),
  link: textForPeople(MAXIMUM_LINK),
  suggestedAction: z.exactOptional(oneOf(['restart', 'isolate', 'rollback'])),
  strategy: z.exactOptional(name()),
  lifts: z.exactOptional(name()),
  alarmName: textForPeople(MAXIMUM_ALARM_NAME),
  targets: z._default(
    z
      .array(instanceId, { error: 'a list of instance ids' })
      .check(z.maxLength(MAXIMUM_TARGETS, { error: `${MAXIMUM_TARGETS} instance ids at most` })),
    [],
  ),
});

/**
 * `detail` of a `Selfheal Signal`. Text for people is shortened; the fields that decide (what is healed, how urgently,
 * by which strategy, on which hosts) must be exactly as documented.
 */
export const selfhealSignal = lazily(() => z.strictObject(signalFields()));

export const signalFieldNames = () => Object.keys(selfhealSignal().shape);
