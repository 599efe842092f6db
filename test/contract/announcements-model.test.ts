import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEventPublisher } from '../../functions/adapters/eventbridge/event-publisher.ts';
import { createWatchdogPublisher } from '../../functions/adapters/eventbridge/watchdog-publisher.ts';
import { createSnsNotifier } from '../../functions/adapters/sns/notifier.ts';
import { operationNotification } from '../../functions/app/notifications.ts';
import type { StepRecord } from '../../functions/core/operation/operation.ts';
import type { AlarmEvent } from '../../local/alarms/alarm-delivery.ts';
import { createAlarmActions } from '../../local/cloud/alarm-actions.ts';
import { localEndpoint } from '../../local/cloud/endpoint.ts';
import { createEventBus } from '../../local/cloud/event-bus.ts';
import { type MiniStack, startMiniStack } from '../../local/ministack/server.ts';
import { startSsmServer } from '../../local/ssm/server.ts';
import { configured } from '../factories/configuration.ts';
import { admitted, createWorld } from '../factories/ports/world.ts';
import { requirement } from '../factories/requirements.ts';
import { createAlarmLab, metricAlarm } from '../unit/local/alarms/alarm-lab.ts';
import { postRequest } from './aws-model/post-request.ts';
import { type RecordedService, recordService } from './aws-model/recorded-service.ts';
import { serviceModel } from './aws-model/service-model.ts';

type Json = Readonly<Record<string, unknown>>;

let cloud: MiniStack;
let recorded: RecordedService;

/** For clients whose requests are recorded. */
const aws = () => localEndpoint(recorded.url, cloud.region);

describe.skipIf(!requirement('python'))('announcements to the bus and to topics', () => {
  beforeAll(async () => {
    cloud = await startMiniStack();
    recorded = await recordService(cloud.endpoint);
  });
  afterAll(async () => {
    await recorded?.close();
    await cloud?.stop();
  });
  afterEach(() => {
    recorded.calls.length = 0;
  });

  it('satisfy AWS’s model of EventBridge, from every publisher', async () => {
    const client = new EventBridgeClient({ ...aws(), maxAttempts: 1 });
    const lost: unknown[] = [];
    const events = createEventPublisher({ client, onLost: (_, error) => void lost.push(error) });
    await events.stateChanged({ operation: await endedOperation(), state: 'FAILED', atMs: Date.now() });
    await events.signal({ component: 'web', metric: 'memory', severity: 'HIGH', reason: 'r'.repeat(1_000) });
    await createWatchdogPublisher(client).publish(
      Array.from({ length: 25 }, (_, index) => ({
        detailType: 'Selfheal Signal' as const,
        detail: { component: `web-${index}` },
        atMs: Date.now() + index,
      })),
    );
    for (const event of await alarmEvents()) await createEventBus(aws()).putAlarmEvent(event);
    await publishCommandEvents();

    expect(lost).toEqual([]);
    expect(recorded.faults(await serviceModel('events', '2015-10-07'))).toEqual([]);
    const entries = recorded.calls.flatMap(
      ({ request }) => (request as { Entries: readonly Json[] }).Entries,
    );
    expect(new Set(entries.map(({ DetailType }) => DetailType))).toEqual(
      new Set([
        'Selfheal Operation State Change',
        'Selfheal Signal',
        'CloudWatch Alarm State Change',
        'CloudWatch Alarm Contributor State Change',
        'EC2 Command Status-change Notification',
        'EC2 Command Invocation Status-change Notification',
      ]),
    );
    // The model says in words only what an entry has to have.
    for (const { Source, DetailType, Detail } of entries) {
      expect(Source).toMatch(/^(selfheal|aws\.[a-z]+)$/);
      expect(String(DetailType).length).toBeLessThanOrEqual(128);
      expect(JSON.parse(String(Detail))).toBeTypeOf('object');
    }
  });

  it('satisfy AWS’s model of SNS, from every publisher', async () => {
    const client = new SNSClient({ ...aws(), maxAttempts: 1 });
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'people' }));
    recorded.calls.length = 0;
    const notifier = createSnsNotifier({
      client,
      topicArns: { soc: TopicArn, architect: TopicArn },
      context: {
        home: { account: '000000000000', region: 'us-east-1' },
        configuration: configured({ components: { web: {} } }),
      },
    });
    await notifier.notify(await largestNotification());
    await notifier.notify({ topic: 'soc', subject: 'Zeile eins\nZeile zwei: grün', body: { message: 'ü' } });
    const act = createAlarmActions(aws());
    for (const event of await alarmEvents())
      if (event['detail-type'] === 'CloudWatch Alarm State Change') await act(TopicArn, event);

    expect(recorded.faults(await serviceModel('sns', '2010-03-31'))).toEqual([]);
    const requests = recorded.calls.map(({ request }) => request as { Subject: string; Message: string });
    expect(requests.length).toBeGreaterThan(2);
    expect(recorded.calls.map(({ response }) => response)).toEqual(
      requests.map(() => ({ MessageId: expect.stringMatching(/./) })),
    );
    // The model gives these bounds in words only.
    for (const { Subject, Message } of requests) {
      expect(Subject).toMatch(/^[!-~][ -~]{0,98}$/);
      expect(Buffer.byteLength(Message)).toBeLessThanOrEqual(262_144);
    }
  });
});

const LONGEST_NAME = `c${'x'.repeat(62)}`;

/** An operation whose every field is as long as it may be. */
async function endedOperation() {
  const world = createWorld(configured({ components: { [LONGEST_NAME]: {} } }));
  const operation = await admitted(world, {
    component: LONGEST_NAME,
    reason: 'ü'.repeat(10_000),
  });
  return {
    ...operation,
    alert: { ...operation.alert, metric: 'm'.repeat(63) },
    result: 'FAILED' as const,
    failure: { error: 'NotRecovered', cause: 'ü'.repeat(1_000) },
    warnings: Array.from({ length: 50 }, () => 'w'.repeat(1_000)),
  };
}

/** Of a repair in as many steps as an operation may have, on as many hosts as each may have. */
async function largestNotification() {
  const operation = await endedOperation();
  const hosts = Array.from({ length: 50 }, (_, index) => `i-0123456789abcde${100 + index}`);
  const steps = Array.from(
    { length: 1_000 },
    (_, index): StepRecord => ({
      ...{ operationId: operation.operationId, stepId: `heal-${index}`, component: LONGEST_NAME },
      ...{ action: 'start_component', onError: 'continue', startedAtMs: 0, completedAtMs: 1 },
      ...{ outcome: index % 2 === 0 ? 'SUCCEEDED' : 'FAILED', targets: hosts },
      detail: hosts.map((id) => `${id} Success: {"state":"${'ü'.repeat(1_000)}"}`).join('; '),
    }),
  );
  return operationNotification('architect', operation, 'A person is needed.', {
    steps,
    failure: operation.failure,
    report: { repaired: hosts, undone: hosts, left: hosts, untouched: hosts, skipped: {} },
  });
}

/** What alarms of every kind put on the bus, those with the longest names among them. */
async function alarmEvents(): Promise<readonly AlarmEvent[]> {
  const { engine, events, contributorEvents, play } = createAlarmLab();
  const AlarmName = 'n'.repeat(255);
  engine.putMetricAlarm(metricAlarm({ AlarmName, AlarmDescription: 'd'.repeat(1_024) }));
  engine.putMetricAlarm({
    AlarmName: 'group',
    Metrics: [
      {
        Id: 'q1',
        Expression: 'SELECT MAX("Memory") FROM "Demo" GROUP BY InstanceId ORDER BY MAX() DESC',
        Period: 60,
      },
    ],
    ...{ EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' },
  });
  await engine.putCompositeAlarm({ AlarmName: 'all', AlarmRule: `ALARM("${AlarmName}")` });
  await play(50, 95, 50);
  return [...events, ...contributorEvents];
}

/** Has the local Run Command put the events of a command on the bus. */
async function publishCommandEvents(): Promise<void> {
  const bus = createEventBus(aws());
  const published: string[] = [];
  const instanceId = 'i-0123456789abcdef0';
  const server = await startSsmServer({
    visibleAfterMs: 0,
    publish: async (entry) => {
      await bus.put(entry);
      published.push(entry.DetailType);
    },
    runner: {
      nodes: () => [
        { instanceId, tags: {}, platformType: 'Linux', computerName: 'host', ipAddress: '10.0.0.1' },
      ],
      reachable: () => true,
      runScript: async () => ({ exitCode: 0, stdout: '', stderr: '', timedOut: false }),
    },
  });
  const post = (operation: string, request: Json) =>
    postRequest(server.url, `AmazonSSM.${operation}`, request, '1.1');
  const Content = JSON.stringify({
    schemaVersion: '2.2',
    mainSteps: [{ action: 'aws:runShellScript', name: 'acts', inputs: { runCommand: ['true'] } }],
  });
  try {
    await post('CreateDocument', { Name: 'acts', Content, DocumentType: 'Command' });
    await post('SendCommand', { DocumentName: 'acts', InstanceIds: [instanceId] });
    await expect.poll(() => new Set(published).size).toBe(2);
  } finally {
    await server.close();
  }
}
