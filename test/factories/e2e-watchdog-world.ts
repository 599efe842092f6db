import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createWatchdogStore } from '../../functions/adapters/dynamodb/watchdog-store.ts';
import { meshStatus } from '../../functions/app/watchdog/mesh-status.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import type { MeshStatus } from '../../functions/core/watchdog/mesh-status.ts';
import type { VantageReport } from '../../functions/core/watchdog/votes.ts';
import { Closers } from '../../local/cloud/closers.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud/local-cloud.ts';
import { installPythonService } from '../../local/demo/services/python-service.ts';
import { type Host, startHost } from '../../local/hosts/host.ts';
import { createNspawnHostRunner } from '../../local/ssm/nspawn-host-runner.ts';
import { type BusListener, listenToSelfheal } from './e2e-bus-listener.ts';
import { CUT_GROUP_ID, healNetwork } from './e2e-network-cut.ts';
import { startVantagePoint, type VantagePoint } from './e2e-vantage-point.ts';
import { VANTAGE_POINTS, type WatchdogHosts, watchdogYaml } from './e2e-watchdog-configuration.ts';
import { startWebhookServer, type WebhookServer } from './e2e-webhook.ts';

/** Hosts, their services, and a deployment that watches them. */
export interface WatchdogWorld {
  readonly hosts: WatchdogHosts;
  readonly cloud: LocalCloud;
  readonly said: BusListener;
  readonly webhook: WebhookServer;
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
    const configuration = watchdogYaml(hosts);
    const cloud = await startLocalCloud({
      configuration,
      hosts: createNspawnHostRunner(() => Object.values(hosts)),
    });
    closers.add(() => cloud.stop());
    const said = await listenToSelfheal(cloud);
    closers.add(() => said.stop());
    closers.add(async () => healNetwork());
    const process = { cloud, configuration, directory };
    const other = await startVantagePoint({ ...process, name: VANTAGE_POINTS.other, groupId: CUT_GROUP_ID });
    closers.add(() => other.stop());
    const deployed = await startVantagePoint({ ...process, name: VANTAGE_POINTS.deployed, groupId: 0 });
    closers.add(() => deployed.stop());
    return {
      hosts,
      cloud,
      said,
      webhook,
      other,
      ...reader(cloud, configuration),
      stop: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function reader(cloud: LocalCloud, text: string): Pick<WatchdogWorld, 'status' | 'report'> {
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const client = new DynamoDBClient(cloud.aws);
  const store = createWatchdogStore({ client, tableName: cloud.outputs['TableName'] ?? '' });
  return {
    status: () => meshStatus({ configuration: loaded.compiled, store }),
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
