import * as z from 'zod';
import { isWithin } from '../../actions/is-within.ts';
import { DATABASE_ENGINES } from '../../actions/value-rules.ts';
import { directoryOf } from '../declared-names.ts';

/** A database that runs on the component's hosts, as the component's `service`. */
export const database = z
  .strictObject({
    engine: z.enum(DATABASE_ENGINES).describe('The database engine.'),
    dataDirectory: directoryOf(
      'a directory with the data of one database',
      '/var/lib/postgresql/15/main',
    ).check(
      z.describe('Where its data is. The owner of this directory is the user that Selfheal connects as.'),
    ),
    backupDirectory: z
      ._default(directoryOf('a directory for backups', '/var/backups/selfheal'), '/var/backups/selfheal')
      .check(z.describe('Where `backup_db` keeps copies, best on a disk of their own.')),
    keepBackups: z.int().min(1).max(100).default(3).describe('How many copies `backup_db` keeps.'),
  })
  .refine(
    ({ dataDirectory, backupDirectory }) =>
      !isWithin(backupDirectory, dataDirectory) && !isWithin(dataDirectory, backupDirectory),
    {
      path: ['backupDirectory'],
      error: 'a directory outside `dataDirectory` that does not hold it: copies are kept apart from the data',
    },
  );
