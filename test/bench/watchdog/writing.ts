import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Consumed } from '../../../functions/adapters/dynamodb/table.ts';
import { createWatchdogStore } from '../../../functions/adapters/dynamodb/watchdog-store.ts';
import { watchRound } from '../../../functions/app/watchdog/watch-round.ts';
import { allPeers } from '../../../functions/core/watchdog/peer.ts';
import { startDynamoDbLocal } from '../../../local/dynamodb-local/server.ts';
import { watchdogConfiguration } from '../../factories/watchdog-configuration.ts';

const INTERVAL_MS = 30_000;
const ROUNDS_AN_HOUR = 3_600_000 / INTERVAL_MS;
const FIRST_ROUND_MS = Date.UTC(2026, 10, 22, 13, 30);

export interface WriteMeasurement {
  readonly peers: number;
  /** Share of the peers that never answer. */
  readonly failing: number;
  readonly writesAnHour: number;
  readonly writeUnitsAnHour: number;
  readonly readUnitsAnHour: number;
  readonly eventsAnHour: number;
}

/** An hour of rounds, 30 s apart, of one shard on DynamoDB Local; time and peers are made up, requests are counted. */
export async function measureWrites(
  cases: readonly { readonly peers: number; readonly failing: number }[],
  progress: (line: string) => void,
): Promise<readonly WriteMeasurement[]> {
  const server = await startDynamoDbLocal();
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const measured: WriteMeasurement[] = [];
    for (const one of cases) {
      progress(`watchdog: an hour of ${one.peers} peers, ${one.failing * 100} % failing`);
      measured.push({ ...one, ...(await hourOf(client, one)) });
    }
    return measured;
  } finally {
    client.destroy();
    await server.stop();
  }
}

async function hourOf(client: DynamoDBClient, { peers, failing }: { peers: number; failing: number }) {
  const tableName = await newTable(client);
  const consumed: Consumed[] = [];
  const store = createWatchdogStore({ client, tableName, onConsumed: (one) => consumed.push(one) });
  const configuration = watchdogConfiguration({});
  const definition = { url: 'http://peer.example.com/', targets: [], enabled: true, component: 'web' };
  const registered = Array.from({ length: peers }, (_, index) => ({
    name: `${index < peers * failing ? 'failing' : 'steady'}-peer-${index}`,
    definition,
    registeredAtMs: 0,
  }));
  const watched = allPeers(configuration, registered).map((peer) => ({
    ...peer,
    check: { kind: 'tcp' as const, host: peer.name, port: 1 },
  }));
  let nowMs = FIRST_ROUND_MS;
  let events = 0;
  const deps = {
    configuration,
    watchdog: store,
    http: { probe: async () => ({ outcome: 'missed' as const, problem: '' }) },
    tcp: {
      probe: async (host: string) =>
        host.startsWith('failing')
          ? { outcome: 'missed' as const, problem: 'ECONNREFUSED' }
          : { outcome: 'answered' as const, responseMs: 12 },
    },
    runbooks: { resolveTargets: async () => [] },
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
    watchdogMetrics: { roundEnded: () => undefined },
    watchdogEvents: {
      publish: async (published: readonly unknown[]) => {
        events += published.length;
      },
    },
  };
  for (let round = 0; round < ROUNDS_AN_HOUR; round++) {
    nowMs = FIRST_ROUND_MS + round * INTERVAL_MS;
    const input = { shard: 0, vantagePoint: 'outside', roundAtMs: nowMs, peers: watched, peersAsOfMs: nowMs };
    await watchRound(deps, input);
  }
  const sum = (units: 'readUnits' | 'writeUnits') => consumed.reduce((total, one) => total + one[units], 0);
  return {
    writesAnHour: consumed.filter(({ writeUnits }) => writeUnits > 0).length,
    writeUnitsAnHour: sum('writeUnits'),
    readUnitsAnHour: sum('readUnits'),
    eventsAnHour: events,
  };
}

async function newTable(client: DynamoDBClient): Promise<string> {
  const TableName = `selfheal-bench-${randomUUID()}`;
  const keys = ['pk', 'sk'] as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  return TableName;
}
