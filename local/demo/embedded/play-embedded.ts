import { setTimeout as sleep } from 'node:timers/promises';
import { createEndpointProber } from '../../../functions/adapters/http/endpoint-prober.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import { Closers } from '../../cloud/closers.ts';
import { createRealClock } from '../../embedded/clock/real-clock.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../../embedded/embedded-cloud.ts';
import { createHostsDirectory } from '../../process-hosts/process-host.ts';
import { createProcessHostRunner } from '../../process-hosts/process-host-runner.ts';
import type { HostRunner } from '../../ssm/host-runner.ts';
import type { IncidentResult } from '../incidents/incident.ts';
import type { Reporter } from '../play.ts';
import { repeat } from '../repeat.ts';
import { Timeline } from '../timeline.ts';
import { embeddedConfiguration } from './configuration.ts';
import { type DemoProcessHost, type EmbeddedHosts, killServices, startEmbeddedHosts } from './hosts.ts';
import { badConfiguration } from './incidents/bad-configuration.ts';
import { deadService } from './incidents/dead-service.ts';
import { memoryLeak } from './incidents/memory-leak.ts';
import { startMeasuringProcesses } from './measurements.ts';
import { type EmbeddedIncident, type EmbeddedStage, url } from './stage.ts';
import { watchCloud } from './watch-cloud.ts';

const INCIDENTS: readonly EmbeddedIncident[] = [memoryLeak, badConfiguration, deadService];

/** In AWS the reconciler comes once a minute; nobody who watches a demo wants to wait that long for each rung. */
const RECONCILE_EVERY_MS = 5_000;

/**
 * Plays the incidents, all at once, in real time: processes of the current user as hosts, Selfheal in this process.
 *
 * @param signal ends it early
 * @throws Error if something could not be started, or the signal's reason
 */
export async function playEmbeddedIncidents(
  reporter: Reporter,
  signal: AbortSignal,
): Promise<readonly IncidentResult[]> {
  const closers = new Closers();
  try {
    const stage = await prepare(reporter, closers, signal);
    return await Promise.all(INCIDENTS.map((incident) => playOne(incident, stage)));
  } finally {
    await closers.close();
  }
}

async function prepare(reporter: Reporter, closers: Closers, signal: AbortSignal): Promise<EmbeddedStage> {
  const directory = await createHostsDirectory();
  closers.add(directory.remove);
  const hosts = await reporter.step('three hosts: a directory and processes each', async () => {
    const started = await startEmbeddedHosts(directory.path);
    closers.add(() => killServices(started));
    return started;
  });
  signal.throwIfAborted();
  const all: readonly DemoProcessHost[] = Object.values(hosts);
  const runner = createProcessHostRunner(all);
  closers.add(runner.close);
  const cloud = await reporter.step('Selfheal, deployed into this process', () => startCloud(hosts, runner));
  closers.add(async () => cloud.close());
  signal.throwIfAborted();

  reporter.begin();
  const timeline = new Timeline(reporter);
  const telling = new AbortController();
  const told = timeline.run(telling.signal);
  closers.add(async () => {
    telling.abort();
    await told;
  });
  const watch = watchCloud(cloud, all, timeline);
  closers.add(() => watch.stop());
  const reconciling = repeat(RECONCILE_EVERY_MS, async () => {
    // Between two evaluations of the alarms, so that triage has dealt with what they say.
    await sleep(RECONCILE_EVERY_MS / 2, undefined, { signal }).catch(() => undefined);
    cloud.lambda.invokeAsynchronously('selfheal-reconcile', { source: 'aws.events' });
  });
  closers.add(() => reconciling.stop());
  closers.add(startMeasuringProcesses(cloud.alarms.metrics, all, probes(hosts)));
  return { cloud, hosts, timeline, signal };
}

async function startCloud(hosts: EmbeddedHosts, runner: HostRunner): Promise<EmbeddedCloud> {
  return await createEmbeddedCloud({
    configuration: loaded(embeddedConfiguration(hosts)),
    clock: createRealClock(),
    random: Math.random,
    hosts: runner,
    endpoints: createEndpointProber(),
    evaluateAlarms: true,
  });
}

function loaded(text: string): CompiledConfiguration {
  const result = loadConfiguration(text, 'selfheal.yaml');
  if (result.ok) return result.compiled;
  throw new Error(result.problems.map(formatProblem).join('\n'));
}

function probes({ web, payments }: EmbeddedHosts) {
  return [
    { metricName: 'ErrorRate', component: 'web', url: url(web) },
    { metricName: 'ErrorRate', component: 'payments', url: url(payments) },
  ];
}

async function playOne(incident: EmbeddedIncident, stage: EmbeddedStage): Promise<IncidentResult> {
  const { play, ...what } = incident;
  try {
    const outcome = await play(stage);
    const defects = stage.cloud
      .defects()
      .map((defect) => ({ what: `a defect: ${String(defect)}`, ok: false }));
    const checks = [...outcome.checks, ...defects];
    return { ...what, ...outcome, checks, ok: outcome.got === what.expected && checks.every(({ ok }) => ok) };
  } catch (error) {
    stage.signal.throwIfAborted();
    const got = error instanceof Error ? error.message : String(error);
    return { ...what, ok: false, got, checks: [] };
  }
}
