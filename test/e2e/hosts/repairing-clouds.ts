import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createOperationStore } from '../../../functions/adapters/dynamodb/operation-store.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import { Closers } from '../../../local/cloud/closers.ts';
import { startLocalCloud } from '../../../local/cloud/local-cloud.ts';
import { createRealClock } from '../../../local/embedded/clock/real-clock.ts';
import { createEmbeddedCloud } from '../../../local/embedded/embedded-cloud.ts';
import { createSeededRandom } from '../../../local/embedded/random/seeded-random.ts';
import type { HostRunner } from '../../../local/ssm/host-runner.ts';
import { output } from '../../factories/deployed-engine/functions.ts';
import { topicMailbox } from '../../factories/deployed-engine/queues.ts';
import { MONITOR } from '../../factories/events/selfheal-event.ts';
import { requirement } from '../../factories/requirements.ts';
import { isThorough } from '../../thoroughness.ts';
import { compiled } from '../served-cloud.ts';

const SIGNAL = 'Selfheal Signal';

type Json = Readonly<Record<string, unknown>>;

/** Selfheal on this machine, in real time, and what it records of its repairs. */
export interface RepairingCloud {
  readonly store: Pick<OperationStore, 'listOperations' | 'listSteps'>;
  /** Puts a `Selfheal Signal` on the bus. */
  readonly signal: (detail: Json) => Promise<void>;
  /** What the architect was notified of, oldest first. */
  readonly notifications: () => readonly Json[];
  /** @throws AggregateError if the cloud itself went wrong */
  readonly close: () => Promise<void>;
}

interface RepairingCloudKind {
  readonly name: string;
  readonly open: (configuration: string, hosts: HostRunner) => Promise<RepairingCloud>;
}

/** Where booted hosts are repaired: `describe.each(REPAIRING_CLOUDS)`. */
export const REPAIRING_CLOUDS: readonly RepairingCloudKind[] = [
  { name: 'on the embedded cloud', open: openEmbedded },
  ...(isThorough() && requirement('python') ? [{ name: 'on MiniStack', open: openMiniStack }] : []),
];

async function openEmbedded(configuration: string, hosts: HostRunner): Promise<RepairingCloud> {
  const cloud = await createEmbeddedCloud({
    configuration: compiled(configuration),
    clock: createRealClock(),
    random: createSeededRandom(1),
    hosts,
    endpoints: { probe: async () => 'good' },
  });
  return {
    store: cloud.store,
    signal: async (detail) => void cloud.bus.putEvent({ source: MONITOR, detailType: SIGNAL, detail }),
    notifications: () =>
      cloud.notifier
        .notifications()
        .filter(({ topic }) => topic === 'architect')
        .map(({ body }) => body),
    close: async () => {
      cloud.close();
      const defects = cloud.defects();
      if (defects.length > 0) throw new AggregateError(defects, 'the embedded cloud went wrong');
    },
  };
}

/** Selfheal as the ordinary CDK deploys it. */
async function openMiniStack(configuration: string, hosts: HostRunner): Promise<RepairingCloud> {
  const closers = new Closers();
  try {
    const cloud = await startLocalCloud({ configuration, hosts, evaluateAlarms: false });
    closers.add(cloud.stop);
    const { aws, bus } = cloud;
    const mailbox = await topicMailbox(aws, output(cloud, 'ArchitectTopicArn'), 'rolling-repair-architect');
    closers.add(mailbox.stop);
    return {
      store: createOperationStore({
        client: new DynamoDBClient(aws),
        tableName: output(cloud, 'TableName'),
        historyRetentionDays: 1,
      }),
      signal: (detail) => bus.put({ Source: MONITOR, DetailType: SIGNAL, Detail: JSON.stringify(detail) }),
      notifications: () => mailbox.received as readonly Json[],
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
