import { CLOUDWATCH_STEPS } from '../alarms/datapoints.ts';
import { Closers } from '../cloud/closers.ts';
import { startLocalCloud } from '../cloud/local-cloud.ts';
import { ensureImage } from '../hosts/image.ts';
import { createNspawnHostRunner } from '../ssm/nspawn-host-runner.ts';
import { demoConfiguration } from './configuration.ts';
import { type DemoHosts, startDemoHosts } from './demo-hosts.ts';
import { badConfiguration } from './incidents/bad-configuration.ts';
import { deadService } from './incidents/dead-service.ts';
import type { Incident, IncidentResult, Stage } from './incidents/incident.ts';
import { killedService } from './incidents/killed-service.ts';
import { memoryLeak } from './incidents/memory-leak.ts';
import { type Probe, startMeasuring } from './measurements.ts';
import { ensurePythonVenv } from './python-venv.ts';
import { Timeline, type TimelineListener } from './timeline.ts';
import { watchOperations } from './watch-operations.ts';

const INCIDENTS: readonly Incident[] = [memoryLeak, badConfiguration, deadService, killedService];

/** Who is told how it goes. */
export interface Reporter extends TimelineListener {
  /** Runs one part of the preparations; `work` is given somebody to tell how it goes on. */
  readonly step: <Result>(
    name: string,
    work: (progress: (line: string) => void) => Promise<Result>,
  ) => Promise<Result>;
  /** The incidents begin. */
  readonly begin: () => void;
}

/**
 * Builds hosts and a cloud, plays the incidents, all at once, and takes everything down again.
 *
 * @param signal ends it early
 * @throws Error if something could not be built, or the signal's reason
 */
export async function playIncidents(
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

async function prepare(reporter: Reporter, closers: Closers, signal: AbortSignal): Promise<Stage> {
  const step: Reporter['step'] = async (name, work) => {
    signal.throwIfAborted();
    return await reporter.step(name, work);
  };
  await step('Python with venv', ensurePythonVenv);
  await step('Debian image for the hosts', ensureImage);
  const hosts = await step('four hosts with systemd', () => startDemoHosts(closers));
  await step('services on the hosts', () => Promise.all(INCIDENTS.map(({ prepare: up }) => up({ hosts }))));
  const cloud = await step('MiniStack, and Selfheal deployed to it by cdk', async (progress) => {
    const started = await startLocalCloud({
      configuration: demoConfiguration(hosts),
      hosts: createNspawnHostRunner(() => Object.values(hosts)),
      // As CloudWatch does it: windows that move by less make alarms flap that CloudWatch's don't.
      alarmSteps: CLOUDWATCH_STEPS,
      watchdog: true,
      progress,
    });
    closers.add(() => started.stop());
    return started;
  });
  signal.throwIfAborted();

  reporter.begin();
  const timeline = new Timeline(reporter);
  const telling = new AbortController();
  const told = timeline.run(telling.signal);
  closers.add(async () => {
    telling.abort();
    await told;
  });
  const watch = await watchOperations(cloud, hosts, timeline);
  closers.add(() => watch.stop());
  const measurements = startMeasuring(cloud.cloudwatch, Object.values(hosts), probes(hosts));
  closers.add(() => measurements.stop());
  return { cloud, hosts, measurements, timeline, signal };
}

function probes({ web, payments }: DemoHosts): readonly Probe[] {
  return [
    { metricName: 'ErrorRate', component: 'web', url: `http://${web.ip}/` },
    { metricName: 'ErrorRate', component: 'payments', url: `http://${payments.ip}:8080/health` },
    { metricName: 'FailedScrapes', component: 'payments', url: `http://${payments.ip}:9100/` },
  ];
}

async function playOne(incident: Incident, stage: Stage): Promise<IncidentResult> {
  const { name, component, expected } = incident;
  try {
    const outcome = await incident.play(stage);
    const ok = outcome.got === expected && outcome.checks.every((check) => check.ok);
    return { incident: name, component, expected, ok, ...outcome };
  } catch (error) {
    stage.signal.throwIfAborted();
    const got = error instanceof Error ? error.message : String(error);
    return { incident: name, component, expected, ok: false, got, checks: [] };
  }
}
