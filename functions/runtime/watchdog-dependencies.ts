import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { createWatchdogStore } from '../adapters/dynamodb/watchdog-store.ts';
import { createWatchdogPublisher } from '../adapters/eventbridge/watchdog-publisher.ts';
import { createPeerAddresses } from '../adapters/http/peer-addresses.ts';
import { createHttpProber } from '../adapters/http/peer-prober.ts';
import { createSsmRunbookRunner } from '../adapters/ssm/runbook-runner.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { createTcpProber } from '../adapters/tcp/peer-prober.ts';
import type { CompiledConfiguration } from '../core/configuration/compiled.ts';
import type { WatchdogMetrics } from '../ports/watchdog-announcers.ts';
import { createDynamoDbClient, createEventBridgeClient, createSsmClient } from './clients.ts';
import { readConfiguration } from './configuration.ts';
import { readEnvironment } from './environment.ts';
import { embeddedMetrics } from './telemetry.ts';

/** What the watchdog remembers, with the configuration and the clock. */
export function createWatchdogCore() {
  const configuration = readConfiguration();
  const { TABLE_NAME: tableName } = readEnvironment(['TABLE_NAME']);
  const store = createWatchdogStore({ client: createDynamoDbClient(), tableName });
  return { configuration, store, clock: systemClock };
}

/** What asks the peers and tells of them. */
export function createWatch({ watchdog, settings }: CompiledConfiguration) {
  const addresses = createPeerAddresses({ allowedAddresses: watchdog.allowedAddresses });
  return {
    http: createHttpProber({ addresses }),
    tcp: createTcpProber(addresses),
    agents: createSsmRunbookRunner({ client: createSsmClient(), managedTag: settings.managedTag }),
    events: createWatchdogPublisher(createEventBridgeClient()),
    metrics: createWatchdogMetrics(),
  };
}

/**
 * One log line a round, by shard. Each metric has its price, so the rest is in the line alone. The sample count of the
 * duration is the number of rounds: its silence is what the dead-man alarm hears.
 */
function createWatchdogMetrics(): WatchdogMetrics {
  return {
    roundEnded: ({ shard, durationMs, held, down, misses, unchecked, ...figures }) => {
      embeddedMetrics.addDimension('shard', String(shard));
      embeddedMetrics.addMetric('WatchdogRoundDuration', MetricUnit.Milliseconds, durationMs);
      embeddedMetrics.addMetric('WatchdogRoundsHeld', MetricUnit.Count, held ? 1 : 0);
      embeddedMetrics.addMetric('WatchdogPeersDown', MetricUnit.Count, down);
      embeddedMetrics.addMetric('HeartbeatMisses', MetricUnit.Count, misses);
      embeddedMetrics.addMetric('WatchdogPeersUnchecked', MetricUnit.Count, unchecked);
      for (const [name, value] of Object.entries(figures)) embeddedMetrics.addMetadata(name, String(value));
      embeddedMetrics.publishStoredMetrics();
    },
  };
}
