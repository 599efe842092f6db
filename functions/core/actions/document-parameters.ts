import type { DocumentParameter } from './document-parameter.ts';
import {
  AWS_REGION,
  CERTIFICATE_NAME,
  CERTIFICATE_NAME_CHARACTERS,
  CERTIFICATE_NAMES_AT_MOST,
  DATABASE_ENGINES,
  HTTP_URL,
  KMS_KEY,
  LOOPBACK_URL,
  METRIC,
  METRIC_CHARACTERS,
  METRICS_AT_MOST,
  NETWORK,
  NETWORK_CHARACTERS,
  NETWORKS_AT_MOST,
  PATH,
  PATH_CHARACTERS,
  PATHS_AT_MOST,
  RELEASE,
  RULES_ENGINES,
  S3_BUCKET,
  S3_DIRECTORY_CHARACTERS,
  S3_PREFIX,
  SIZES_AT_MOST,
  SYSTEMD_UNIT,
  UNIT_LEVELS,
  UNIT_SIZE,
  UNIT_SIZE_CHARACTERS,
  URL_CHARACTERS,
} from './value-rules.ts';

type DocumentParameters = Readonly<Record<string, DocumentParameter>>;

const text = (rule: string, more: Omit<DocumentParameter, 'type'> = {}) =>
  ({ type: 'String', allowedPattern: `^${rule}$`, ...more }) as const;
const choice = (...allowedValues: readonly string[]) => ({ type: 'String', allowedValues }) as const;
const list = (rule: string) => `${rule}(,${rule})*`;
/** The characters of a list, its commas included. */
const listed = (count: number, characters: number) => count * characters + count - 1;

const service = text(SYSTEMD_UNIT);
const engine = choice(...DATABASE_ENGINES);
const directory = text(PATH, { maxChars: PATH_CHARACTERS });
const file = directory;
const optionalFile = text(`(${PATH})?`, { default: '', maxChars: PATH_CHARACTERS });
const paths = text(list(PATH), { maxChars: listed(PATHS_AT_MOST, PATH_CHARACTERS) });

const rulesEngine = choice(...RULES_ENGINES);
const phase = { ...choice('do', 'undo'), default: 'do' };
/** In seconds since 1970; empty for never. */
const suspectSince = text('([0-9]{1,12})?', { default: '' });
/** For a list that may be empty. */
const optionalPaths = text(`(${list(PATH)})?`, { default: '', maxChars: paths.maxChars });

const copyInS3 = {
  s3Directory: text(`(s3://${S3_BUCKET}/${S3_PREFIX})?`, { default: '', maxChars: S3_DIRECTORY_CHARACTERS }),
  s3Region: text(`(${AWS_REGION})?`, { default: '' }),
};

const certificate = {
  service,
  keyFile: file,
  certificateFile: file,
  names: text(list(CERTIFICATE_NAME), {
    maxChars: listed(CERTIFICATE_NAMES_AT_MOST, CERTIFICATE_NAME_CHARACTERS),
  }),
  port: text('[1-9][0-9]{0,4}', { default: '443' }),
  applyBy: { ...choice('reload', 'restart'), default: 'reload' },
  phase,
};

const collector = {
  service,
  endpoint: text(`(${LOOPBACK_URL})?`, { default: '', maxChars: URL_CHARACTERS }),
  custom: text(`(${list(METRIC)})?`, { default: '', maxChars: listed(METRICS_AT_MOST, METRIC_CHARACTERS) }),
  intervalSeconds: choice('10', '15', '20', '30', '60'),
};

/**
 * The parameters of each SSM document beyond those that are common to all, by what it does. The documents are composed from
 * this list, and the configuration is checked against it, so that no value is ever sent that a host would refuse.
 *
 * Patterns are both RE2 and POSIX extended expressions: the agent matches them, and the runbook matches them again. RE2
 * refuses nested repeats whose product exceeds 1,000, so lists have their length limited by `maxChars`.
 */
export const DOCUMENT_PARAMETERS = {
  graceful_stop: { service, graceSeconds: text('[0-9]{1,4}', { default: '30' }) },
  clear_temp_files: { paths, olderThanMinutes: text('[0-9]{1,7}', { default: '0' }) },
  start_component: {
    service,
    mode: { ...choice('start', 'restart'), default: 'start' },
    settleSeconds: text('[0-9]{1,4}', { default: '2' }),
  },
  verify_health: {
    service,
    url: text(`(${HTTP_URL})?`, { default: '', maxChars: URL_CHARACTERS }),
    stableSeconds: text('[0-9]{1,5}'),
    timeoutSeconds: text('[0-9]{1,5}'),
  },
  freeze_config: {
    paths: optionalPaths,
    rulePaths: optionalPaths,
    verified: { ...choice('true', 'held', 'false'), default: 'false' },
    keepVersions: text('[1-9][0-9]{0,2}', { default: '10' }),
  },
  rollback_config: {
    paths,
    service,
    apply: { ...choice('reload', 'restart', 'none'), default: 'restart' },
    suspectSince,
  },
  verify_config: {
    paths,
    validator: { ...choice('none', 'nginx', 'sshd', 'systemd', 'json'), default: 'none' },
  },
  isolate_network: {
    managementCidrs: text(`(${list(NETWORK)})?`, {
      default: '',
      maxChars: listed(NETWORKS_AT_MOST, NETWORK_CHARACTERS),
    }),
  },
  restore_network: {},
  enter_safe_mode: { service },
  leave_safe_mode: { service },
  verify_containment: {
    containment: choice('isolation', 'safe-mode'),
    service: text(`(${SYSTEMD_UNIT})?`, { default: '' }),
    stableSeconds: text('[0-9]{1,5}'),
    timeoutSeconds: text('[0-9]{1,5}'),
  },
  switch_to_readonly: {
    service,
    dataDirectory: directory,
    graceSeconds: text('[0-9]{1,4}', { default: '10' }),
  },
  resume_writes: { service, dataDirectory: directory },
  backup_db: {
    service,
    engine,
    dataDirectory: directory,
    backupDirectory: directory,
    keepBackups: text('[1-9][0-9]{0,2}', { default: '3' }),
    ...copyInS3,
    kmsKey: text(`(${KMS_KEY})?`, { default: '' }),
  },
  restore_snapshot: {
    service,
    engine,
    dataDirectory: directory,
    backupDirectory: directory,
    maxAgeSeconds: text('[0-9]{1,9}', { default: '86400' }),
    ...copyInS3,
    phase,
  },
  verify_integrity: { service, engine, dataDirectory: directory },
  regenerate_certs: {
    ...certificate,
    validDays: text('[1-9][0-9]{0,3}', { default: '90' }),
    caKeyFile: optionalFile,
    caCertificateFile: optionalFile,
  },
  renew_certificate: {
    ...certificate,
    renewalsPerWeek: text('[1-9][0-9]{0,2}', { default: '3' }),
  },
  rollback_deployment: {
    service,
    releaseLink: file,
    releasesDirectory: directory,
    release: text(`(${RELEASE})?`, { default: '' }),
    phase,
  },
  increase_resources: {
    service,
    ladder: text(`(${list(UNIT_SIZE)})?`, {
      default: '',
      maxChars: listed(SIZES_AT_MOST, UNIT_SIZE_CHARACTERS),
    }),
    phase,
  },
  enable_monitoring: { service, level: choice(...new Set(Object.values(UNIT_LEVELS))), phase },
  disable_rules: { service, rulesEngine, paths, phase },
  revert_rules: { service, rulesEngine, paths, suspectSince, phase },
  reload_engine: { service, rulesEngine },
} as const satisfies Readonly<Record<string, DocumentParameters>>;

/** The same for the documents of profiles, which no strategy names. */
export const PROFILE_DOCUMENT_PARAMETERS = {
  install_collector: collector,
  read_profile: { ...collector, since: text('[0-9]{1,12}') },
  remove_collector: {},
  look_at_kernel: { service, seconds: text('([1-9]|[12][0-9]|30)', { default: '10' }) },
} as const satisfies Readonly<Record<string, DocumentParameters>>;
