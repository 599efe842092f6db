import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';

interface ComponentSketch {
  readonly name: string;
  readonly group?: string;
  /** Their number; `by tag`: those that carry its tag; `in a group`: an Auto Scaling group, each instance watched by itself. */
  readonly hosts: number | 'by tag' | 'in a group';
  /** An earlier component whose hosts and service it shares. */
  readonly besides?: string;
  /** Whether it has a health endpoint; without one, an alarm or a runbook tells its health. */
  readonly hasEndpoint: boolean;
}

/** A web tier with endpoints, an application tier with alarms alone, one half an Auto Scaling group, and a database. */
const SHOP: readonly ComponentSketch[] = [
  { name: 'web-a', group: 'web', hosts: 1, hasEndpoint: true },
  { name: 'web-b', group: 'web', hosts: 1, hasEndpoint: true },
  { name: 'web-c', group: 'web', hosts: 1, hasEndpoint: true },
  { name: 'app-a', group: 'app', hosts: 'in a group', hasEndpoint: false },
  { name: 'app-b', group: 'app', hosts: 1, hasEndpoint: false },
  { name: 'db', hosts: 1, hasEndpoint: false },
];

/** A group of four, a component in a group of its own, and two that share a service on the same hosts. */
const CLUSTER: readonly ComponentSketch[] = [
  { name: 'node-a', group: 'ring', hosts: 1, hasEndpoint: true },
  { name: 'node-b', group: 'ring', hosts: 1, hasEndpoint: true },
  { name: 'node-c', group: 'ring', hosts: 1, hasEndpoint: false },
  { name: 'node-d', group: 'ring', hosts: 2, hasEndpoint: true },
  { name: 'gateway', group: 'edge', hosts: 'by tag', hasEndpoint: true },
  { name: 'db', hosts: 2, hasEndpoint: false },
  { name: 'db-replica', besides: 'db', hosts: 2, hasEndpoint: false },
];

/** Watched from three vantage points as well as by alarms. */
const MESH: readonly ComponentSketch[] = [
  { name: 'peer-a', group: 'mesh', hosts: 1, hasEndpoint: true },
  { name: 'peer-b', group: 'mesh', hosts: 1, hasEndpoint: true },
  { name: 'peer-c', group: 'mesh', hosts: 2, hasEndpoint: true },
  { name: 'peer-d', group: 'mesh', hosts: 'by tag', hasEndpoint: true },
  { name: 'relay', hosts: 1, hasEndpoint: true },
  { name: 'db', hosts: 1, hasEndpoint: false },
];

const METRICS = ['memory', 'error_rate', 'latency'] as const;

/** A ladder for memory, a safe mode for errors, and a strategy that waits for two alerts in a row. */
const STRATEGIES = `
strategies:
  - id: restart-database
    components: [db]
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop, timeoutSeconds: 20s, onError: rollback }
      - { type: start_component, timeoutSeconds: 20s, onError: rollback }
    verify: { by: runbook, timeoutSeconds: 30s, stableSeconds: 10s }
    maxAttempts: 2
    cooldownSeconds: 2m
  - id: restart
    trigger: { metrics: [memory] }
    actions:
      - { type: graceful_stop, timeoutSeconds: 20s, onError: rollback }
      - { type: start_component, timeoutSeconds: 20s, onError: rollback }
    verify: { timeoutSeconds: 60s, stableSeconds: 10s }
    maxAttempts: 2
    cooldownSeconds: 2m
  - id: roll-configuration-back
    trigger: { metrics: [memory, error_rate] }
    actions:
      - { type: freeze_config, timeoutSeconds: 20s, onError: continue }
      - { type: rollback_config, timeoutSeconds: 30s, onError: rollback }
    verify: { timeoutSeconds: 60s, stableSeconds: 15s }
    rollback: { onFailure: enter_safe_mode }
    maxAttempts: 1
    cooldownSeconds: 3m
  - id: isolate
    trigger: { metrics: [memory] }
    actions:
      - { type: notify_soc, onError: continue }
      - { type: isolate_network, timeoutSeconds: 20s }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
  - id: clear
    trigger: { metrics: [latency], consecutiveFailures: 2, withinSeconds: 10m }
    actions:
      - { type: clear_temp_files, timeoutSeconds: 20s, onError: continue }
      - { type: graceful_stop, timeoutSeconds: 20s, onError: abort }
      - { type: start_component, timeoutSeconds: 20s, onError: rollback }
    verify: { timeoutSeconds: 60s, stableSeconds: 10s }
    rollback:
      actions:
        - { type: start_component, timeoutSeconds: 20s, onError: continue }
        - { type: notify_soc, onError: abort }
        - { type: enter_safe_mode, timeoutSeconds: 20s, onError: abort }
    maxAttempts: 2
    cooldownSeconds: 90s
    cooldownScope: strategy
`;

/** A restart for a peer that is offline, and isolation once that has failed. */
const WATCHED_STRATEGIES = `
  - id: bring-back
    trigger: { statuses: [OFFLINE] }
    actions:
      - { type: start_component, params: { mode: restart }, timeoutSeconds: 20s, onError: rollback }
    verify: { timeoutSeconds: 30s, stableSeconds: 10s }
    maxAttempts: 3
    cooldownSeconds: 0s
  - id: shut-away
    trigger: { statuses: [ISOLATED] }
    actions:
      - { type: isolate_network, timeoutSeconds: 20s }
      - { type: notify_soc, onError: continue }
    verify: { timeoutSeconds: 30s, stableSeconds: 5s }
    rollback: { onFailure: maintain_isolation }
    maxAttempts: 1
`;

const UNWATCHED = 'watchdog: { enabled: false }\n';
const WATCHED = `watchdog:
  intervalSeconds: 60s
  timeoutSeconds: 5s
  vantagePoints: [{ name: here }, { name: there }, { name: elsewhere }]
`;

interface FleetSketch {
  readonly components: readonly ComponentSketch[];
  readonly groups: string;
  readonly isWatched?: boolean;
}

function documentOf({ components: sketches, groups, isWatched = false }: FleetSketch): string {
  let host = 0;
  const targetsOf = new Map<string, string>();
  const components = sketches.map(({ name, besides = name, group, hosts, hasEndpoint }) => {
    const newId = () => `i-0a1b2c3d4e5f6${(host++).toString().padStart(4, '0')}`;
    const ownTargets = () => {
      if (hosts === 'in a group') return `autoScalingGroup: ${name}-asg`;
      return hosts === 'by tag'
        ? `tags: { role: ${name} }`
        : `instanceIds: [${Array.from({ length: hosts }, newId).join(', ')}]`;
    };
    const targets = targetsOf.get(besides) ?? ownTargets();
    targetsOf.set(name, targets);
    const scope = hosts === 'in a group' ? 'perInstance: true' : 'dimensions: {}';
    const alarms = METRICS.map(
      (metric) =>
        `      ${metric === 'error_rate' ? 'errors' : metric}: { metric: ${metric}, namespace: Sim, metricName: ${metric}, ${scope}, threshold: 90, evaluationPeriods: 1 }`,
    );
    return [
      `  ${name}:`,
      ...(group === undefined ? [] : [`    group: ${group}`]),
      `    targets: { ${targets} }`,
      `    service: ${besides}.service`,
      ...(hasEndpoint ? [`    health: { url: 'https://${name}.example.com/health' }`] : []),
      `    configPaths: [/etc/${name}.conf]`,
      `    tempPaths: [/var/tmp/${name}]`,
      `    signals: [memory]`,
      '    alarms:',
      ...alarms,
    ].join('\n');
  });
  const strategies = isWatched
    ? `${STRATEGIES.trimEnd()}${WATCHED_STRATEGIES}${WATCHED}`
    : `${STRATEGIES}${UNWATCHED}`;
  return `settings: { maxConcurrentRepairs: 3 }\ngroups:\n${groups}\ncomponents:\n${components.join('\n')}\n${strategies}`;
}

/** See `drawFleet` for how often each is drawn. */
const SKETCHES: readonly FleetSketch[] = [
  {
    components: SHOP,
    groups: '  web: { maxInFlight: 1, minHealthy: 1 }\n  app: { maxInFlight: 2, minHealthy: 0 }',
  },
  {
    components: CLUSTER,
    groups: '  ring: { maxInFlight: 2, minHealthy: 1 }\n  edge: { maxInFlight: 1, minHealthy: 1 }',
  },
  { components: MESH, groups: '  mesh: { maxInFlight: 2, minHealthy: 1 }', isWatched: true },
];

/** What every run starts from; variants.ts varies it. */
export const FLEETS: readonly CompiledConfiguration[] = SKETCHES.map((sketch) => {
  const loaded = loadConfiguration(documentOf(sketch), 'fleet.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.compiled;
});
