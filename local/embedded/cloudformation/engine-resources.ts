import * as z from 'zod';
import { type IntrinsicValues, resolveIntrinsics } from '../../alarms/intrinsics.ts';
import { functionArn } from '../lambda/lambda-function.ts';
import type { StateMachineInput } from '../step-functions/step-functions-service.ts';
import type { CloudFormationTemplate, TemplateResource } from './synthesize.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

const functionSchema = z.object({
  FunctionName: z.string(),
  Timeout: z.int().default(3),
  MemorySize: z.int().default(128),
  ReservedConcurrentExecutions: z.int().optional(),
});

const eventInvokeSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumEventAgeInSeconds: z.int().optional(),
  MaximumRetryAttempts: z.int().optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
});

const stateMachineSchema = z.object({
  StateMachineName: z.string(),
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.string()).default({}),
});

const targetSchema = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: z.int().optional(), MaximumRetryAttempts: z.int().optional() })
    .optional(),
});

const ruleSchema = z.strictObject({
  Description: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.literal('ENABLED'),
  Tags: z.unknown().optional(),
  Targets: z.array(targetSchema).min(1),
});

/** The resources of the engine's stack that the embedded cloud has a counterpart for, references resolved. */
export interface EngineResources {
  readonly functions: readonly z.output<typeof functionSchema>[];
  readonly eventInvokeConfigs: readonly z.output<typeof eventInvokeSchema>[];
  readonly stateMachines: readonly StateMachineInput[];
  readonly rules: readonly (z.output<typeof ruleSchema> & { readonly name: string })[];
  readonly queues: readonly { readonly arn: string; readonly url: string }[];
}

/** A template with something in it that the embedded cloud does not know. */
export class UnknownResource extends Error {
  override readonly name = 'UnknownResource';
  readonly code = 'UNKNOWN_RESOURCE';
}

/**
 * Reads a synthesized template. Of rules and event invocations, a property that is not known is an error; permissions,
 * logs and alarms are not looked at.
 *
 * @throws UnknownResource
 */
export function readEngineResources(template: CloudFormationTemplate): EngineResources {
  const resources = read.get(template) ?? readTemplate(template);
  read.set(template, resources);
  return resources;
}

/** The same template is deployed again and again. */
const read = new WeakMap<CloudFormationTemplate, EngineResources>();

function readTemplate(template: CloudFormationTemplate): EngineResources {
  const resources = Object.entries(template.Resources ?? {});
  const values = intrinsicValues(new Map(resources));
  const ofType = <Schema extends z.ZodObject>(type: string, schema: Schema) =>
    resources
      .filter(([, resource]) => resource.Type === type)
      .map(([name, resource]) => ({ ...parsed(schema, name, resource, values), name }));
  return {
    functions: ofType('AWS::Lambda::Function', functionSchema),
    eventInvokeConfigs: ofType('AWS::Lambda::EventInvokeConfig', eventInvokeSchema),
    stateMachines: ofType('AWS::StepFunctions::StateMachine', stateMachineSchema).map((machine) => ({
      name: machine.StateMachineName,
      type: machine.StateMachineType,
      definition: substituted(machine.DefinitionString, machine.DefinitionSubstitutions),
    })),
    rules: ofType('AWS::Events::Rule', ruleSchema),
    queues: resources
      .filter(([, { Type }]) => Type === 'AWS::SQS::Queue')
      .map(([name]) => ({ arn: queueArn(name), url: queueUrl(name) })),
  };
}

function parsed<Schema extends z.ZodObject>(
  schema: Schema,
  logicalId: string,
  { Type, Properties = {} }: TemplateResource,
  values: IntrinsicValues,
): z.output<Schema> {
  const known = Object.keys(schema.shape);
  const isStrict = Type === 'AWS::Events::Rule' || Type === 'AWS::Lambda::EventInvokeConfig';
  // What is not looked at may refer to what is not there.
  const wanted = isStrict
    ? Properties
    : Object.fromEntries(Object.entries(Properties).filter(([key]) => known.includes(key)));
  const result = schema.safeParse(resolveIntrinsics(wanted, values));
  if (result.success) return result.data;
  throw new UnknownResource(`${logicalId} (${Type}): ${z.prettifyError(result.error)}`);
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
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${ACCOUNT}:role/${logicalId}`;
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

function queueUrl(name: string): string {
  return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
}

/** Fills in `${Name}`, as CloudFormation does; what has no value is left, and refused as an ASL definition. */
function substituted(definition: string, values: Readonly<Record<string, string>>): string {
  return definition.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new UnknownResource(`${whole} in a definition has no substitution`);
    return value;
  });
}
