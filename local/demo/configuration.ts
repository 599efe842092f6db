import type { DemoComponent, HostComponent } from './components.ts';

/** Alarms evaluate whole periods of this length, counted from the full minute. */
export const ALARM_PERIOD_MS = 10_000;
/** Percentage of failed requests above which the alarm of a database, and that of its caller, turns red. */
export const CHAIN_LIMITS = { catalog: 40, gateway: 50 } as const;

/** What differs from one target to another. */
export interface ConfigurationFacts {
  readonly components: Readonly<Record<HostComponent, ComponentFacts>>;
  /** Of the function `quotes`, where there is one. */
  readonly quotesUrl?: string;
  /** A PostgreSQL, and the service that calls it, where they exist. */
  readonly chain?: {
    readonly catalog: ComponentFacts;
    readonly database: { readonly dataDirectory: string; readonly backupDirectory: string };
    readonly gateway: ComponentFacts;
  };
  /** Of the service whose descriptors are measured, where there is one. */
  readonly sessions?: ComponentFacts;
  readonly serviceManager: 'systemd' | 'sysv';
  readonly spool: string;
  readonly site: string;
  readonly validator: 'nginx' | 'none';
  /** How many points of 10 s alarms evaluate, such as `evaluationPeriods: 1`. */
  readonly evaluation: string;
  /** Whether the payments host has an exporter, whose silence is an alarm too. */
  readonly hasExporter: boolean;
  /** Ranges to which heartbeats may go in addition to the usual ones. */
  readonly allowedAddresses: readonly string[];
}

interface ComponentFacts {
  readonly instanceId: string;
  readonly service: string;
  readonly healthUrl: string;
}

/**
 * The demo's selfheal.yaml: a strategy for each kind of trouble, and a ladder that ends in isolation.
 */
export function demoConfiguration(facts: ConfigurationFacts): string {
  const { serviceManager, spool, site, validator, evaluation, hasExporter, allowedAddresses } = facts;
  const { quotesUrl, chain, sessions } = facts;
  const common = (component: HostComponent) => commonOf(facts.components[component]);
  const commonOf = ({ instanceId, service, healthUrl }: ComponentFacts) => {
    return `    targets: { instanceIds: [${instanceId}] }
    service: ${service}
    serviceManager: ${serviceManager}
    health: { url: "${healthUrl}", timeoutSeconds: 1s }`;
  };
  const limit = (threshold: number) =>
    `threshold: ${threshold}, comparison: '>', periodSeconds: ${ALARM_PERIOD_MS / 1_000}, ${evaluation}`;
  /** Percentage of requests that failed, seen from outside. */
  const prober = (metric: string, metricName: string, component: DemoComponent, percent = 50) =>
    `{ metric: ${metric}, namespace: Demo, metricName: ${metricName}, dimensions: { Component: ${component} }, ${limit(percent)} }`;
  const exporter = `
      host-unreachable: ${prober('host_unreachable', 'FailedScrapes', 'payments')}`;
  const unhealthy = hasExporter ? 'error_rate, host_unreachable' : 'error_rate';
  const quotes = `
  quotes:
    targets: { lambdaAlias: quotes:live }
    health: { url: "${quotesUrl}", timeoutSeconds: 1s }
    alarms: { error-rate: ${prober('error_rate', 'ErrorRate', 'quotes')} }`;
  const badRelease = `
  - id: bad-release
    components: [quotes]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: rollback_deployment }
    verify: { timeoutSeconds: 30s, stableSeconds: 2s }
    rollback: { actions: [{ type: rollback_deployment, params: { phase: undo } }] }
`;
  // The lower limit: whenever gateway's alarm is red, so is that of the database that it calls.
  const chained =
    chain &&
    `
  catalog:
${commonOf(chain.catalog)}
    database:
      engine: postgresql
      dataDirectory: ${chain.database.dataDirectory}
      backupDirectory: ${chain.database.backupDirectory}
    alarms: { error-rate: ${prober('error_rate', 'ErrorRate', 'catalog', CHAIN_LIMITS.catalog)} }
  gateway:
${commonOf(chain.gateway)}
    dependsOn: [catalog]
    alarms: { error-rate: ${prober('error_rate', 'ErrorRate', 'gateway', CHAIN_LIMITS.gateway)} }`;
  const damagedDatabase = `
  - id: damaged-database
    components: [catalog]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: verify_integrity, timeoutSeconds: 60s, onError: continue }
      - { type: restore_snapshot, timeoutSeconds: 60s, onError: rollback }
      - { type: verify_integrity, timeoutSeconds: 60s, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 2s }
    rollback: { actions: [{ type: restore_snapshot, params: { phase: undo } }] }

  - id: restart-gateway
    components: [gateway]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: start_component, params: { mode: restart } }
`;
  // What is learned, and from when on it may repair, is as by default.
  const watched =
    sessions &&
    `
  sessions:
${commonOf(sessions)}
    anomalies:
      descriptors:
        namespace: Demo
        metricName: OpenDescriptors
        dimensions: { Component: sessions }
        detector: trend
        direction: above`;
  const leak = `
  - id: descriptor-leak
    components: [sessions]
    trigger: { metrics: [descriptors] }
    actions:
      - { type: start_component, params: { mode: restart, settleSeconds: 1s } }
    verify: { timeoutSeconds: 30s, stableSeconds: 4s }
`;
  return `# All incidents are played at once.
settings: { maxConcurrentRepairs: 7, notify: { architect: [architect@example.com] } }
components:
  orders:
${common('orders')}
    tempPaths: [${spool}]
    alarms: { memory: { metric: memory, ${limit(80)} } }
  web:
${common('web')}
    configPaths: [${site}]
    alarms: { error-rate: ${prober('error_rate', 'ErrorRate', 'web')} }
  payments:
${common('payments')}
    alarms:
      error-rate: ${prober('error_rate', 'ErrorRate', 'payments')}${hasExporter ? exporter : ''}
  docs:
${common('docs')}${quotesUrl === undefined ? '' : quotes}${chained ?? ''}${watched ?? ''}

# The others have alarms of their own: their incidents are about those.
watchdog: { intervalSeconds: 10s, timeoutSeconds: 2s, allowedAddresses: [${allowedAddresses.join(', ')}] }
peers:
  orders: { enabled: false }
  web: { enabled: false }
  payments: { enabled: false }${quotesUrl === undefined ? '' : '\n  quotes: { enabled: false }'}${chain ? '\n  catalog: { enabled: false }\n  gateway: { enabled: false }' : ''}${sessions ? '\n  sessions: { enabled: false }' : ''}

strategies:
  - id: memory-leak
    components: [orders]
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop, params: { graceSeconds: 10s }, onError: rollback }
      - { type: clear_temp_files, onError: continue }
      - { type: start_component, params: { settleSeconds: 1s }, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 4s }

  - id: bad-configuration
    components: [web]
    trigger: { metrics: [error_rate] }
    actions:
      - { type: freeze_config }
      - { type: rollback_config, params: { apply: reload } }
      - { type: verify_config, params: { validator: ${validator} }, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 2s }

  - id: restart
    components: [payments]
    trigger: { metrics: [${unhealthy}] }
    actions:
      - { type: start_component, params: { mode: restart } }
    maxAttempts: 2
    cooldownSeconds: 2s

  - id: isolate
    components: [payments]
    trigger: { metrics: [${unhealthy}] }
    actions:
      - { type: isolate_network }
    verify: { timeoutSeconds: 2s, stableSeconds: 2s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1

  - id: offline
    components: [docs]
    trigger: { statuses: [OFFLINE] }
    actions:
      - { type: start_component, params: { mode: restart, settleSeconds: 1s } }
    verify: { timeoutSeconds: 30s, stableSeconds: 4s }
${quotesUrl === undefined ? '' : badRelease}${chain ? damagedDatabase : ''}${sessions ? leak : ''}`;
}
