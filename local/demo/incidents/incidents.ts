import { badConfiguration } from './bad-configuration.ts';
import { badRelease } from './bad-release.ts';
import { damagedDatabase } from './damaged-database.ts';
import { deadService } from './dead-service.ts';
import { descriptorLeak } from './descriptor-leak.ts';
import type { Incident } from './incident.ts';
import { killedService } from './killed-service.ts';
import { memoryLeak } from './memory-leak.ts';

/** All incidents, by the name on the command line. */
export const INCIDENTS: Readonly<Record<string, Incident>> = {
  'memory-leak': memoryLeak,
  'bad-configuration': badConfiguration,
  'dead-service': deadService,
  'killed-service': killedService,
  'bad-release': badRelease,
  'damaged-database': damagedDatabase,
  'descriptor-leak': descriptorLeak,
};
