import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { checkQuotas, QuotaExceeded, quotaUsage } from '../../infra/quotas/check-quotas.ts';
import { QUOTAS, type QuotaName } from '../../infra/quotas/quotas.ts';
import type { Template } from '../../infra/quotas/template-text.ts';
import { type FleetSize, largeConfiguration } from './large-configurations.ts';
import { synthesizeTemplates } from './synthesized-stacks.ts';

const SIZES: Readonly<Record<string, FleetSize>> = {
  '1 component': { components: 1 },
  '200 components with three alarms and a composite each': { components: 200, composites: true },
  '1,000 components with three alarms each': { components: 1_000 },
  '100 shards at 5 vantage points': { components: 1, shards: 100, vantagePoints: 5 },
  '50 functions, 50 services, and 100 documents of one’s own': { components: 1, each: 50 },
  '3,000 adopted alarms': { components: 1_000, createdAlarms: 0, adoptedAlarms: 3 },
  'all of it at once, with the longest names': {
    components: 1_000,
    composites: true,
    adoptedAlarms: 3,
    adoptedNameCharacters: 255,
    shards: 100,
    vantagePoints: 5,
    alarmStacks: 16,
  },
};

/** At most of every quota, at any size. */
const most = new Map<QuotaName, number>();

describe('the synthesized stacks', () => {
  it.each(Object.entries(SIZES))('stay within the quotas of AWS for %s', (_, size) => {
    const templates = synthesizeTemplates(largeConfiguration(size));
    for (const { quota, amount } of quotaUsage(templates)) {
      most.set(quota, Math.max(most.get(quota) ?? 0, amount));
    }
    expect(() => checkQuotas(templates)).not.toThrow();
  });

  it('leave a third of the bus to the rules of others', () => {
    expect(most.get('busRules')).toBeGreaterThan(100);
    expect(most.get('busRules')).toBeLessThanOrEqual(200);
  });

  it('keep a function’s package within its quota for 1,000 components', () => {
    const loaded = loadConfiguration(
      largeConfiguration(SIZES['1,000 components with three alarms each'] as FleetSize),
      'selfheal.yaml',
    );
    expect(loaded.ok && JSON.stringify(loaded.compiled).length + 640_000).toBeLessThan(
      QUOTAS.functionPackageBytes.limit,
    );
  });
});

describe('a template beyond a quota', () => {
  const resource = (Type: string, Properties: Readonly<Record<string, unknown>>): Template => ({
    Resources: { It: { Type, Properties } },
  });
  const many = <Each>(count: number, each: Each): Each[] => Array.from({ length: count }, () => each);
  const named = <Each>(count: number, each: Each): Record<string, Each> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`R${index}`, each]));
  const policy = (count: number, sid = '') => ({
    Version: '2012-10-17',
    Statement: many(count, { Sid: sid, Effect: 'Allow', Action: 'a:b' }),
  });
  const children = (count: number, nameCharacters: number) =>
    Array.from(
      { length: count },
      (_, index) => `ALARM("${String(index).padStart(nameCharacters, 'x')}")`,
    ).join(' OR ');
  const rule = { Type: 'AWS::Events::Rule', Properties: { Targets: [] } };
  const permission = {
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: { Ref: 'F' }, Principal: 'p', Action: 'a', SourceArn: { Ref: 'R' } },
  };
  const topic = { Type: 'AWS::SNS::Topic', Properties: {} };

  const BEYOND: Readonly<Record<Exclude<QuotaName, 'functionPackageBytes'>, Template>> = {
    stackResources: { Resources: named(501, topic) },
    stackParameters: { Parameters: named(201, {}) },
    stackOutputs: { Outputs: named(201, {}) },
    templateBytes: resource('AWS::SNS::Topic', { DisplayName: 'x'.repeat(1_000_000) }),
    queuePolicyStatements: resource('AWS::SQS::QueuePolicy', { PolicyDocument: policy(21) }),
    queuePolicyBytes: resource('AWS::SQS::QueuePolicy', { PolicyDocument: policy(1, 'x'.repeat(8_192)) }),
    topicPolicyStatements: resource('AWS::SNS::TopicPolicy', { PolicyDocument: policy(101) }),
    topicPolicyBytes: resource('AWS::SNS::TopicPolicy', { PolicyDocument: policy(1, 'x'.repeat(30_720)) }),
    keyPolicyBytes: resource('AWS::KMS::Key', { KeyPolicy: policy(1, 'x'.repeat(32_768)) }),
    roleInlinePolicyCharacters: {
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: policy(100) }] } },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: policy(150) },
        },
      },
    },
    managedPolicyCharacters: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: policy(150) }),
    roleManagedPolicies: {
      Resources: named(11, {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: policy(1) },
      }),
    },
    functionPolicyBytes: { Resources: named(80, permission) },
    functionEnvironmentBytes: resource('AWS::Lambda::Function', {
      FunctionName: 'f',
      Environment: { Variables: { A: 'x'.repeat(2_000), B: 'x'.repeat(2_100) } },
    }),
    functionNameCharacters: resource('AWS::Lambda::Function', { FunctionName: 'x'.repeat(65) }),
    busRules: { Resources: named(301, rule) },
    ruleTargets: resource('AWS::Events::Rule', { Targets: many(6, {}) }),
    patternCharacters: resource('AWS::Events::Rule', {
      Targets: [],
      EventPattern: { detail: { alarmName: many(100, 'x'.repeat(20)) } },
    }),
    alarmActions: resource('AWS::CloudWatch::Alarm', { OKActions: many(6, 'arn') }),
    alarmNameCharacters: resource('AWS::CloudWatch::Alarm', { AlarmName: 'x'.repeat(256) }),
    alarmDescriptionCharacters: resource('AWS::CloudWatch::Alarm', { AlarmDescription: 'x'.repeat(1_025) }),
    compositeRuleCharacters: resource('AWS::CloudWatch::CompositeAlarm', { AlarmRule: children(50, 200) }),
    compositeChildren: resource('AWS::CloudWatch::CompositeAlarm', { AlarmRule: children(101, 3) }),
    stateMachineDefinitionBytes: resource('AWS::StepFunctions::StateMachine', {
      DefinitionString: {
        'Fn::Join': ['', ['x'.repeat(500_000), { Ref: 'AWS::Partition' }, 'x'.repeat(500_000)]],
      },
    }),
    documentBytes: resource('AWS::SSM::Document', { Content: { a: 'x'.repeat(65_536) } }),
  };

  it.each(Object.entries(BEYOND))('is refused: %s', (quota, template) => {
    const { counted, limit, source, remedy } = QUOTAS[quota as QuotaName];
    const check = () => checkQuotas({ Stack: template });
    expect(check).toThrow(QuotaExceeded);
    expect(check).toThrow(`${counted}, but AWS allows ${limit} (${source}); ${remedy}`);
  });

  it('can be noticed for every quota that our templates come near', () => {
    const unused: readonly QuotaName[] = ['functionPackageBytes'];
    expect([...most.keys(), ...unused].sort()).toEqual(Object.keys(QUOTAS).sort());
    for (const amount of most.values()) expect(amount).toBeGreaterThan(0);
  });
});

afterAll(() => most.clear());
