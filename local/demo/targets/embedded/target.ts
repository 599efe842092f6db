import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createEndpointProber } from '../../../../functions/adapters/http/endpoint-prober.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../../functions/core/configuration/problem.ts';
import { createRealClock } from '../../../embedded/clock/real-clock.ts';
import type { EmbeddedCloud } from '../../../embedded/embedded-cloud.ts';
import type { ServedTable } from '../../../embedded/endpoint/served-table.ts';
import { dynamoDbStores } from '../../../embedded/stores.ts';
import { createHostsDirectory } from '../../../process-hosts/process-host.ts';
import { createProcessHostRunner } from '../../../process-hosts/process-host-runner.ts';
import type { HostRunner } from '../../../ssm/host-runner.ts';
import type { DemoComponent } from '../../components.ts';
import { ALARM_PERIOD_MS, demoConfiguration } from '../../configuration.ts';
import { DEMO_EVENTS } from '../../events.ts';
import type { Preparation, PreparedTarget, Target } from '../../target.ts';
import { type Chain, startChain } from './chain.ts';
import { createDescriptorMetric } from './descriptor-metric.ts';
import { incidentHosts, keepVerified } from './incident-hosts.ts';
import { startMeasuringProcesses } from './measurements.ts';
import { onTheClock } from './on-the-clock.ts';
import { findPostgresql, type Postgresql } from './postgresql.ts';
import { allOf, killServices, type ProcessServices, startProcessServices } from './process-services.ts';
import { type QuotesFunction, startQuotes } from './quotes-function.ts';
import { serveCloud, startTable } from './served-cloud.ts';

const TOOLS = ['bash', 'flock', 'setsid', 'stat', 'sha256sum', 'timeout'];
/** On AWS the reconciler runs once a minute; that is too long a wait for each rung of a demo. */
const RECONCILE_EVERY_MS = 5_000;
/** Between two evaluations of the alarms, so that triage has handled their events. */
const RECONCILE_AFTER_MS = 2_500;
/**
 * How long after the end of a period its alarms are evaluated: the last measurement takes a moment to arrive. The cloud's own
 * timer counts from its deployment, and sees a period up to one period later.
 */
const EVALUATE_AFTER_MS = 50;
const DETAIL_TYPES = new Set(DEMO_EVENTS['detail-type']);

/** Processes of the current user as hosts, Selfheal in this process: without an emulator and without root. */
export const embeddedTarget: Target = { missing, missingFor, prepare, interrupt: () => {} };

function missing({ serve }: Pick<Preparation, 'serve'>): string | undefined {
  if (process.platform !== 'linux') return 'The demo needs Linux: runbooks are for Linux hosts.';
  const lacking = [...TOOLS, ...(serve ? ['java'] : [])].filter((tool) => !isInPath(tool));
  return lacking.length === 0 ? undefined : `The demo needs ${lacking.join(', ')}.`;
}

/** @param find looks for PostgreSQL. @default where distributions keep it */
export function missingFor(
  component: DemoComponent,
  find: () => Postgresql | undefined = findPostgresql,
): string | undefined {
  return component === 'catalog' && !find()
    ? `PostgreSQL 13 or newer in /usr/lib/postgresql, /usr/pgsql-* or /usr/bin, and a user other than root who may run it and enter ${tmpdir()}`
    : undefined;
}

function isInPath(tool: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool], { stdio: 'ignore' }).status === 0;
}

async function prepare({ step, closers, serve }: Preparation): Promise<PreparedTarget> {
  const directory = await createHostsDirectory();
  closers.add(directory.remove);
  // Loading the CDK takes as long as starting the services, and both can run at the same time.
  const loading = loadCloud();
  loading.catch(() => undefined);
  const postgresql = findPostgresql();
  const [services, chain] = await step('hosts: a directory and processes each', async () => {
    closers.add(() => killServices(directory.path));
    const started = await allOf([
      startProcessServices(directory.path),
      postgresql ? startChain(directory.path, postgresql, closers) : Promise.resolve(undefined),
    ]);
    await keepVerified('web', started[0].web);
    return started;
  });
  const quotes = await startQuotes();
  closers.add(quotes.close);
  const descriptors = createDescriptorMetric(services.sessions);
  const configuration = configurationText(services, chain, quotes);
  const table = serve ? await step('DynamoDB Local, for the records', () => startTable(closers)) : undefined;
  const all = [...Object.values(services), ...(chain ? [chain.catalog, chain.gateway] : [])];
  const runner = createProcessHostRunner(all);
  closers.add(runner.close);
  const cloud = await step('Selfheal, deployed into this process', async () =>
    startCloud(await loading, configuration, { quotes, runner, table, descriptors }),
  );
  closers.add(async () => cloud.close());
  await step('two weeks of the descriptors of sessions: generated, and learned by analyze', () =>
    descriptors.learn(cloud),
  );
  const served = table && (await serveCloud(cloud, table, configuration, directory.path, closers));
  // Its schedule would call it only once a minute.
  cloud.lambda.invokeAsynchronously('selfheal-watch-outside', { shard: 0, vantagePoint: 'outside' });
  const timers = [
    onTheClock(ALARM_PERIOD_MS, EVALUATE_AFTER_MS, () => void cloud.alarms.evaluateDue()),
    onTheClock(RECONCILE_EVERY_MS, RECONCILE_AFTER_MS, () =>
      cloud.lambda.invokeAsynchronously('selfheal-reconcile', { source: 'aws.events' }),
    ),
  ];
  closers.add(async () => {
    for (const end of timers) end();
  });
  return {
    hosts: { ...incidentHosts(services, chain), quotes },
    hostNames: new Map(all.map(({ instanceId, name }) => [instanceId, name])),
    records: cloud.store,
    watchdog: cloud.watchdogStore,
    ...newsOf(cloud),
    lookEveryMs: 200,
    measure: () => {
      closers.add(startMeasuringProcesses(cloud.alarms.metrics, services, chain, quotes));
      closers.add(descriptors.measure(cloud));
    },
    defects: cloud.defects,
    ...(served && { served }),
  };
}

function configurationText(
  services: ProcessServices,
  chain: Chain | undefined,
  quotes: QuotesFunction,
): string {
  const { orders, web, payments, docs, sessions } = services;
  const facts = (component: string, { instanceId, port }: { instanceId: string; port: number }) => ({
    instanceId,
    service: `${component}.service`,
    healthUrl: `http://127.0.0.1:${port}/health`,
  });
  return demoConfiguration({
    components: {
      orders: facts('orders', orders),
      web: facts('web', web),
      payments: facts('payments', payments),
      docs: facts('docs', docs),
    },
    serviceManager: 'sysv',
    spool: orders.path,
    site: web.path,
    validator: 'none',
    evaluation: 'evaluationPeriods: 1',
    hasExporter: false,
    quotesUrl: quotes.url(),
    ...(chain && {
      chain: {
        catalog: facts('catalog', chain.catalog),
        database: chain.database,
        gateway: facts('gateway', chain.gateway),
      },
    }),
    sessions: facts('sessions', sessions),
    allowedAddresses: ['127.0.0.1/32'],
  });
}

type CreateCloud = typeof import('../../../embedded/embedded-cloud.ts').createEmbeddedCloud;

async function loadCloud(): Promise<CreateCloud> {
  return (await import('../../../embedded/embedded-cloud.ts')).createEmbeddedCloud;
}

interface CloudParts {
  readonly quotes: QuotesFunction;
  readonly runner: HostRunner;
  readonly table: ServedTable | undefined;
  readonly descriptors: ReturnType<typeof createDescriptorMetric>;
}

async function startCloud(
  createCloud: CreateCloud,
  configurationOfDemo: string,
  { quotes, runner, table, descriptors }: CloudParts,
): Promise<EmbeddedCloud> {
  const configuration = loaded(configurationOfDemo);
  const { historyRetentionDays } = configuration.settings;
  const cloud = await createCloud({
    configuration,
    clock: createRealClock(),
    random: Math.random,
    hosts: runner,
    endpoints: createEndpointProber(),
    evaluateAlarms: true,
    watchdog: true,
    depsOf: descriptors.depsOf,
    ...(table && { stores: dynamoDbStores({ ...table, historyRetentionDays }) }),
  });
  quotes.deploy(cloud.versionedFunctions);
  return cloud;
}

function loaded(text: string): CompiledConfiguration {
  const result = loadConfiguration(text, 'selfheal.yaml');
  if (result.ok) return result.compiled;
  throw new Error(result.problems.map(formatProblem).join('\n'));
}

/** What is new on the bus and in the architect's inbox since the last call. */
function newsOf({ bus, notifier }: EmbeddedCloud): Pick<PreparedTarget, 'takeEvents' | 'takeNotices'> {
  let [events, notices] = [0, 0];
  return {
    takeEvents: async () => {
      const fresh = bus.log.slice(events);
      events += fresh.length;
      return fresh
        .filter((event) => DETAIL_TYPES.has(event['detail-type']))
        .map((event) => JSON.stringify(event));
    },
    takeNotices: async () => {
      const fresh = notifier.notifications().slice(notices);
      notices += fresh.length;
      return fresh.map(({ atMs, subject }) => ({ atMs, subject }));
    },
  };
}
