import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Closers } from '../../../cloud/closers.ts';
import { startDynamoDbLocal } from '../../../dynamodb-local/server.ts';
import type { EmbeddedCloud } from '../../../embedded/embedded-cloud.ts';
import { startAwsEndpoint } from '../../../embedded/endpoint/aws-endpoint.ts';
import { createServedTable, type ServedTable } from '../../../embedded/endpoint/served-table.ts';
import { type Served, servedAt } from '../../target.ts';

/** A table that the command `selfheal` can read, too. */
export async function startTable(closers: Closers): Promise<ServedTable> {
  const dynamoDb = await startDynamoDbLocal();
  closers.add(dynamoDb.stop);
  return await createServedTable(dynamoDb.endpoint, closers);
}

/**
 * Serves a cloud to the command `selfheal`.
 *
 * @param directory where the configuration is written for it
 */
export async function serveCloud(
  cloud: EmbeddedCloud,
  table: ServedTable,
  configuration: string,
  directory: string,
  closers: Closers,
): Promise<Served> {
  const configurationFile = join(directory, 'selfheal.yaml');
  await writeFile(configurationFile, configuration);
  const { url, close } = await startAwsEndpoint({ cloud, dynamoDb: table });
  closers.add(close);
  return servedAt(configurationFile, { all: url });
}
