import { createBaselineStore } from '../adapters/dynamodb/baseline-store.ts';
import { createChangeStore } from '../adapters/dynamodb/change-store.ts';
import { createDiscoveredGraphs } from '../adapters/dynamodb/discovered-graphs.ts';
import { createIncidentStore } from '../adapters/dynamodb/incident-store.ts';
import { createMetricSamples } from '../adapters/dynamodb/metric-samples.ts';
import { createOperationStore } from '../adapters/dynamodb/operation-store.ts';
import { createEndpointProber } from '../adapters/http/endpoint-prober.ts';
import { createPeerAddresses, type PeerAddresses } from '../adapters/http/peer-addresses.ts';
import { createHttpProber } from '../adapters/http/peer-prober.ts';
import { createTcpProber } from '../adapters/tcp/peer-prober.ts';
import type { Essentials, Ports } from '../ports/ports.ts';
import { dynamoDbClient } from './clients.ts';
import { readEnvironment } from './environment.ts';
import { createMetrics, createWatchdogMetrics } from './telemetry.ts';

/** Builds one port for a function that is starting. */
export type PortBuilder<P extends keyof Ports> = (essentials: Essentials) => Ports[P];

export const store: PortBuilder<'store'> = ({ configuration }) =>
  createOperationStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
    historyRetentionDays: configuration.settings.historyRetentionDays,
  });

export const changes: PortBuilder<'changes'> = ({ configuration }) =>
  createChangeStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
    historyRetentionDays: configuration.settings.historyRetentionDays,
  });

export const discovered: PortBuilder<'discovered'> = () =>
  createDiscoveredGraphs({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
  });

export const incidents: PortBuilder<'incidents'> = () =>
  createIncidentStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
  });

export const endpoints: PortBuilder<'endpoints'> = () => createEndpointProber();

export const metrics: PortBuilder<'metrics'> = () => createMetrics();

export const http: PortBuilder<'http'> = (essentials) =>
  createHttpProber({ addresses: peerAddresses(essentials) });

export const tcp: PortBuilder<'tcp'> = (essentials) => createTcpProber(peerAddresses(essentials));

export const watchdogMetrics: PortBuilder<'watchdogMetrics'> = () => createWatchdogMetrics();

export const baselines: PortBuilder<'baselines'> = () =>
  createBaselineStore({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
  });

export const samples: PortBuilder<'samples'> = () =>
  createMetricSamples({
    client: dynamoDbClient(),
    tableName: readEnvironment(['TABLE_NAME']).TABLE_NAME,
  });

let addresses: PeerAddresses | undefined;

/** One for both probers: it keeps the answers of name servers. */
function peerAddresses({ configuration }: Essentials): PeerAddresses {
  addresses ??= createPeerAddresses({ allowedAddresses: configuration.watchdog.allowedAddresses });
  return addresses;
}
