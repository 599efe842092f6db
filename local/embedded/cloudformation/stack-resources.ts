import * as z from 'zod';
import { type IntrinsicValues, resolveIntrinsics } from '../../alarms/intrinsics.ts';
import { functionArn } from '../lambda/lambda-function.ts';
import type { StateMachineInput } from '../step-functions/step-functions-service.ts';
import {
  apiDestinationSchema,
  connectionSchema,
  httpParametersSchema,
  subscriptionSchema,
} from './channel-resources.ts';
import { checkTemplate } from './known-template.ts';
import { eventSourceSchema, queueSchema } from './queue-resources.ts';
import type { CloudFormationTemplate, TemplateResource } from './synthesize.ts';
import { UnknownResource } from './unknown-resource.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

const functionSchema = z.strictObject({
  FunctionName: z.string(),
  Timeout: z.int().default(3),
  MemorySize: z.int().default(128),
  ReservedConcurrentExecutions: z.int().optional(),
});

const eventInvokeSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumEventAgeInSeconds: z.int().min(60).max(21_600).optional(),
  MaximumRetryAttempts: z.int().min(0).max(2).optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
});

const stateMachineSchema = z.strictObject({
  StateMachineName: z.string(),
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.string()).default({}),
});

const topicSchema = z.strictObject({ TopicName: z.string() });

const targetSchema = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  HttpParameters: httpParametersSchema.optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string(), z.string()).optional(),
      InputTemplate: z.string(),
    })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
    })
    .optional(),
});

const ruleSchema = z
  .strictObject({
    Description: z.string().optional(),
    EventPattern: z.record(z.string(), z.unknown()).optional(),
    ScheduleExpression: z.string().optional(),
    State: z.literal('ENABLED'),
    Tags: z.unknown().optional(),
    Targets: z.array(targetSchema).min(1).max(5),
  })
  .refine((rule) => rule.EventPattern !== undefined || rule.ScheduleExpression !== undefined, {
    error: 'a rule needs an EventPattern or a ScheduleExpression',
  });

/**
 * Resources without a counterpart here: permissions, logs, code and descriptions. Of the CloudWatch alarms, those of
 * the components and the dead-man alarms are loaded from stacks of their own; the others watch AWS's metrics.
 */
const NOT_LOOKED_AT = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Url',
  'AWS::Logs::LogGroup',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

const PROPERTIES_NOT_LOOKED_AT: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': [
    ...['Architectures', 'Code', 'Description', 'Environment', 'Handler', 'LoggingConfig', 'Role'],
    ...['Runtime', 'Tags', 'TracingConfig', 'VpcConfig'],
  ],
  'AWS::StepFunctions::StateMachine': ['LoggingConfiguration', 'RoleArn', 'Tags', 'TracingConfiguration'],
  'AWS::SNS::Topic': ['DisplayName', 'KmsMasterKeyId', 'Tags'],
};

/** The resources of a stack for which the embedded cloud has a counterpart, with references resolved. */
export interface StackResources {
  readonly functions: readonly z.output<typeof functionSchema>[];
  readonly eventInvokeConfigs: readonly z.output<typeof eventInvokeSchema>[];
  readonly stateMachines: readonly StateMachineInput[];
  readonly rules: readonly (z.output<typeof ruleSchema> & { readonly name: string })[];
  readonly queues: readonly (z.output<typeof queueSchema> & { readonly arn: string; readonly url: string })[];
  readonly eventSources: readonly z.output<typeof eventSourceSchema>[];
  readonly topicArns: readonly string[];
  readonly subscriptions: readonly z.output<typeof subscriptionSchema>[];
  readonly connections: readonly (z.output<typeof connectionSchema> & { readonly arn: string })[];
  readonly apiDestinations: readonly (z.output<typeof apiDestinationSchema> & { readonly arn: string })[];
}

/**
 * Reads a synthesized template. Anything that the embedded cloud does not support is an error, except for permissions,
 * logs, and alarms on Selfheal itself.
 *
 * @param imported the templates that this one imports values from
 * @throws UnknownResource
 */
export function readStackResources(
  template: CloudFormationTemplate,
  imported: readonly CloudFormationTemplate[] = [],
): StackResources {
  const resources = read.get(template) ?? readTemplate(template, imported);
  read.set(template, resources);
  return resources;
}

/** The same template is deployed again and again. */
const read = new WeakMap<CloudFormationTemplate, StackResources>();

function readTemplate(
  template: CloudFormationTemplate,
  imported: readonly CloudFormationTemplate[],
): StackResources {
  checkTemplate(template);
  const resources = Object.entries(template.Resources ?? {});
  const values = intrinsicValues(new Map(resources));
  const remaining = new Map(resources.filter(([, { Type }]) => !NOT_LOOKED_AT.has(Type)));
  const ofType = <Schema extends z.ZodObject>(type: string, schema: Schema) =>
    [...remaining].flatMap(([name, resource]) => {
      if (resource.Type !== type) return [];
      remaining.delete(name);
      const properties = withImports(wanted(resource, schema), imported);
      return [{ ...parsed(schema, name, resource.Type, properties, values), name }];
    });
  const known = {
    functions: ofType('AWS::Lambda::Function', functionSchema),
    eventInvokeConfigs: ofType('AWS::Lambda::EventInvokeConfig', eventInvokeSchema),
    stateMachines: ofType('AWS::StepFunctions::StateMachine', stateMachineSchema).map((machine) => ({
      name: machine.StateMachineName,
      type: machine.StateMachineType,
      definition: substituted(machine.DefinitionString, machine.DefinitionSubstitutions),
    })),
    rules: ofType('AWS::Events::Rule', ruleSchema),
    queues: ofType('AWS::SQS::Queue', queueSchema).map(({ name, ...queue }) => ({
      ...queue,
      arn: queueArn(name),
      url: queueUrl(name),
    })),
    eventSources: ofType('AWS::Lambda::EventSourceMapping', eventSourceSchema),
    topicArns: ofType('AWS::SNS::Topic', topicSchema).map(({ TopicName }) => topicArn(TopicName)),
    subscriptions: ofType('AWS::SNS::Subscription', subscriptionSchema),
    connections: ofType('AWS::Events::Connection', connectionSchema).map(({ name, ...connection }) => ({
      ...connection,
      arn: eventsArn('connection', name),
    })),
    apiDestinations: ofType('AWS::Events::ApiDestination', apiDestinationSchema).map(
      ({ name, ...destination }) => ({ ...destination, arn: eventsArn('api-destination', name) }),
    ),
  };
  for (const [name, { Type }] of remaining)
    throw new UnknownResource(`${name}: ${Type} has no counterpart in the embedded cloud`);
  return known;
}

/** Resources that are ignored may refer to others that do not exist here. */
function wanted({ Type, Properties = {} }: TemplateResource, schema: z.ZodObject): object {
  const ignored = PROPERTIES_NOT_LOOKED_AT[Type] ?? [];
  return Object.fromEntries(
    Object.entries(Properties).filter(([key]) => Object.hasOwn(schema.shape, key) || !ignored.includes(key)),
  );
}

function parsed<Schema extends z.ZodObject>(
  schema: Schema,
  logicalId: string,
  type: string,
  properties: unknown,
  values: IntrinsicValues,
): z.output<Schema> {
  const result = schema.safeParse(resolveIntrinsics(properties, values));
  if (result.success) return result.data;
  throw new UnknownResource(`${logicalId} (${type}): ${z.prettifyError(result.error)}`);
}

/** Replaces each `Fn::ImportValue` by what other stacks export. */
function withImports(value: unknown, imported: readonly CloudFormationTemplate[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withImports(each, imported));
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'Fn::ImportValue')
    return exportedValue(String(first[1]), imported);
  return Object.fromEntries(entries.map(([key, each]) => [key, withImports(each, imported)]));
}

function exportedValue(name: string, templates: readonly CloudFormationTemplate[]): unknown {
  for (const { Resources = {}, Outputs = {} } of templates) {
    const output = Object.values(Outputs).find(({ Export }) => Export?.Name === name);
    if (output) return resolveIntrinsics(output.Value, intrinsicValues(new Map(Object.entries(Resources))));
  }
  throw new UnknownResource(`Fn::ImportValue ${name}: no stack exports it`);
}

function intrinsicValues(resources: ReadonlyMap<string, TemplateResource>): IntrinsicValues {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const named = (logicalId: string, property: string): string => {
    const value = resources.get(logicalId)?.Properties?.[property];
    if (typeof value === 'string') return value;
    throw new UnknownResource(`${logicalId}.${property}: needs a name of its own`);
  };
  const arnOf = (logicalId: string): string | undefined => {
    switch (resources.get(logicalId)?.Type) {
      case 'AWS::Lambda::Function':
        return functionArn(named(logicalId, 'FunctionName'));
      case 'AWS::StepFunctions::StateMachine':
        return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${named(logicalId, 'StateMachineName')}`;
      case 'AWS::SQS::Queue':
        return queueArn(logicalId);
      case 'AWS::Events::ApiDestination':
        return eventsArn('api-destination', logicalId);
      case 'AWS::Events::Connection':
        return eventsArn('connection', logicalId);
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${ACCOUNT}:role/${logicalId}`;
      case 'AWS::SNS::Topic':
        return topicArn(named(logicalId, 'TopicName'));
      default:
        return undefined;
    }
  };
  return {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      switch (resources.get(name)?.Type) {
        case 'AWS::Lambda::Function':
          return named(name, 'FunctionName');
        case 'AWS::SQS::Queue':
          return queueUrl(name);
        default:
          return arnOf(name);
      }
    },
    getAtt: (logicalId, attribute) => (attribute === 'Arn' ? arnOf(logicalId) : undefined),
  };
}

function queueArn(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
}

function eventsArn(kind: 'api-destination' | 'connection', name: string): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:${kind}/${name}`;
}

export function topicArn(name: string): string {
  return `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
}

/** @param name what the queue's ARN ends with */
export function queueUrl(name: string): string {
  return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
}

/** Fills in `${Name}`, as CloudFormation does. */
function substituted(definition: string, values: Readonly<Record<string, string>>): string {
  return definition.replaceAll(/\$\{([^}]*)\}?/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new UnknownResource(`${whole} in a definition has no substitution`);
    return value;
  });
}
