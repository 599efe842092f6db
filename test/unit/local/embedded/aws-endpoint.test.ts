import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorClients } from '../../../../functions/runtime/operator.ts';
import { createRealClock } from '../../../../local/embedded/clock/real-clock.ts';
import {
  queueUrl,
  type StackResources,
  topicArn,
} from '../../../../local/embedded/cloudformation/stack-resources.ts';
import { type AwsEndpoint, startAwsEndpoint } from '../../../../local/embedded/endpoint/aws-endpoint.ts';
import { EventBus } from '../../../../local/embedded/event-bridge/event-bus.ts';
import { createQueueService } from '../../../../local/embedded/sqs/queue-service.ts';
import { createEmbeddedRunCommand } from '../../../../local/embedded/systems-manager/run-command.ts';
import { createAlarmLab, metricAlarm } from '../alarms/alarm-lab.ts';

const QUEUE = queueUrl('letters');
const TOPIC = topicArn('selfheal-architect');
const ENGINE: StackResources = {
  functions: [{ FunctionName: 'selfheal-act', Timeout: 3, MemorySize: 128 }],
  rules: [
    {
      name: 'signals',
      State: 'ENABLED',
      EventPattern: {},
      Targets: [{ Id: 'one', Arn: 'arn:aws:states:x' }],
    },
  ],
  queues: [
    {
      ...{ arn: 'arn:aws:sqs:us-east-1:000000000000:letters', url: QUEUE },
      ...{ VisibilityTimeout: 30, MessageRetentionPeriod: 345_600 },
    },
  ],
  eventSources: [],
  topicArns: [TOPIC],
  subscriptions: [{ Protocol: 'email', Endpoint: 'a&b@example.com', TopicArn: TOPIC }],
  eventInvokeConfigs: [],
  stateMachines: [],
  connections: [],
  apiDestinations: [],
};

describe('the endpoint of an embedded cloud', () => {
  let endpoint: AwsEndpoint;
  let bus: EventBus;
  let restore: () => void;

  beforeEach(async () => {
    const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'] as const;
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = name === 'AWS_REGION' ? 'us-east-1' : 'test';
    restore = () => {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    };
    const clock = createRealClock();
    const newId = () => 'an-id';
    bus = new EventBus({ clock, random: Math.random, newId });
    const queues = createQueueService({ clock, newId });
    queues.createQueue(QUEUE);
    queues.sendMessage(QUEUE, 'a dead letter');
    const node = { instanceId: 'i-0123456789abcdef0', tags: {}, platformType: 'Linux' as const };
    const hosts = {
      nodes: () => [{ ...node, computerName: 'one', ipAddress: '127.0.0.1' }],
      reachable: () => true,
      runScript: () => Promise.reject(new Error('no script runs here')),
    };
    endpoint = await startAwsEndpoint({
      cloud: {
        bus,
        queues,
        stacks: new Map([['SelfhealEngine', ENGINE]]),
        systemsManager: createEmbeddedRunCommand({ clock, newId, hosts, publish: () => undefined }),
        alarms: createAlarmLab().engine,
      },
      dynamoDb: { endpoint: 'http://127.0.0.1:9', tableName: 'the-table' },
    });
  });
  afterEach(async () => {
    restore();
    bus.close();
    await endpoint.close();
  });

  const clients = () => operatorClients({ endpointUrl: endpoint.url });
  const local = () => ({
    ...{ endpoint: endpoint.url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

  it('answers what the command asks of a deployment, in each service’s own protocol', async () => {
    const { stackOutputs, callerIdentity, deployment } = clients();
    expect(await stackOutputs('SelfhealState')).toEqual({ TableName: 'the-table' });
    expect(await callerIdentity()).toBe('arn:aws:iam::000000000000:user/local');
    expect(await deployment.stackResources('SelfhealEngine')).toEqual([
      { type: 'AWS::Lambda::Function', id: 'selfheal-act' },
      { type: 'AWS::Events::Rule', id: 'signals' },
      { type: 'AWS::SQS::Queue', id: QUEUE },
      { type: 'AWS::SNS::Topic', id: TOPIC },
    ]);
    expect(await deployment.functionState('selfheal-act')).toBe('Active');
    expect(await deployment.rule('signals')).toEqual({ isEnabled: true, targets: 1 });
    expect(await deployment.waitingMessages(QUEUE)).toBe(1);
    expect(await deployment.subscriptions(TOPIC)).toEqual([
      { protocol: 'email', endpoint: 'a&b@example.com', isConfirmed: true },
    ]);
    expect(await deployment.documentStatus('selfheal-start-component')).toBe('Active');
    expect(await deployment.nodes({ instanceIds: ['i-0123456789abcdef0'] })).toMatchObject([
      { ping: 'Online' },
    ]);
  });

  it('says of what is not deployed that it does not exist, as AWS does', async () => {
    const { deployment } = clients();
    expect(await deployment.stackResources('SelfhealWatchdog')).toBeUndefined();
    expect(await deployment.functionState('selfheal-none')).toBeUndefined();
    expect(await deployment.rule('none')).toBeUndefined();
    expect(await deployment.documentStatus('none')).toBeUndefined();
  });

  it('puts events on the bus with their time and their detail', async () => {
    const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
    await clients().events.send({
      detailType: 'Selfheal Control',
      source: 'selfheal.operator',
      atMs,
      detail: { command: 'pause' },
    });
    expect(bus.log).toMatchObject([
      {
        source: 'selfheal.operator',
        'detail-type': 'Selfheal Control',
        time: '2026-01-02T03:04:05Z',
        detail: { command: 'pause' },
      },
    ]);
  });

  it('hands requests for alarms to the alarm engine', async () => {
    const cloudWatch = new CloudWatchClient(local());
    await cloudWatch.send(new PutMetricAlarmCommand(metricAlarm() as never));
    const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toHaveLength(1);
    expect([
      ...(await clients().deployment.alarmStates([MetricAlarms?.[0]?.AlarmName ?? ''])).values(),
    ]).toEqual(['INSUFFICIENT_DATA']);
  });

  it.each([
    ['an operation in JSON', () => new SQSClient(local()).send(new ListQueuesCommand({}))],
    [
      'an operation in the query protocol',
      () => new STSClient(local()).send(new AssumeRoleCommand({ RoleArn: 'arn', RoleSessionName: 'me' })),
    ],
    ['a path of Lambda', () => new LambdaClient(local()).send(new ListFunctionsCommand({}))],
  ])('fails for %s that it does not serve, instead of inventing an answer', async (_, request) => {
    await expect(request()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });
});
