/*
 * The values that hosts accept, stated once: the schema of selfheal.yaml and the SSM documents are built from these.
 * Regular expressions without anchors, in the syntax that JavaScript, RE2 and POSIX extended expressions share.
 */

/** A unit that can be started: a template such as `cache@.service` cannot be until it has an instance. */
export const SYSTEMD_UNIT = '[A-Za-z0-9]([A-Za-z0-9_.@-]{0,119}[A-Za-z0-9_.-])?\\.service';

/** An absolute path. No part may be `.` or `..`, which is checked elsewhere: no short expression rules them out. */
export const PATH = '(/[A-Za-z0-9._@+-]+)+';
export const PATH_CHARACTERS = 255;
export const PATHS_AT_MOST = 20;

/** The database engines that runbooks know. */
export const DATABASE_ENGINES = ['postgresql', 'redis'] as const;

/** The name of a release, which is that of its directory. */
export const RELEASE = '[A-Za-z0-9][A-Za-z0-9._+-]{0,127}';

/** A size of a unit's limits: MiB of memory, a slash, percent of a CPU. Either may be missing. */
export const UNIT_SIZE = '([1-9][0-9]{0,6})?/([1-9][0-9]{0,4})?';
export const UNIT_SIZE_CHARACTERS = 13;
export const SIZES_AT_MOST = 20;

/** The longest time-out of a Lambda function. */
export const LONGEST_FUNCTION_SECONDS = 900;

/** The engines whose rules runbooks can have checked and loaded. */
export const RULES_ENGINES = ['haproxy', 'nginx', 'prometheus'] as const;

/** What a certificate is for: a DNS name, perhaps with a wildcard, or an IPv4 address. */
export const CERTIFICATE_NAME = '([*][.])?[A-Za-z0-9]([A-Za-z0-9.-]{0,249}[A-Za-z0-9])?';
export const CERTIFICATE_NAME_CHARACTERS = 253;
export const CERTIFICATE_NAMES_AT_MOST = 20;

/** An address that curl requests, without user, brackets, quotes or spaces. */
export const HTTP_URL = 'https?://[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?([/?][A-Za-z0-9:/?&=._~%+-]*)?';
export const URL_CHARACTERS = 512;

/** An IPv4 or IPv6 network. nft reads no IPv6 address that ends in the notation of IPv4, such as `64:ff9b::10.0.0.1`. */
export const NETWORK = '([0-9.]+|[0-9A-Fa-f:]+)/[0-9]{1,3}';
export const NETWORK_CHARACTERS = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128'.length;
export const NETWORKS_AT_MOST = 20;

/** An address on the host itself. */
export const LOOPBACK_URL =
  'https?://(127[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}|localhost)(:[0-9]{1,5})?(/[A-Za-z0-9:/?&=._~%+-]*)?';

/** A metric of an endpoint, as strategies may name it. */
export const METRIC = '[a-z][a-z0-9_]{0,62}';
export const METRIC_CHARACTERS = 63;
export const METRICS_AT_MOST = 10;

/** The ARN of a role of IAM. */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]{1,512}$/;

/** Which snapshot a database of RDS is restored from: the newest of these. */
export const SNAPSHOT_SOURCES = ['latest', 'automated', 'operation'] as const;
export type SnapshotSource = (typeof SNAPSHOT_SOURCES)[number];

export const S3_BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';
/** Parts of an object's name, without a slash before or after them; none is `.` or `..`. */
export const S3_PREFIX = '[A-Za-z0-9_=-][A-Za-z0-9_.=-]*(/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*';
export const S3_PREFIX_CHARACTERS = 200;
/** `s3://`, a bucket, a slash and a prefix. */
export const S3_DIRECTORY_CHARACTERS = 5 + 63 + 1 + S3_PREFIX_CHARACTERS;
export const AWS_REGION = '[a-z]{2,5}(-[a-z]{2,12}){1,3}-[1-9]';
/** The id, ARN or alias of a KMS key. */
export const KMS_KEY =
  '(arn:aws[a-z-]*:kms:[a-z0-9-]{1,30}:[0-9]{12}:)?((key/)?[A-Za-z0-9][A-Za-z0-9-]{0,63}|alias/[A-Za-z0-9/_-]{1,250})';

/** How much a function logs, from most to least. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** The same of a unit on a host, as systemd calls it, which has no level below DEBUG. */
export const UNIT_LEVELS = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warning',
  ERROR: 'err',
  FATAL: 'crit',
} as const satisfies Readonly<Record<(typeof LOG_LEVELS)[number], string>>;
