import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { FARM_STRATEGIES } from './farm-strategies.ts';
import { CHAIN, CLUSTER, type ComponentSketch, ESTATE, FARM, MARKET, MESH, SHOP } from './sketches.ts';
import { ESTATE_STRATEGIES, SPREADING_STRATEGIES, STRATEGIES, WATCHED_STRATEGIES } from './strategies.ts';

const METRICS = ['memory', 'error_rate', 'latency'] as const;

const UNWATCHED = 'watchdog: { enabled: false }\n';
const WATCHED = `watchdog:
  intervalSeconds: 60s
  timeoutSeconds: 5s
  vantagePoints: [{ name: here }, { name: there }, { name: elsewhere }]
`;

/** So that a few outcomes teach something within a run. */
const LEARNING = `, learning: { mode: apply, minSamples: 1, learningRate: 0, relapseWithinSeconds: 5m, ineffectiveAfter: 2 }`;

/** People on call have a pager, and a proposal is open for less time than some people take. */
const NOTIFY = `, proposalSeconds: 10m, notify: { channels: { pager: {
  type: pagerduty, topics: [soc, architect], region: us,
  secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty-a1b2c3' } } }`;

/** What is discovered is kept for longer than any run lasts. */
const DISCOVERY = ', graph: { discover: [xray], refreshSeconds: 5m, keepSeconds: 2d }';

interface FleetSketch {
  readonly components: readonly ComponentSketch[];
  readonly groups: string;
  /** Strategies, and whether there is a watchdog. */
  readonly rest: string;
  /** Other settings than the number of repairs at a time. */
  readonly settings?: string;
}

function documentOf({ components: sketches, groups, rest, settings = '' }: FleetSketch): string {
  let host = 0;
  const targetsOf = new Map<string, string>();
  const spreads = sketches.some(({ dependsOn }) => dependsOn !== undefined);
  const components = sketches.map((sketch) => {
    const { name, besides = name, group, hosts = 0, resource, hasEndpoint, dependsOn, isOfOthers } = sketch;
    const { minHealthyTargets, demand, capacities } = sketch;
    const newId = () => `i-0a1b2c3d4e5f6${(host++).toString().padStart(4, '0')}`;
    const ownTargets = () => {
      if (resource !== undefined) return resource;
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
      ...(hasEndpoint ? [`    health: { url: 'https://${name}.example.com/health' }`] : []),
      ...(resource === undefined ? partsOnHosts(name, besides) : []),
      ...(minHealthyTargets === undefined ? [] : behindBalancer(name, minHealthyTargets)),
      `    signals: [memory]`,
      ...(dependsOn === undefined ? [] : [`    dependsOn: [${dependsOn.join(', ')}]`]),
      ...(demand === undefined ? [] : [`    demand: ${demand}`]),
      ...(capacities === undefined ? [] : [`    capacities: ${JSON.stringify(capacities)}`]),
      ...(isOfOthers ? ['    excluded: true'] : []),
      ...(spreads ? ['    changes: { holdSeconds: 10m }'] : []),
      '    alarms:',
      ...alarms,
    ].join('\n');
  });
  return `settings: { maxConcurrentRepairs: 3${NOTIFY}${settings} }\ngroups:\n${groups}\ncomponents:\n${components.join('\n')}\n${rest}`;
}

/** What actions on hosts need to know. */
function partsOnHosts(name: string, service: string): readonly string[] {
  return [
    `    service: ${service}.service`,
    `    configPaths: [/etc/${name}.conf]`,
    `    tempPaths: [/var/tmp/${name}]`,
  ];
}

function behindBalancer(name: string, minHealthyTargets: number): readonly string[] {
  const arn = `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name}/0123456789abcdef`;
  return [`    targetGroup: ${arn}`, `    minHealthyTargets: ${minHealthyTargets}`];
}

const SKETCHES = {
  shop: {
    components: SHOP,
    groups: '  web: { maxInFlight: 1, minHealthy: 1 }\n  app: { maxInFlight: 2, minHealthy: 0 }',
    rest: `${STRATEGIES}${UNWATCHED}`,
  },
  cluster: {
    components: CLUSTER,
    groups: '  ring: { maxInFlight: 2, minHealthy: 1 }\n  edge: { maxInFlight: 1, minHealthy: 1 }',
    rest: `${STRATEGIES}${UNWATCHED}`,
  },
  mesh: {
    components: MESH,
    groups: '  mesh: { maxInFlight: 2, minHealthy: 1 }',
    rest: `${STRATEGIES.trimEnd()}${WATCHED_STRATEGIES}${WATCHED}`,
    settings: DISCOVERY,
  },
  chain: {
    components: CHAIN,
    groups: '  front: { maxInFlight: 1, minHealthy: 0 }\n  back: { maxInFlight: 2, minHealthy: 0 }',
    rest: `${SPREADING_STRATEGIES}${UNWATCHED}`,
    settings: LEARNING,
  },
  market: {
    components: MARKET,
    groups: ['front', 'pay', 'ledger']
      .map((name) => `  ${name}: { maxInFlight: 2, minHealthy: 0 }`)
      .join('\n'),
    rest: `${SPREADING_STRATEGIES}${UNWATCHED}`,
  },
  estate: {
    components: ESTATE,
    groups: '  front: { maxInFlight: 1, minHealthy: 0 }\n  back: { maxInFlight: 2, minHealthy: 0 }',
    rest: `${ESTATE_STRATEGIES}${UNWATCHED}`,
    settings: ', repairTimeoutSeconds: 15m',
  },
  farm: {
    components: FARM,
    groups: '  front: { maxInFlight: 1, minHealthy: 0 }\n  back: { maxInFlight: 2, minHealthy: 0 }',
    rest: `${FARM_STRATEGIES}${UNWATCHED}`,
    settings: ', repairTimeoutSeconds: 25m',
  },
} as const satisfies Readonly<Record<string, FleetSketch>>;

export type FleetName = keyof typeof SKETCHES;

function compiledOf(name: FleetName): CompiledConfiguration {
  const loaded = loadConfiguration(documentOf(SKETCHES[name]), `${name}.yaml`);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.compiled;
}

/** What runs start from; `drawFleet` says how often, and variants.ts varies it. */
export const FLEETS: Readonly<Record<FleetName, CompiledConfiguration>> = {
  shop: compiledOf('shop'),
  cluster: compiledOf('cluster'),
  mesh: compiledOf('mesh'),
  chain: compiledOf('chain'),
  market: compiledOf('market'),
  estate: compiledOf('estate'),
  farm: compiledOf('farm'),
};
