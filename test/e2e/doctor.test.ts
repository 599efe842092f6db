// @thorough
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DisableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { type MiniStackPlace, openMiniStack } from '../conformance/places/ministack.ts';
import { requirement } from '../factories/requirements.ts';
import { selfhealIn } from './selfheal-command.ts';

/** The policies in docs/cli.md, for another account: for all commands, and for this one. */
function documentedPolicies(account: string): readonly string[] {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
  return [...page.matchAll(/```json\n(?<policy>[^`]*)```/g)].map(({ groups }) =>
    (groups?.['policy'] ?? '').replaceAll('123456789012', account),
  );
}

interface Report {
  readonly checks: readonly {
    readonly check: string;
    readonly looked: number;
    readonly faults: readonly {
      readonly subject: string;
      readonly problem: string;
      readonly remedy: string;
    }[];
    readonly unable?: { readonly permission?: string };
  }[];
}

describe.skipIf(!requirement('python'))('selfheal doctor, against a deployment on MiniStack', () => {
  let place: MiniStackPlace;
  let directory: string;
  let environment: NodeJS.ProcessEnv;
  const aws = () => place.aws;

  async function doctor(more: NodeJS.ProcessEnv = {}) {
    const run = selfhealIn(directory, place.aws.endpoint);
    const answer = await run(['doctor', '--json'], { ...environment, ...more });
    const report = JSON.parse(answer.out || `{"checks":[]}`) as Report;
    const faults = report.checks.flatMap((check) => check.faults);
    return {
      ...answer,
      ...report,
      found: faults.map(({ subject, problem }) => `${subject} ${problem}`),
      faults,
    };
  }

  const alarmNames = () => {
    const loaded = loadConfiguration(place.landscape.configuration, 'selfheal.yaml');
    return loaded.ok ? Object.keys(loaded.compiled.alarms) : [];
  };
  const topics = async () =>
    ((await new SNSClient(aws()).send(new ListTopicsCommand({}))).Topics ?? []).map(
      ({ TopicArn = '' }) => TopicArn,
    );
  const topic = async (name: string) => (await topics()).find((arn) => arn.endsWith(`:${name}`)) ?? '';
  const writeConfiguration = (changes: Readonly<Record<string, unknown>> = {}) => {
    const deployed = JSON.parse(place.landscape.configuration);
    return writeFile(
      join(directory, 'selfheal.yaml'),
      JSON.stringify({
        ...deployed,
        // Only a SOC that the file names is missed among the subscribers.
        settings: { ...deployed.settings, notify: { soc: ['soc@example.com'] } },
        watchdog: { enabled: false, allowedAddresses: ['127.0.0.0/8'] },
        ...changes,
      }),
    );
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-doctor-'));
    place = await openMiniStack({ components: { shop: {}, api: {} } });
    await writeConfiguration();
    // The endpoint of Systems Manager is the one that the deployed functions use.
    const { Environment } = await new LambdaClient(aws()).send(
      new GetFunctionConfigurationCommand({ FunctionName: 'selfheal-act' }),
    );
    environment = { AWS_ENDPOINT_URL_SSM: Environment?.Variables?.['AWS_ENDPOINT_URL_SSM'] };
    const cloudWatch = new CloudWatchClient(aws());
    for (const AlarmName of alarmNames())
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: 'Test',
          MetricName: 'errors',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          Statistic: 'Sum',
        }),
      );
    const sqs = new SQSClient(aws());
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'people' }));
    const account = place.home.account;
    for (const name of ['selfheal-soc', 'selfheal-architect']) {
      await new SNSClient(aws()).send(
        new SubscribeCommand({
          TopicArn: await topic(name),
          Protocol: 'sqs',
          Endpoint: `arn:aws:sqs:us-east-1:${account}:${QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)}`,
        }),
      );
    }
  });
  afterAll(async () => {
    await place?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('finds nothing wrong with a deployment as it should be', async () => {
    const { code, found, err, checks } = await doctor();
    expect({ code, found, err }).toEqual({ code: 0, found: [], err: '' });
    const looked = Object.fromEntries(checks.map((check) => [check.check, check.looked]));
    for (const check of [
      'stacks',
      'functions',
      'rules',
      'queues',
      'topics',
      'ownAlarms',
      'alarms',
      'documents',
      'nodes',
    ])
      expect(looked[check], check).toBeGreaterThan(0);
  });

  it('names a permission that the person lacks as such, and not as a fault', async () => {
    const iam = new IAMClient(aws());
    const RoleName = 'operators';
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const [reading = '', looking = ''] = documentedPolicies(place.home.account);
    const grant = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await grant('reading', reading);
    await grant('looking', looking.replace('"sqs:GetQueueAttributes",', ''));
    const { Credentials } = await new STSClient(aws()).send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'ada' }),
    );
    const credentials = {
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials?.SessionToken,
    };
    const lacking = await doctor(credentials);
    expect({ code: lacking.code, found: lacking.found }).toEqual({ code: 3, found: [] });
    const unable = lacking.checks.flatMap((each) =>
      each.unable ? [[each.check, each.unable.permission]] : [],
    );
    expect(unable).toEqual([['queues', 'sqs:GetQueueAttributes']]);

    await grant('looking', looking);
    expect(await doctor(credentials)).toMatchObject({ code: 0, found: [] });
  });

  it('finds each of fourteen faults of a deployment, with a remedy', async () => {
    const cloudWatch = new CloudWatchClient(aws());
    const events = new EventBridgeClient(aws());
    const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: 'SelfhealEngine-' }));
    const ruleLike = (pattern: RegExp) =>
      Rules.map(({ Name = '' }) => Name).find((name) => pattern.test(name)) ?? '';
    const everyMinute = ruleLike(/EveryMinute/);
    const signals = ruleLike(/SignalRules/);
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'SelfhealEngine-' }),
    );
    const own = MetricAlarms[0]?.AlarmName ?? '';
    const [alarm = ''] = alarmNames();
    const [offline = ''] = place.landscape.instancesOf('shop');
    const [gone = ''] = place.landscape.instancesOf('api');
    const deadLetters = place.outputs['SignalDeadLetterQueueUrl'] ?? '';

    place.hosts.disconnect([offline]);
    place.hosts.terminate([gone]);
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [alarm] }));
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: own, StateValue: 'ALARM', StateReason: 'seeded' }),
    );
    await events.send(new DisableRuleCommand({ Name: signals }));
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: everyMinute }));
    await events.send(new RemoveTargetsCommand({ Rule: everyMinute, Ids: Targets.map(({ Id = '' }) => Id) }));
    await new LambdaClient(aws()).send(new DeleteFunctionCommand({ FunctionName: 'selfheal-escalate' }));
    await new SQSClient(aws()).send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: '{}' }));
    const sns = new SNSClient(aws());
    const { Subscriptions = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: await topic('selfheal-soc') }),
    );
    for (const { SubscriptionArn } of Subscriptions)
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await place.store.noteDenial({ action: 'ssm:SendCommand', role: 'selfheal-act' }, Date.now());
    const document = 'selfheal-start-component';
    const ssm = new SSMClient({ ...aws(), endpoint: environment['AWS_ENDPOINT_URL_SSM'] ?? '' });
    await ssm.send(new DeleteDocumentCommand({ Name: document }));
    // The file says that there is a watchdog, and none is deployed.
    await writeConfiguration({ watchdog: { allowedAddresses: ['127.0.0.0/8'] } });

    const { code, found, faults } = await doctor();
    expect(code).toBe(1);
    const seeded: readonly RegExp[] = [
      new RegExp(`^node ${offline} of shop is ConnectionLost`),
      new RegExp(`^node ${gone} of api is not a managed node`),
      new RegExp(`^alarm ${alarm} does not exist`),
      new RegExp(`^alarm ${own} is in ALARM`),
      new RegExp(`^rule ${signals} is disabled`),
      new RegExp(`^rule ${everyMinute} has no target`),
      /^function selfheal-escalate was deleted/,
      /^queue .*SignalDeadLetters.* holds 1 dead letter:/,
      /^topic selfheal-soc has no confirmed subscription/,
      /^role selfheal-act lacked a permission at .*: ssm:SendCommand/,
      /^stack SelfhealWatchdog is not deployed/,
      /^stack SelfhealDeadMan is not deployed/,
      new RegExp(`^document ${document} does not exist`),
      /^watchdog, shard 0 has never had a round/,
    ];
    for (const fault of seeded) expect(found).toContainEqual(expect.stringMatching(fault));
    expect(faults.every(({ remedy }) => remedy.length > 10)).toBe(true);
    expect(found).toHaveLength(seeded.length);
  });
});
