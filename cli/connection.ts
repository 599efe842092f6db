import type { CompiledConfiguration } from '../functions/core/configuration/compiled.ts';
import type { BaselineStore } from '../functions/ports/baseline-store.ts';
import type { ChangeStore } from '../functions/ports/change-store.ts';
import type { CorrelationStore } from '../functions/ports/correlation-store.ts';
import type { DiscoveredGraphs } from '../functions/ports/discovered-graphs.ts';
import { NotFound } from '../functions/ports/errors.ts';
import type { LearningStore } from '../functions/ports/learning-store.ts';
import type { WatchdogStore } from '../functions/ports/watchdog-store.ts';
import type { OperatorClients, RecordReader } from '../functions/runtime/operator.ts';
import { CommandFailed } from './errors.ts';

const STATE_STACK = 'SelfhealState';
const TABLE_OUTPUT = 'TableName';

/** The options by which every command that talks to AWS finds the deployment, as the AWS CLI calls them. */
export interface ConnectionOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly table?: string;
}

export interface Connection
  extends Pick<OperatorClients, 'alarms' | 'events' | 'calendars' | 'deployment' | 'callerIdentity'> {
  readonly store: RecordReader;
  readonly baselines: BaselineStore;
  readonly learning: LearningStore;
  readonly changes: Pick<ChangeStore, 'listChanges'>;
  readonly correlation: Pick<CorrelationStore, 'readBoards' | 'listEnded'>;
  readonly discovered: Pick<DiscoveredGraphs, 'readGraph'>;
  readonly watchdog: Pick<WatchdogStore, 'listPeers' | 'listShards'>;
  readonly tableName: string;
}

/**
 * Finds the table by the output of its stack, unless it is named.
 *
 * @throws CommandFailed if Selfheal is not deployed there, ServiceError
 */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  // Loading AWS's SDK takes longer than all the rest: help, validation and completion do without it.
  const { operatorClients } = await import('../functions/runtime/operator.ts');
  const {
    records,
    baselines,
    changes,
    correlation,
    discovered,
    learning,
    watchdog,
    stackOutputs,
    ...clients
  } = operatorClients(options);
  const tableName = options.table ?? (await discoverTable(stackOutputs, options));
  return {
    store: records(tableName),
    baselines: baselines(tableName),
    changes: changes(tableName),
    correlation: correlation(tableName),
    discovered: discovered(tableName),
    watchdog: watchdog(tableName),
    learning: learning(tableName),
    tableName,
    ...clients,
  };
}

/** Reaches the hosts alone: nothing of the deployment is read. */
export async function connectToHosts(
  options: ConnectionOptions,
  { settings }: Pick<CompiledConfiguration, 'settings'>,
): Promise<ReturnType<OperatorClients['runbooks']>> {
  const { operatorClients } = await import('../functions/runtime/operator.ts');
  return operatorClients(options).runbooks(settings.managedTag);
}

async function discoverTable(
  stackOutputs: OperatorClients['stackOutputs'],
  { region, profile }: ConnectionOptions,
): Promise<string> {
  const where = [region && `Region ${region}`, profile && `profile ${profile}`].filter(Boolean).join(', ');
  const outputs = await stackOutputs(STATE_STACK).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
    throw new CommandFailed(
      'aws',
      `there is no stack ${STATE_STACK}${where && ` (${where})`}: Selfheal is not deployed in this account and Region.\nCheck --region and --profile, or name the table with --table.`,
      { cause: error },
    );
  });
  const name = outputs[TABLE_OUTPUT];
  if (name) return name;
  throw new CommandFailed(
    'aws',
    `stack ${STATE_STACK} has no output ${TABLE_OUTPUT}: it is still being deployed, or is not Selfheal's.\nName the table with --table.`,
  );
}
