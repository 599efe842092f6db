import { RDSClient } from '@aws-sdk/client-rds';
import { createDatabases } from '../adapters/rds/databases.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import { ThrottledOnly } from './throttled-only.ts';

/** A reboot that the client sends again would be a second one. */
export const databases = createDatabases(
  new RDSClient({ ...CLIENT_SETTINGS, retryStrategy: new ThrottledOnly() }),
);
