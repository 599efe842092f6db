import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { formatProblem } from '../../functions/core/configuration/problem.ts';
import type { EndpointProber } from '../../functions/ports/observers.ts';
import type { Closers } from '../../local/cloud/closers.ts';
import { createRealClock } from '../../local/embedded/clock/real-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../../local/embedded/embedded-cloud.ts';
import { startAwsEndpoint } from '../../local/embedded/endpoint/aws-endpoint.ts';
import { createServedTable } from '../../local/embedded/endpoint/served-table.ts';
import { dynamoDbStores } from '../../local/embedded/stores.ts';
import type { HostRunner } from '../../local/ssm/host-runner.ts';
import { dynamoDbLocal } from '../contract/dynamodb-local.ts';

export interface ServedCloud {
  readonly cloud: EmbeddedCloud;
  /** For `--endpoint-url`. */
  readonly url: string;
}

/** The text of a configuration as deployments read it. @throws Error listing its problems */
export function compiled(text: string): CompiledConfiguration {
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (loaded.ok) return loaded.compiled;
  throw new Error(loaded.problems.map(formatProblem).join('\n'));
}

/** An embedded cloud in real time that AWS's clients reach over HTTP, with its records in DynamoDB Local. */
export async function serveCloud(
  configuration: CompiledConfiguration,
  world: { readonly hosts: HostRunner; readonly endpoints: EndpointProber },
  closers: Closers,
): Promise<ServedCloud> {
  const dynamoDb = await dynamoDbLocal();
  closers.add(dynamoDb.stop);
  const table = await createServedTable(dynamoDb.endpoint, closers);
  const { historyRetentionDays } = configuration.settings;
  const cloud = await createEmbeddedCloud({
    configuration,
    clock: createRealClock(),
    random: Math.random,
    ...world,
    stores: dynamoDbStores({ ...table, historyRetentionDays }),
  });
  closers.add(async () => {
    cloud.close();
    const defects = cloud.defects();
    if (defects.length > 0) throw new AggregateError(defects, 'the embedded cloud went wrong');
  });
  const { url, close } = await startAwsEndpoint({ cloud, dynamoDb: table });
  closers.add(close);
  return { cloud, url };
}
