import * as z from 'zod';
import { protectionOf } from '../actions/protected-directories.ts';
import { absolutePath } from './declared-names.ts';

/** The database engines on hosts that Selfheal knows. */
export const DATABASE_ENGINES = ['postgresql'] as const;
export type DatabaseEngine = (typeof DATABASE_ENGINES)[number];

const directoryOf = (what: string, example: string) =>
  absolutePath.check(
    z.refine((path) => protectionOf(path) === undefined, {
      error: ({ input }) => `${what}, such as ${example}: ${String(input)} ${protectionOf(String(input))}`,
      params: { code: 'protected-directory' },
    }),
  );

/** A database that runs on the component's hosts, as the component's `service`. */
export const database = z.strictObject({
  engine: z.enum(DATABASE_ENGINES).describe('What it is.'),
  dataDirectory: directoryOf(
    'a directory with the data of one database',
    '/var/lib/postgresql/15/main',
  ).check(
    z.describe('Where its data are. The owner of this directory is the user that Selfheal connects as.'),
  ),
});

export type Database = z.output<typeof database>;
