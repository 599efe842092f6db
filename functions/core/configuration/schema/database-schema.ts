import * as z from 'zod';
import { isWithin } from '../../actions/is-within.ts';
import {
  AWS_REGION,
  DATABASE_ENGINES,
  KMS_KEY,
  S3_BUCKET,
  S3_PREFIX,
  S3_PREFIX_CHARACTERS,
} from '../../actions/value-rules.ts';
import { directoryOf } from '../declared-names.ts';

const bucketName = z.string().check(
  z.regex(new RegExp(`^${S3_BUCKET}$`), {
    error: 'the name of a bucket without `s3://`: 3 to 63 lower-case letters, digits, dots and hyphens',
  }),
);

const objectPrefix = z.string().check(
  z.maxLength(S3_PREFIX_CHARACTERS),
  z.regex(new RegExp(`^${S3_PREFIX}$`), {
    error: 'parts of letters, digits and _ . = -, with a / between them, such as backups/databases',
  }),
);

const s3Copy = z.strictObject({
  bucket: bucketName.check(z.describe('The bucket.')),
  prefix: z
    ._default(objectPrefix, 'selfheal')
    .check(
      z.describe(
        'What the names of the objects begin with; the name of the component and the id of the host follow, each after a `/`.',
      ),
    ),
  region: z
    .optional(
      z.string().check(z.regex(new RegExp(`^${AWS_REGION}$`), { error: 'a Region, such as eu-central-1' })),
    )
    .check(z.describe('The Region of the bucket. Default: what the AWS CLI on the host is set up for.')),
  kmsKey: z
    .optional(
      z
        .string()
        .check(
          z.regex(new RegExp(`^${KMS_KEY}$`), { error: 'the id, ARN or alias (`alias/…`) of a KMS key' }),
        ),
    )
    .check(z.describe('The KMS key that encrypts the copies. Default: as the bucket encrypts them.')),
});

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
    s3: s3Copy
      .optional()
      .describe(
        'Where in S3 `backup_db` sends each copy, too, and `restore_snapshot` looks for one if none on the host is intact, with the AWS CLI and the role of the host. Default: nowhere.',
      ),
  })
  .refine(
    ({ dataDirectory, backupDirectory }) =>
      !isWithin(backupDirectory, dataDirectory) && !isWithin(dataDirectory, backupDirectory),
    {
      path: ['backupDirectory'],
      error: 'a directory outside `dataDirectory` that does not hold it: copies are kept apart from the data',
    },
  );
