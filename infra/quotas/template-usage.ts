import type { QuotaName, QuotaUsage } from './quotas.ts';
import { longestText, type Template, type TemplateResource } from './template-text.ts';

/** How much a template uses of each quota that counts within a stack or a resource. */
export function templateUsage(stackName: string, template: Template): readonly QuotaUsage[] {
  const { Resources: resources = {}, Parameters: parameters = {}, Outputs: outputs = {} } = template;
  const ofStack = (quota: QuotaName, amount: number) => ({ quota, where: stackName, amount });
  return [
    ofStack('stackResources', Object.keys(resources).length),
    ofStack('stackParameters', Object.keys(parameters).length),
    ofStack('stackOutputs', Object.keys(outputs).length),
    // In the form that the CDK writes and uploads.
    ofStack('templateBytes', Buffer.byteLength(JSON.stringify(template))),
    ...Object.entries(resources).flatMap(([logicalId, resource]) =>
      (COUNTS[resource.Type]?.(resource) ?? []).map(([quota, amount]) => ({
        quota,
        where: `${stackName}/${logicalId}`,
        amount,
      })),
    ),
    ...inlinePolicies(stackName, resources),
    ...managedPolicies(stackName, resources),
    ...functionPolicies(stackName, resources),
  ];
}

/** The rules of all stacks are on one bus. */
export function busUsage(templates: Readonly<Record<string, Template>>): QuotaUsage {
  const rules = Object.values(templates).flatMap(({ Resources = {} }) =>
    Object.values(Resources).filter(({ Type }) => Type === 'AWS::Events::Rule'),
  );
  return { quota: 'busRules', where: Object.keys(templates).join(', '), amount: rules.length };
}

type Count = readonly (readonly [QuotaName, number])[];

const COUNTS: Readonly<Record<string, (resource: TemplateResource) => Count>> = {
  'AWS::SQS::QueuePolicy': ({ Properties }) => [
    ['queuePolicyStatements', Properties?.['PolicyDocument'].Statement.length],
    ['queuePolicyBytes', bytes(Properties?.['PolicyDocument'])],
  ],
  'AWS::SNS::TopicPolicy': ({ Properties }) => [
    ['topicPolicyStatements', Properties?.['PolicyDocument'].Statement.length],
    ['topicPolicyBytes', bytes(Properties?.['PolicyDocument'])],
  ],
  'AWS::KMS::Key': ({ Properties }) => [['keyPolicyBytes', bytes(Properties?.['KeyPolicy'])]],
  'AWS::IAM::ManagedPolicy': ({ Properties }) => [
    ['managedPolicyCharacters', longestText(Properties?.['PolicyDocument']).length],
  ],
  'AWS::Lambda::Function': ({ Properties }) => [
    ['functionNameCharacters', longestText(Properties?.['FunctionName']).length],
    ['functionEnvironmentBytes', environmentBytes(Properties?.['Environment']?.Variables ?? {})],
  ],
  'AWS::Events::Rule': ({ Properties }) => [
    ['ruleTargets', Properties?.['Targets'].length],
    ['patternCharacters', longestText(Properties?.['EventPattern'] ?? '').length],
  ],
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': (resource) => [
    ...alarm(resource),
    ['compositeRuleCharacters', longestText(resource.Properties?.['AlarmRule']).length],
    [
      'compositeChildren',
      new Set(longestText(resource.Properties?.['AlarmRule']).match(/ALARM\(".*?"\)/g)).size,
    ],
  ],
  'AWS::StepFunctions::StateMachine': ({ Properties }) => [
    ['stateMachineDefinitionBytes', bytes(Properties?.['DefinitionString'])],
  ],
  'AWS::SSM::Document': ({ Properties }) => [['documentBytes', bytes(Properties?.['Content'])]],
};

function alarm({ Properties = {} }: TemplateResource): Count {
  const actions = [
    Properties['AlarmActions'],
    Properties['OKActions'],
    Properties['InsufficientDataActions'],
  ];
  return [
    ['alarmActions', Math.max(...actions.map((list) => list?.length ?? 0))],
    ['alarmNameCharacters', longestText(Properties['AlarmName'] ?? '').length],
    ['alarmDescriptionCharacters', longestText(Properties['AlarmDescription'] ?? '').length],
  ];
}

function bytes(value: unknown): number {
  return Buffer.byteLength(longestText(value));
}

function environmentBytes(variables: Readonly<Record<string, unknown>>): number {
  return Object.entries(variables).reduce((sum, [name, value]) => sum + bytes(name) + bytes(value), 0);
}

type Resources = Readonly<Record<string, TemplateResource>>;

/** IAM adds up all inline policies of a role. */
function inlinePolicies(stackName: string, resources: Resources): readonly QuotaUsage[] {
  const documents = Object.entries(resources).flatMap(([logicalId, { Type, Properties }]) => {
    if (Type === 'AWS::IAM::Role') {
      const own: readonly { PolicyDocument: unknown }[] = Properties?.['Policies'] ?? [];
      return own.map(({ PolicyDocument }) => [logicalId, PolicyDocument] as const);
    }
    if (Type !== 'AWS::IAM::Policy') return [];
    const roles: readonly { Ref?: string }[] = Properties?.['Roles'] ?? [];
    return roles.map((role) => [role.Ref ?? longestText(role), Properties?.['PolicyDocument']] as const);
  });
  return summedUp(stackName, 'roleInlinePolicyCharacters', documents);
}

/** The CDK moves what does not fit into a role's inline policy into managed ones. */
function managedPolicies(stackName: string, resources: Resources): readonly QuotaUsage[] {
  const attached = Object.values(resources).flatMap(({ Type, Properties }) => {
    const roles: readonly { Ref?: string }[] = Properties?.['Roles'] ?? [];
    return Type === 'AWS::IAM::ManagedPolicy' ? roles.map((role) => role.Ref ?? longestText(role)) : [];
  });
  return [...Map.groupBy(attached, (role) => role)].map(([role, policies]) => ({
    quota: 'roleManagedPolicies',
    where: `${stackName}/${role}`,
    amount: policies.length,
  }));
}

/** Lambda keeps each permission as a statement of the function's one policy. */
function functionPolicies(stackName: string, resources: Resources): readonly QuotaUsage[] {
  const statements = Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Permission')
    .map(([logicalId, { Properties }]) => {
      const statement = {
        Sid: `${stackName}-${logicalId}-ABCDEFGHIJKL`,
        Effect: 'Allow',
        Principal: { Service: Properties?.['Principal'] },
        Action: Properties?.['Action'],
        Resource: Properties?.['FunctionName'],
        Condition: { ArnLike: { 'AWS:SourceArn': Properties?.['SourceArn'] } },
      };
      return [JSON.stringify(Properties?.['FunctionName']), statement] as const;
    });
  return summedUp(stackName, 'functionPolicyBytes', statements);
}

function summedUp(
  stackName: string,
  quota: QuotaName,
  parts: readonly (readonly [owner: string, part: unknown])[],
): readonly QuotaUsage[] {
  return [...Map.groupBy(parts, ([owner]) => owner)].map(([owner, ofOwner]) => ({
    quota,
    where: `${stackName}/${owner}`,
    amount: ofOwner.reduce((sum, [, part]) => sum + bytes(part), 0),
  }));
}
