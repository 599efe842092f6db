import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { createWatchdogStore } from '../../../functions/adapters/dynamodb/watchdog-store.ts';
import { meshStatus } from '../../../functions/app/watchdog/mesh-status.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import type { MeshStatus } from '../../../functions/core/watchdog/mesh-status.ts';
import type { VantageReport } from '../../../functions/core/watchdog/votes.ts';
import { Closers } from '../../../local/cloud/closers.ts';
import { callJsonService } from '../../../local/cloud/json-service.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud/local-cloud.ts';
import { installPythonService } from '../../../local/demo/services/python-service.ts';
import { type Host, startHost } from '../../../local/hosts/host.ts';
import { createNspawnHostRunner } from '../../../local/ssm/nspawn-host-runner.ts';
import { until } from '../deployed-engine/until.ts';
import { type BusListener, listenToSelfheal } from './bus-listener.ts';
import { VANTAGE_POINTS, type WatchdogHosts, watchdogYaml } from './configuration.ts';
import { invokeLater } from './invoke.ts';
import { CUT_GROUP_ID, healNetwork } from './network-cut.ts';
import { disableSchedule } from './schedules.ts';
import { startVantagePoint, type VantagePoint } from './vantage-point.ts';
import { startWebhookServer, type WebhookServer } from './webhook.ts';

/** Hosts, their services, and a deployment that watches them. */
export interface WatchdogWorld {
  readonly hosts: WatchdogHosts;
  readonly cloud: LocalCloud;
  readonly said: BusListener;
  readonly webhook: WebhookServer;
  /** What a call of the webhook must carry. */
  readonly webhookKey: string;
  readonly other: VantagePoint;
  readonly status: () => Promise<MeshStatus>;
  /** What a vantage point reported last. */
  readonly report: (vantagePoint: string) => Promise<VantageReport | undefined>;
  readonly stop: () => Promise<void>;
}

export const LEDGER = '/var/lib/payments/ledger.json';

export async function startWatchdogWorld(): Promise<WatchdogWorld> {
  const closers = new Closers();
  try {
    const directory = await mkdtemp(join(tmpdir(), 'selfheal-watchdog-'));
    closers.add(() => rm(directory, { recursive: true, force: true }));
    const webhook = await startWebhookServer();
    closers.add(() => webhook.stop());
    const hosts = await startHosts(closers);
    const configuration = watchdogYaml(hosts, webhook.url);
    const cloud = await startLocalCloud({
      configuration,
      hosts: createNspawnHostRunner(() => Object.values(hosts)),
      watchdog: true,
    });
    closers.add(() => cloud.stop());
    const said = await listenToSelfheal(cloud);
    closers.add(() => said.stop());
    closers.add(async () => healNetwork());
    // Its schedule begins to count when it is deployed; until then, this is its first minute.
    const event = { shard: 0, vantagePoint: VANTAGE_POINTS.deployed };
    await invokeLater(cloud.aws, `selfheal-watch-${VANTAGE_POINTS.deployed}`, event);
    // Its function is deployed as well; a process of its own group can be cut off on its own.
    await disableSchedule(cloud.aws, VANTAGE_POINTS.other);
    const other = await startVantagePoint({
      ...{ cloud, configuration, directory },
      name: VANTAGE_POINTS.other,
      groupId: CUT_GROUP_ID,
    });
    closers.add(() => other.stop());
    return {
      hosts,
      cloud,
      said,
      webhook,
      webhookKey: await secretOf(cloud),
      other,
      ...reader(cloud, configuration),
      stop: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** A round in which both vantage points have reported, and missed nobody. */
export async function reportedByAll({ report }: WatchdogWorld): Promise<void> {
  await until('a round that both vantage points reported', 90, async () => {
    const reports = await Promise.all(Object.values(VANTAGE_POINTS).map(report));
    return reports.every((one) => one?.missed.length === 0) || undefined;
  });
}

async function secretOf({ aws, outputs }: LocalCloud): Promise<string> {
  const operation = { service: 'secretsmanager', target: 'secretsmanager.GetSecretValue' };
  const secret = await callJsonService(aws, operation, { SecretId: outputs['WebhookSecretArn'] });
  return z.object({ SecretString: z.string().min(20) }).parse(secret).SecretString;
}

function reader(cloud: LocalCloud, text: string): Pick<WatchdogWorld, 'status' | 'report'> {
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const client = new DynamoDBClient(cloud.aws);
  const store = createWatchdogStore({ client, tableName: cloud.outputs['TableName'] ?? '' });
  return {
    status: () => meshStatus({ configuration: loaded.compiled, watchdog: store }),
    report: async (name) => (await store.listReports(0)).find(({ vantagePoint }) => vantagePoint === name),
  };
}

async function startHosts(closers: Closers): Promise<WatchdogHosts> {
  const start = async (name: string, instanceId: string): Promise<Host> => {
    const tags = { 'selfheal:managed': 'true' };
    const host = await startHost({ name: `${name}-1`, instanceId, tags, diskMegabytes: 256 });
    closers.add(() => host.stop());
    return host;
  };
  const started = await Promise.allSettled([
    start('orders', 'i-00000000000000a01'),
    start('payments', 'i-00000000000000a02'),
    start('shop', 'i-00000000000000a03'),
  ]);
  const [orders, payments, shop] = started.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as [Host, Host, Host];
  await payments.writeFile(LEDGER, '{"accounts": ["alice", "bob"]}\n');
  await Promise.all([
    installPythonService(orders, 'orders'),
    installPythonService(orders, 'exporter'),
    installPythonService(payments, 'payments'),
    installPythonService(shop, 'orders'),
    installPythonService(shop, 'exporter'),
  ]);
  return { orders, payments, shop };
}
