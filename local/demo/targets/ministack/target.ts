import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { createOperationStore } from '../../../../functions/adapters/dynamodb/operation-store.ts';
import { createWatchdogStore } from '../../../../functions/adapters/dynamodb/watchdog-store.ts';
import { CLOUDWATCH_STEPS } from '../../../alarms/datapoints.ts';
import { type LocalCloud, startLocalCloud } from '../../../cloud/local-cloud.ts';
import { ensureImage } from '../../../hosts/image.ts';
import { createNspawnHostRunner } from '../../../ssm/nspawn-host-runner.ts';
import { DEMO_EVENTS } from '../../events.ts';
import { createMessageQueue, subscribeToEvents, subscribeToTopic } from '../../message-queue.ts';
import { type Preparation, type PreparedTarget, type Served, servedAt, type Target } from '../../target.ts';
import { startBootedHosts } from './booted-hosts.ts';
import { bootedConfiguration } from './configuration.ts';
import { endChildren } from './end-children.ts';
import { incidentHosts, keepVerified } from './incident-hosts.ts';
import { missingOnThisMachine } from './machine.ts';
import { type Measurements, startMeasuring } from './measurements.ts';
import { ensurePythonVenv } from './python-venv.ts';
import { installServices } from './services.ts';

/** Booted Debian hosts, and Selfheal deployed by the ordinary CDK to an emulator. */
export const ministackTarget: Target = {
  missing: missingOnThisMachine,
  missingFor: () => undefined,
  prepare,
  interrupt: endChildren,
};

async function prepare({ step, closers, serve }: Preparation): Promise<PreparedTarget> {
  await step('Python with venv', ensurePythonVenv);
  await step('Debian image for the hosts', ensureImage);
  const hosts = await step('four hosts with systemd', () => startBootedHosts(closers));
  await step('services on the hosts', () => installServices(hosts));
  const configuration = bootedConfiguration(hosts);
  const cloud = await step('MiniStack, and Selfheal deployed to it by cdk', async (progress) => {
    const started = await startLocalCloud({
      configuration,
      hosts: createNspawnHostRunner(() => Object.values(hosts)),
      // Like CloudWatch: with windows that move by less, alarms flap that would not on CloudWatch.
      alarmSteps: CLOUDWATCH_STEPS,
      watchdog: true,
      progress,
    });
    closers.add(() => started.stop());
    return started;
  });
  await step('the good configuration of web, saved', () => keepVerified(hosts.web, cloud.ssm));
  const table = { client: new DynamoDBClient(cloud.aws), tableName: cloud.outputs['TableName'] ?? '' };
  let measurements: Measurements | undefined;
  return {
    hosts: incidentHosts(hosts, cloud, (host) => measurements?.memoryPercent(host)),
    hostNames: new Map(Object.values(hosts).map(({ instanceId, name }) => [instanceId, name])),
    records: createOperationStore({ ...table, historyRetentionDays: 1 }),
    watchdog: createWatchdogStore(table),
    ...(await newsOf(cloud)),
    lookEveryMs: 500,
    measure: () => {
      const { web, payments } = hosts;
      const started = startMeasuring(cloud.cloudwatch, Object.values(hosts), [
        { metricName: 'ErrorRate', component: 'web', url: `http://${web.ip}/` },
        { metricName: 'ErrorRate', component: 'payments', url: `http://${payments.ip}:8080/health` },
        { metricName: 'FailedScrapes', component: 'payments', url: `http://${payments.ip}:9100/` },
      ]);
      measurements = started;
      closers.add(() => started.stop());
    },
    defects: () => [],
    ...(serve && { served: await serveCloud(cloud, configuration, closers) }),
  };
}

/** The emulator serves the command as it is; Systems Manager and CloudWatch have endpoints of their own. */
async function serveCloud(
  { aws, ssm, cloudwatch }: LocalCloud,
  configuration: string,
  closers: Preparation['closers'],
): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'selfheal-served-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'selfheal.yaml');
  await writeFile(file, configuration);
  return servedAt(file, { all: aws.endpoint, ssm: ssm.endpoint, cloudwatch: cloudwatch.endpoint });
}

const notice = z.object({ Subject: z.string(), Timestamp: z.string() });

/** Events arrive by a rule and a queue; the architect's notifications, by a queue that subscribes to the topic. */
async function newsOf({
  aws,
  outputs,
}: LocalCloud): Promise<Pick<PreparedTarget, 'takeEvents' | 'takeNotices'>> {
  const events = await createMessageQueue(aws, 'demo-events');
  await subscribeToEvents(aws, events, 'demo-events', DEMO_EVENTS);
  const notices = await createMessageQueue(aws, 'demo-architect');
  await subscribeToTopic(aws, notices, outputs['ArchitectTopicArn']);
  return {
    takeEvents: events.receive,
    takeNotices: async () =>
      (await notices.receive()).map((text) => {
        const { Subject, Timestamp } = notice.parse(JSON.parse(text));
        // The topic's timestamps are whole seconds.
        return { atMs: Math.min(Date.parse(Timestamp) + 999, Date.now()), subject: Subject };
      }),
  };
}
