import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../../functions/core/configuration/load.ts';
import { createVirtualClock } from '../../../../local/embedded/clock/virtual-clock.ts';
import { createEmbeddedCloud } from '../../../../local/embedded/embedded-cloud.ts';
import type { EmbeddedCloudOptions } from '../../../../local/embedded/embedded-cloud-options.ts';
import {
  createSimulatedHosts,
  type RunbookPerformance,
  type RunbookRequest,
} from '../../../../local/embedded/hosts/simulated-hosts.ts';
import { createSimulatedServices } from '../../../../local/embedded/hosts/simulated-services.ts';
import { createSeededRandom } from '../../../../local/embedded/random/seeded-random.ts';

export const START_MS = Date.parse('2026-11-22T12:00:00Z');
export const MINUTE_MS = 60_000;

/** Three hosts; a restart as the usual repair, and a bad configuration whose roll-back can be made to fail. */
const CONFIGURATION = `
settings: { maxConcurrentRepairs: 5 }
groups:
  web: { maxInFlight: 1, minHealthy: 1 }
components:
${['web-a', 'web-b', 'db']
  .map(
    (name, index) => `
  ${name}:
    ${name === 'db' ? '' : 'group: web'}
    targets: { instanceIds: [i-0a1b2c3d4e5f6000${index}] }
    service: ${name}.service
    health: { url: 'https://${name}.example.com/health' }
    configPaths: [/etc/${name}.conf]
    alarms:
      memory: { metric: memory, threshold: 90, evaluationPeriods: 1 }
      errors: { metric: error_rate, namespace: Demo, metricName: Errors, dimensions: {}, threshold: 5, evaluationPeriods: 1 }
`,
  )
  .join('')}
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop, onError: rollback }
      - { type: start_component, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 10s }
    maxAttempts: 2
    cooldownSeconds: 2m
  - id: bad-configuration
    trigger: { metrics: [error_rate] }
    actions:
      - { type: freeze_config }
      - { type: rollback_config, onError: rollback }
    rollback: { onFailure: enter_safe_mode }
    maxAttempts: 1
`;

function labConfiguration(text = CONFIGURATION): CompiledConfiguration {
  const loaded = loadConfiguration(text, 'lab.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.compiled;
}

export interface LabOptions extends Partial<EmbeddedCloudOptions> {
  readonly seed?: number;
  readonly perform?: (request: RunbookRequest) => RunbookPerformance | undefined;
}

/** A cloud in virtual time over simulated hosts and services; a runbook takes three seconds unless `perform` says more. */
export async function createLab({ seed = 1, perform, ...options }: LabOptions = {}) {
  const configuration = options.configuration ?? labConfiguration();
  const clock = createVirtualClock(START_MS);
  const random = createSeededRandom(seed);
  const { key, value } = configuration.settings.managedTag;
  const alarmNames = (component: string) =>
    Object.entries(configuration.alarms).flatMap(([name, binding]) =>
      binding.component === component ? [name] : [],
    );
  const settle = (component: string) => {
    for (const name of alarmNames(component)) {
      clock.after(MINUTE_MS, () => void cloud.alarms.setAlarmState(name, 'OK', 'healthy again'));
    }
  };
  const services = createSimulatedServices(configuration.components, settle);
  const hosts = createSimulatedHosts({
    clock,
    nodes: Object.values(configuration.components).flatMap(({ targets }) =>
      'instanceIds' in targets
        ? targets.instanceIds.map((instanceId) => ({
            instanceId,
            tags: { [key]: value },
            platformType: 'Linux' as const,
            computerName: instanceId,
            ipAddress: '10.0.0.1',
          }))
        : [],
    ),
    perform: (request) => perform?.(request) ?? { takesMs: 3_000 },
    onDone: services.onDone,
  });
  const cloud = await createEmbeddedCloud({
    clock,
    random,
    hosts,
    endpoints: services.endpoints,
    ...options,
    configuration,
  });
  for (const name of Object.keys(configuration.alarms))
    await cloud.alarms.setAlarmState(name, 'OK', 'at first');

  return {
    cloud,
    clock,
    random,
    services,
    hosts,
    /** A component falls ill, and its alarm goes off. */
    sicken: async (component: string, metric: string, curedBy: readonly string[]) => {
      services.sicken(component, { curedBy });
      const name = alarmNames(component).find((each) => configuration.alarms[each]?.metric === metric);
      if (name === undefined) throw new Error(`${component} has no alarm on ${metric}`);
      await cloud.alarms.setAlarmState(name, 'ALARM', `${metric} is too high`);
    },
    operations: async () => (await cloud.store.listOperations(1_000)).toReversed(),
    /** Lets time pass until no operation runs; a minute more, for what comes after it. */
    settle: async (limitMs = 60 * MINUTE_MS) => {
      const isQuiet = await clock.runUntilIdle(limitMs);
      await clock.advance(MINUTE_MS);
      return isQuiet;
    },
  };
}
