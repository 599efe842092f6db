import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ENGINE_HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { DeploymentOptionsError, readDeploymentOptions } from '../../infra/stacks/deployment-options.ts';
import { FEATURE_FLAGS } from '../../infra/stacks/feature-flags.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { allResources, asText, type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const templates = synthesizeStacks();
const WATCHDOG_FUNCTIONS: readonly string[] = ['change-peer', 'watch-inside', 'watch-outside'];
const ofType = (type: string, of = templates) =>
  allResources(of)
    .map(([, resource]) => resource)
    .filter(({ Type }) => Type === type);

/** Statements of the resource policies of one type that refuse whatever doesn't come by TLS. */
const refusingPlainText = (type: string) =>
  ofType(type)
    .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement)
    .filter(
      ({ Effect, Condition }) => Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport'] === 'false',
    );

describe('the table', () => {
  const tables = (of = templates): readonly Resource[] => ofType('AWS::DynamoDB::Table', of);

  it('outlives its stack and can be restored to any second', () => {
    const [table] = tables();
    expect(table?.DeletionPolicy).toBe('Retain');
    expect(table?.UpdateReplacePolicy).toBe('Retain');
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  it('goes with its stack if the deployment is only a test', () => {
    const [table] = tables(synthesizeStacks(SAMPLE_CONFIGURATION, { removalPolicy: 'destroy' }));
    expect(table?.DeletionPolicy).toBe('Delete');
    expect(table?.Properties['DeletionProtectionEnabled']).toBe(false);
  });

  it('is the only one', () => {
    expect(tables()).toHaveLength(1);
  });
});

describe('queues and topics', () => {
  it('every queue is encrypted, keeps its messages for 14 days and is reached by TLS only', () => {
    const queues = ofType('AWS::SQS::Queue');
    expect(queues).not.toHaveLength(0);
    for (const { Properties } of queues) {
      expect(Properties['SqsManagedSseEnabled']).toBe(true);
      expect(Properties['MessageRetentionPeriod']).toBe(14 * 86_400);
    }
    expect(refusingPlainText('AWS::SQS::QueuePolicy')).toHaveLength(queues.length);
  });

  it('every topic is encrypted and reached by TLS only', () => {
    const topics = ofType('AWS::SNS::Topic');
    expect(topics.map(({ Properties }) => Properties['TopicName']).sort()).toEqual([
      'selfheal-architect',
      'selfheal-soc',
    ]);
    for (const { Properties } of topics) expect(asText(Properties['KmsMasterKeyId'])).toMatch(/^<TopicsKey/);
    expect(refusingPlainText('AWS::SNS::TopicPolicy')).toHaveLength(topics.length);
  });

  it('the people named in the configuration are subscribed', () => {
    const subscribed = ofType('AWS::SNS::Subscription').map(({ Properties }) => [
      asText(Properties['TopicArn']).replace(/\w{8}>$/, '>'),
      Properties['Protocol'],
      Properties['Endpoint'],
    ]);
    expect(subscribed.sort()).toEqual([
      ['<TopicsArchitect>', 'email', 'architect@example.com'],
      ['<TopicsSoc>', 'email', 'soc@example.com'],
    ]);
  });

  it('the alarms on Selfheal itself may publish to the architect, by topic and key; the key is rotated', () => {
    const [key] = ofType('AWS::KMS::Key');
    const policies = ofType('AWS::SNS::TopicPolicy').map(({ Properties }) => Properties['PolicyDocument']);
    expect(key?.Properties['EnableKeyRotation']).toBe(true);
    const byAlarms = [key?.Properties['KeyPolicy'], ...policies]
      .flatMap(({ Statement }) => Statement)
      .filter(({ Principal }) => Principal.Service === 'cloudwatch.amazonaws.com')
      .map(({ Action, Resource, Condition }) => ({
        Action,
        on: asText(Resource).replace(/\w{8}>$/, '>'),
        account: asText(Condition.StringEquals['aws:SourceAccount']),
        alarms: asText(Condition.ArnLike['aws:SourceArn']),
      }));
    const from = {
      account: '<AWS::AccountId>',
      alarms: 'arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:SelfhealEngine-*',
    };
    expect(byAlarms).toEqual([
      { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], on: '*', ...from },
      { Action: 'sns:Publish', on: '<TopicsArchitect>', ...from },
    ]);
  });
});

describe('functions and workflows', () => {
  const functions = ofType('AWS::Lambda::Function');

  it('there is one function for each handler and vantage point, on Node 24 and arm64, traced', () => {
    const names = [...ENGINE_HANDLERS, ...WATCHDOG_FUNCTIONS].map((name) => `selfheal-${name}`);
    expect(functions.map(({ Properties }) => Properties['FunctionName']).sort()).toEqual(names.sort());
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
    }
  });

  it('each finds in its environment what it uses, and nothing else', () => {
    const everywhere = ['CONFIGURATION_FILE', 'HOME_ACCOUNT', 'HOME_REGION', 'TABLE_NAME'];
    const more: Readonly<Record<string, readonly string[]>> = {
      triage: ['ARCHITECT_TOPIC_ARN'],
      'change-peer': ['ARCHITECT_TOPIC_ARN'],
      act: ['ARCHITECT_TOPIC_ARN', 'SOC_TOPIC_ARN'],
      escalate: ['ARCHITECT_TOPIC_ARN'],
      conclude: ['ARCHITECT_TOPIC_ARN'],
      'execution-ended': ['ARCHITECT_TOPIC_ARN', 'HEAL_STATE_MACHINE_ARN'],
      reconcile: ['ARCHITECT_TOPIC_ARN', 'HEAL_STATE_MACHINE_ARN'],
    };
    for (const { Properties } of functions) {
      const name = String(Properties['FunctionName']).replace('selfheal-', '');
      const expected = [...everywhere, ...(more[name] ?? [])].sort();
      expect(Object.keys(Properties['Environment'].Variables).sort(), name).toEqual(expected);
    }
  });

  it('no function joins the VPC but the verifying one and the vantage point inside', () => {
    const inVpc = functions.filter(({ Properties }) => Properties['VpcConfig']);
    const inside = {
      SubnetIds: ['subnet-0123456789abcdef0'],
      SecurityGroupIds: ['sg-0123456789abcdef0'],
    };
    expect(inVpc.map(({ Properties }) => [Properties['FunctionName'], Properties['VpcConfig']])).toEqual([
      ['selfheal-verify', inside],
      ['selfheal-watch-inside', inside],
    ]);
  });

  it('the reconciler never overlaps itself, where the account has the quota for that', () => {
    const reserved = (of = templates) =>
      ofType('AWS::Lambda::Function', of).flatMap(
        ({ Properties }) => Properties['ReservedConcurrentExecutions'] ?? [],
      );
    expect(reserved()).toEqual([]);
    expect(reserved(synthesizeStacks(SAMPLE_CONFIGURATION, { reserveConcurrency: 'true' }))).toEqual([1]);
  });

  it('every log group forgets, and there is one for each function and workflow', () => {
    const logGroups = ofType('AWS::Logs::LogGroup');
    expect(logGroups).toHaveLength(functions.length + 2);
    for (const { Properties } of logGroups) expect(Properties['RetentionInDays']).toBe(30);
  });

  it('triage is an Express workflow, heal a Standard one; both log errors without data and are traced', () => {
    const workflows = ofType('AWS::StepFunctions::StateMachine').map(({ Properties }) => [
      Properties['StateMachineName'],
      Properties['StateMachineType'],
      Properties['LoggingConfiguration'].Level,
      Properties['LoggingConfiguration'].IncludeExecutionData,
      Properties['TracingConfiguration'].Enabled,
    ]);
    expect(workflows.sort()).toEqual([
      ['selfheal-heal', 'STANDARD', 'ERROR', false, true],
      ['selfheal-triage', 'EXPRESS', 'ERROR', false, true],
    ]);
  });

  it('nothing in a workflow is left to be filled in', () => {
    for (const { Properties } of ofType('AWS::StepFunctions::StateMachine')) {
      const named = [...asText(Properties['DefinitionString']).matchAll(/\$\{(\w+)\}/g)].map(
        ([, name]) => name,
      );
      const given = Object.keys(Properties['DefinitionSubstitutions']);
      expect([...new Set(named)].sort()).toEqual(given.sort());
    }
  });

  it('events that a function fails on are kept, but for those of the clock', () => {
    const kept = ofType('AWS::Lambda::EventInvokeConfig').map(({ Properties }) => [
      asText(Properties['FunctionName']).replace(/\w{8}>$/, '>'),
      Properties['MaximumRetryAttempts'],
      'DestinationConfig' in Properties,
    ]);
    expect(kept.sort()).toEqual([
      ['<ChangePeerFunction>', 2, true],
      ['<CommandStatusFunction>', 2, true],
      ['<ExecutionEndedFunction>', 2, true],
      ['<ReconcileFunction>', 0, false],
      ['<WatchinsideFunction>', 0, false],
      ['<WatchoutsideFunction>', 0, false],
    ]);
  });
});

describe('context', () => {
  it('gives functions the variables that an emulator needs', () => {
    const lambdaEnvironment = '{"AWS_ENDPOINT_URL_SSM":"http://127.0.0.1:4000"}';
    for (const { Properties } of ofType(
      'AWS::Lambda::Function',
      synthesizeStacks(SAMPLE_CONFIGURATION, { lambdaEnvironment }),
    )) {
      expect(Properties['Environment'].Variables['AWS_ENDPOINT_URL_SSM']).toBe('http://127.0.0.1:4000');
    }
  });

  it.each([
    ['config', '', 'the path of a file'],
    ['removalPolicy', 'delete', 'retain or destroy'],
    ['reserveConcurrency', 'perhaps', 'true or false'],
    ['lambdaEnvironment', '{broken', 'a JSON object of texts whose names are in capitals'],
    ['lambdaEnvironment', '{}x', 'a JSON object of texts whose names are in capitals'],
  ])('%s=%s is refused, with what is expected', (key, value, expected) => {
    const synthesis = () => synthesizeStacks(SAMPLE_CONFIGURATION, { [key]: value });
    expect(synthesis).toThrow(DeploymentOptionsError);
    expect(synthesis).toThrow(`context ${key}="${value}": expected ${expected}`);
  });

  it.each([
    ['confg', 'did you mean `-c config=…`?'],
    ['selfheal:confg', 'did you mean `-c config=…`?'],
    ['removal-policy', 'did you mean `-c removalPolicy=…`?'],
    ['stage', 'leave out `-c stage=…`'],
  ])('%s, which does not exist, is refused with the nearest that does', (key, remedy) => {
    const options = () => readDeploymentOptions(new App({ context: { ...FEATURE_FLAGS, [key]: 'x' } }).node);
    expect(options).toThrow(DeploymentOptionsError);
    expect(options).toThrow(`context ${key}="x": there is no such key; ${remedy}`);
    expect(options).toThrow('known: config, ');
  });

  it('may hold what the CDK itself keeps there', () => {
    const context = {
      ...FEATURE_FLAGS,
      'aws:cdk:enable-path-metadata': true,
      'availability-zones:account=123456789012:region=us-east-1': ['us-east-1a'],
      'acknowledged-issue-numbers': [32775],
    };
    expect(readDeploymentOptions(new App({ context }).node)).toMatchObject({ config: './selfheal.yaml' });
  });

  it('comes with a question before permissions are widened, unless a command says otherwise', () => {
    const cdk = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8'));
    expect(cdk.requireApproval).toBe('broadening');
  });
});

it('the stacks’ outputs name what a person or a script looks for', () => {
  const outputs = [templates.state, templates.engine].flatMap((template) =>
    Object.keys(template.findOutputs('*')).filter((name) => !name.startsWith('ExportsOutput')),
  );
  expect(outputs.sort()).toEqual([
    'ArchitectTopicArn',
    'CompletionDeadLetterQueueUrl',
    'HealStateMachineArn',
    'SignalDeadLetterQueueUrl',
    'SocTopicArn',
    'TableName',
    'TriageStateMachineArn',
  ]);
  expect(resourcesOf(templates.state, 'AWS::DynamoDB::Table').size).toBe(1);
});
