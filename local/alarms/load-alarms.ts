import {
  type CompositeAlarm,
  defineCompositeAlarm,
  defineMetricAlarm,
  type MetricAlarm,
} from './alarm-definition.ts';
import type { AlarmEngine } from './alarm-engine.ts';
import { dependencies } from './alarm-registry.ts';
import { CloudWatchError } from './errors.ts';
import { type IntrinsicValues, resolveIntrinsics, UnresolvedReferenceError } from './intrinsics.ts';
import { parseInput } from './parse-input.ts';
import { compositeAlarmSchema, metricAlarmSchema } from './schemas.ts';

const METRIC_ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE_ALARM = 'AWS::CloudWatch::CompositeAlarm';
const KNOWN_ALARM_TYPES = [METRIC_ALARM, COMPOSITE_ALARM];

/** The attributes that a resource may have; conditions, creation and update policies are not supported here. */
export const KNOWN_RESOURCE_ATTRIBUTES: readonly string[] = [
  ...['Type', 'Properties', 'DependsOn', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'],
];

/** The part of a synthesized CloudFormation template that matters here. */
export interface AlarmTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

type Alarm = MetricAlarm | CompositeAlarm;

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface LoadAlarmsOptions {
  /**
   * Values for references to anything but alarms: by logical id or parameter for `Ref`, as `LogicalId.Attribute` for
   * `Fn::GetAtt`, e.g. the ARNs of topics that alarms notify.
   */
  readonly values?: Readonly<Record<string, string>>;
  /**
   * Prefix of the names of alarms without AlarmName, as CloudFormation puts the stack's name there.
   *
   * @default none: the logical id is the name
   */
  readonly namePrefix?: string;
  /**
   * Whether an action exists, by its ARN.
   *
   * @default every action does
   */
  readonly hasAction?: (actionArn: string) => boolean;
}

/** An alarm of a template that cannot be loaded; the message names the logical id and what to do. */
export class AlarmTemplateError extends Error {
  override readonly name = 'AlarmTemplateError';
  readonly logicalId: string;

  constructor(logicalId: string, reason: string, options?: ErrorOptions) {
    super(`${logicalId}: ${reason}`, options);
    this.logicalId = logicalId;
  }
}

/**
 * Registers the metric and composite alarms of a synthesized template, children before their composites. Nothing is
 * registered if one of them cannot be read; a composite alarm whose child is missing stops the rest.
 *
 * @returns the names of the alarms, by logical id
 * @throws AlarmTemplateError
 */
export async function loadAlarms(
  engine: AlarmEngine,
  template: AlarmTemplate,
  options: LoadAlarmsOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const resources = Object.entries(template.Resources ?? {});
  const unknown = resources.find(([, { Type }]) => isAlarmFamily(Type) && !KNOWN_ALARM_TYPES.includes(Type));
  if (unknown)
    throw new AlarmTemplateError(unknown[0], `${unknown[1].Type} is not supported by the local CloudWatch`);

  const alarms = resources.filter(([, { Type }]) => KNOWN_ALARM_TYPES.includes(Type));
  for (const [logicalId, resource] of alarms) checkAttributes(logicalId, resource);
  const names = namesOf(engine, alarms, options);
  const values = intrinsicValues(engine, names, options.values ?? {});
  const definitions = alarms.map(
    ([logicalId, resource]) => [logicalId, define(logicalId, resource, names, values)] as const,
  );
  for (const [logicalId, alarm] of definitions) checkActions(logicalId, alarm, options);
  for (const [logicalId, alarm] of childrenFirst(definitions)) {
    await attempt(logicalId, () =>
      alarm.kind === 'metric' ? engine.putMetricAlarm(alarm.input) : engine.putCompositeAlarm(alarm.input),
    );
  }
  return names;
}

function checkAttributes(logicalId: string, resource: TemplateResource): void {
  const unknown = Object.keys(resource).find((key) => !KNOWN_RESOURCE_ATTRIBUTES.includes(key));
  if (unknown !== undefined)
    throw new AlarmTemplateError(
      logicalId,
      `${unknown} is not supported; ${KNOWN_RESOURCE_ATTRIBUTES.join(', ')} are`,
    );
}

function checkActions(
  logicalId: string,
  { input: { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } }: Alarm,
  { hasAction = () => true }: LoadAlarmsOptions,
): void {
  const unknown = [...AlarmActions, ...OKActions, ...InsufficientDataActions].find((arn) => !hasAction(arn));
  if (unknown !== undefined)
    throw new AlarmTemplateError(logicalId, `there is no topic ${unknown}; create it first`);
}

/** Anomaly detectors and the like change what alarms mean; dashboards and metric streams do not. */
function isAlarmFamily(type: string): boolean {
  return /^AWS::CloudWatch::.*(Alarm|AnomalyDetector)/.test(type);
}

function namesOf(
  engine: AlarmEngine,
  alarms: readonly (readonly [string, TemplateResource])[],
  { namePrefix = '', values = {} }: LoadAlarmsOptions,
): Readonly<Record<string, string>> {
  const known = intrinsicValues(engine, {}, values);
  return Object.fromEntries(
    alarms.map(([logicalId, { Properties }]) => {
      const given = Properties?.['AlarmName'];
      if (given === undefined) return [logicalId, `${namePrefix}${logicalId}`];
      return [logicalId, String(attemptSync(logicalId, () => resolveIntrinsics(given, known)))];
    }),
  );
}

function intrinsicValues(
  { options: { accountId, region } }: AlarmEngine,
  names: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): IntrinsicValues {
  const known: Readonly<Record<string, string>> = {
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
    ...names,
    ...given,
  };
  const own = (values: Readonly<Record<string, string>>, key: string) =>
    Object.hasOwn(values, key) ? values[key] : undefined;
  return {
    ref: (name) => own(known, name),
    getAtt: (logicalId, attribute) => {
      const alarm = own(names, logicalId);
      if (alarm !== undefined && attribute === 'Arn')
        return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm}`;
      return own(given, `${logicalId}.${attribute}`);
    },
  };
}

function define(
  logicalId: string,
  resource: TemplateResource,
  names: Readonly<Record<string, string>>,
  values: IntrinsicValues,
): Alarm {
  return attemptSync(logicalId, () => {
    const properties = resolveIntrinsics(resource.Properties ?? {}, values) as object;
    const input = { ...properties, AlarmName: names[logicalId] };
    return resource.Type === METRIC_ALARM
      ? defineMetricAlarm(parseInput(METRIC_ALARM, metricAlarmSchema, input))
      : defineCompositeAlarm(parseInput(COMPOSITE_ALARM, compositeAlarmSchema, input));
  });
}

/** Each alarm after the alarms of the same template that it reads. A cycle is left for the engine to refuse. */
function childrenFirst(definitions: readonly (readonly [string, Alarm])[]): (readonly [string, Alarm])[] {
  const byName = new Map(definitions.map((each) => [each[1].input.AlarmName, each]));
  const visited = new Set<string>();
  const ordered: (readonly [string, Alarm])[] = [];
  const visit = (name: string): void => {
    const each = byName.get(name);
    if (each === undefined || visited.has(name)) return;
    visited.add(name);
    if (each[1].kind === 'composite') dependencies(each[1]).forEach(visit);
    ordered.push(each);
  };
  for (const name of byName.keys()) visit(name);
  return ordered;
}

async function attempt(logicalId: string, put: () => void | Promise<void>): Promise<void> {
  try {
    await put();
  } catch (error) {
    throw explain(logicalId, error);
  }
}

function attemptSync<T>(logicalId: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw explain(logicalId, error);
  }
}

function explain(logicalId: string, error: unknown): unknown {
  if (error instanceof UnresolvedReferenceError) {
    return new AlarmTemplateError(logicalId, `${error.message}; pass it in values`, { cause: error });
  }
  return error instanceof CloudWatchError
    ? new AlarmTemplateError(logicalId, error.message, { cause: error })
    : error;
}
