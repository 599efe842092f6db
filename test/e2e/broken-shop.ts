import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEndpointProber } from '../../functions/adapters/http/endpoint-prober.ts';
import { Closers } from '../../local/cloud/closers.ts';
import {
  killProcess,
  killServices,
  type ProcessService,
  startProcessServices,
} from '../../local/demo/targets/embedded/process-services.ts';
import { createHostsDirectory } from '../../local/process-hosts/process-host.ts';
import { createProcessHostRunner } from '../../local/process-hosts/process-host-runner.ts';
import { compiled, serveCloud } from './served-cloud.ts';

type Component = 'docs' | 'payments';

/** Two services that really run, healed by an embedded cloud in real time that AWS's clients reach over HTTP. */
export interface BrokenShop {
  /** Contains `selfheal.yaml`. */
  readonly directory: string;
  readonly endpointUrl: string;
  /** Kills the component's process. */
  readonly kill: (component: Component) => Promise<void>;
  /** Changes the state of a component's alarm, as CloudWatch does when requests fail or succeed. */
  readonly setAlarm: (component: Component, state: 'OK' | 'ALARM') => Promise<void>;
  /** Whether a component answers a request. */
  readonly answers: (component: Component) => Promise<boolean>;
  /** @throws AggregateError if the cloud itself went wrong */
  readonly close: () => Promise<void>;
}

/** Starts the services, healthy, with their alarms green. @throws Error if something does not start; the rest is ended */
export async function openShop(): Promise<BrokenShop> {
  const closers = new Closers();
  try {
    const hosts = await createHostsDirectory();
    closers.add(hosts.remove);
    closers.add(() => killServices(hosts.path));
    const services = await startProcessServices(hosts.path);
    const text = configurationText(services.docs, services.payments);
    await writeFile(join(hosts.path, 'selfheal.yaml'), text);
    const runner = createProcessHostRunner(Object.values(services));
    closers.add(runner.close);
    const world = { hosts: runner, endpoints: createEndpointProber() };
    const { cloud, url } = await serveCloud(compiled(text), world, closers);

    const setAlarm: BrokenShop['setAlarm'] = (component, state) =>
      cloud.alarms.setAlarmState(
        `selfheal-${component}-error-rate`,
        state,
        state === 'OK' ? 'every request succeeds' : 'every request fails',
      );
    for (const component of ['docs', 'payments'] as const) await setAlarm(component, 'OK');
    return {
      directory: hosts.path,
      endpointUrl: url,
      kill: async (component) => killProcess(await services[component].pid()),
      setAlarm,
      answers: async (component) =>
        await fetch(services[component].url('/')).then(
          ({ ok }) => ok,
          () => false,
        ),
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Docs are repaired at once; payments, when a person approves. */
function configurationText(docs: ProcessService, payments: ProcessService): string {
  const component = (name: Component, { instanceId, url }: ProcessService) => `  ${name}:
    targets: { instanceIds: [${instanceId}] }
    service: ${name}.service
    serviceManager: sysv
    health: { url: "${url('/')}", timeoutSeconds: 1s }
    alarms:
      error-rate:
        { metric: error_rate, namespace: Shop, metricName: ErrorRate, dimensions: {}, threshold: 50 }`;
  const restart = `actions: [{ type: start_component, params: { mode: restart } }]
    verify: { timeoutSeconds: 30s, stableSeconds: 2s }
    cooldownSeconds: 10m`;
  return `settings: { notify: { architect: [architect@example.com] } }
watchdog: { enabled: false, allowedAddresses: [127.0.0.1/32] }
components:
${component('docs', docs)}
${component('payments', payments)}
strategies:
  - id: restart-docs
    components: [docs]
    trigger: { metrics: [error_rate] }
    ${restart}
  - id: restart-payments
    components: [payments]
    mode: propose
    trigger: { metrics: [error_rate] }
    ${restart}
`;
}
