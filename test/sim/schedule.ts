import type { ChangeKind, ChangePhase } from '../../functions/core/change/change-event.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { selectsHosts } from '../../functions/core/configuration/target-selector.ts';
import { HEARTBEAT_METRIC } from '../../functions/core/watchdog/heartbeat-metric.ts';
import type { Random } from '../../local/embedded/random/seeded-random.ts';
import { type Service, servicesFor } from './faults/outages.ts';
import { PERMISSIONS, type Permission, TELLING_PERMISSIONS } from './faults/revocations.ts';
import { firstHosts, isResource } from './fleet/hosts.ts';
import { drawVariant, pick } from './fleet/variants.ts';

export const MINUTE_MS = 60_000;
/** Faults strike and components break only within this time. */
export const FAULTY_MS = 60 * MINUTE_MS;
/** Nothing is planned for later. */
export const LAST_INCIDENT_MS = 45 * MINUTE_MS;
/** Outlasts all retries. */
const LONGEST_OUTAGE_MS = 6 * MINUTE_MS;
const LONGEST_REVOCATION_MS = 12 * MINUTE_MS;

/** Something that happens to the fleet at a given time. */
export type Planned = { readonly id: string; readonly atMs: number } & (
  | {
      readonly what: 'incident';
      readonly component: string;
      readonly metric: string;
      /** Each of these actions cures it; if there are none, only people can. */
      readonly curedBy: readonly string[];
      readonly flaps: number;
    }
  /** A deployment or configuration of these components, reported as one. */
  | {
      readonly what: 'change';
      readonly components: readonly string[];
      readonly status: ChangePhase;
      readonly kind: ChangeKind;
      readonly changeId: string;
    }
  | { readonly what: 'foreign-signal'; readonly detail: Readonly<Record<string, unknown>> }
  | { readonly what: 'host-crashes' | 'disk-lost'; readonly host: number }
  | { readonly what: 'host-away'; readonly host: number; readonly forMs: number }
  /** It ends by itself, or by a resume. */
  | { readonly what: 'pause'; readonly forMs: number; readonly endsItself: boolean }
  /** A mode that people set for everything or a part, or lift. */
  | { readonly what: 'mode-set'; readonly detail: Readonly<Record<string, unknown>> }
  /** A control that is not understood. */
  | { readonly what: 'odd-control'; readonly detail: Readonly<Record<string, unknown>> }
  | { readonly what: 'execution-stopped'; readonly nth: number }
  | { readonly what: 'redeployed'; readonly configuration: CompiledConfiguration }
  | { readonly what: 'alarm-muted'; readonly component: string; readonly minutes: number }
  | { readonly what: 'alarm-unknown'; readonly alarm: string; readonly forMs: number }
  | { readonly what: 'host-replaced'; readonly component: string; readonly nth: number }
  | { readonly what: 'vantage-point-cut-off'; readonly vantagePoint: string; readonly forMs: number }
  | { readonly what: 'permission-revoked'; readonly permission: Permission; readonly forMs: number }
  | { readonly what: 'outage'; readonly service: Service; readonly forMs: number }
);

/** Where changes are reported from, as configurations expect it by default. */
export const PIPELINE = 'selfheal.pipeline';

/** A marker in everything that an attacker with access to the bus would try. */
export const HOSTILE = 'pwned';

const METRICS = ['memory', 'memory', 'error_rate', 'latency'];

const CURES = [
  ['start_component'],
  ['start_component', 'rollback_config'],
  ['rollback_config'],
  ['isolate_network', 'enter_safe_mode'],
  [],
] as const;

/** What cures a component that runs on something else than hosts. */
const RESOURCE_CURES = [
  ['rollback_deployment', 'restart_service', 'failover', 'increase_resources'],
  ['rollback_deployment', 'restart_service', 'failover', 'scale_resources'],
  ['scale_resources', 'increase_resources'],
  [],
] as const;

function curesOf({ components }: CompiledConfiguration, name: string): readonly (readonly string[])[] {
  return isResource({ components }, name) ? RESOURCE_CURES : CURES;
}

/** Between the components that break in a storm: far longer than events take, so that each time the same one is first. */
const STORM_STEP_MS = 2_000;

/** Every component breaks, one soon after the other, and nothing else happens. Only people could cure them. */
export function stormOf(fleet: CompiledConfiguration): readonly Planned[] {
  return Object.keys(fleet.components).map((component, index) => ({
    id: `storm-${index + 1}`,
    atMs: (index + 1) * STORM_STEP_MS,
    what: 'incident',
    component,
    metric: 'memory',
    curedBy: [],
    flaps: 0,
  }));
}

/** What happens in a run, in chronological order; all of it is drawn before the run begins. */
export function drawSchedule(fleet: CompiledConfiguration, random: Random): readonly Planned[] {
  const planned: Planned[] = [];
  const names = Object.keys(fleet.components);
  const metrics = fleet.watchdog.enabled ? [...METRICS, HEARTBEAT_METRIC, HEARTBEAT_METRIC] : METRICS;
  let number = 0;
  const id = (what: string) => `${what}-${++number}`;
  const incident = (atMs: number, component: string) =>
    planned.push({
      id: id('incident'),
      atMs,
      what: 'incident',
      component,
      metric: pick(random, metrics),
      curedBy: pick(random, curesOf(fleet, component)),
      flaps: random() < 0.25 ? 1 + Math.floor(random() * 3) : 0,
    });
  const some = (share: number, most: number) => (random() < share ? 1 + Math.floor(random() * most) : 0);
  const anyTime = () => Math.round(random() * LAST_INCIDENT_MS);

  const incidents = 6 + Math.floor(random() * 8);
  for (let index = 0; index < incidents; index += 1) incident(anyTime(), pick(random, names));
  for (let storm = some(0.3, 1); storm > 0; storm -= 1) {
    const atMs = anyTime();
    for (const name of names) incident(atMs + Math.round(random() * 5_000), name);
  }
  for (let left = some(0.4, 3); left > 0; left -= 1)
    planned.push({
      id: id('signal'),
      atMs: anyTime(),
      what: 'foreign-signal',
      detail: drawSignal(names, random),
    });

  const hosts = new Set(firstHosts(fleet).map(({ node }) => node.instanceId)).size;
  const host = () => Math.floor(random() * hosts);
  for (let left = some(0.4, 3); left > 0; left -= 1)
    planned.push({ id: id('crash'), atMs: anyTime(), what: 'host-crashes', host: host() });
  for (let left = some(0.25, 2); left > 0; left -= 1)
    planned.push({ id: id('disk'), atMs: anyTime(), what: 'disk-lost', host: host() });
  for (let left = some(0.5, 3); left > 0; left -= 1) {
    const forMs = Math.round(5_000 + random() * 5 * MINUTE_MS);
    planned.push({ id: id('away'), atMs: anyTime(), what: 'host-away', host: host(), forMs });
  }
  if (random() < 0.25) {
    const forMs = Math.round((1 + random() * 9) * MINUTE_MS);
    planned.push({ id: id('pause'), atMs: anyTime(), what: 'pause', forMs, endsItself: forMs % 2 === 0 });
  }
  for (let left = some(0.4, 3); left > 0; left -= 1)
    planned.push({
      id: id('stop'),
      atMs: anyTime(),
      what: 'execution-stopped',
      nth: Math.floor(random() * 3),
    });
  for (let left = some(0.35, 2); left > 0; left -= 1)
    planned.push({
      id: id('redeploy'),
      atMs: anyTime(),
      what: 'redeployed',
      configuration: drawVariant(fleet, random, { midway: true }),
    });
  if (random() < 0.2) {
    const minutes = 2 + Math.floor(random() * 10);
    planned.push({
      id: id('mute'),
      atMs: anyTime(),
      what: 'alarm-muted',
      component: pick(random, names),
      minutes,
    });
  }
  for (let left = some(0.3, 2); left > 0; left -= 1) {
    const service = pick(random, servicesFor(fleet));
    const forMs = Math.round(10_000 + random() * LONGEST_OUTAGE_MS);
    planned.push({ id: id(`${service}-outage`), atMs: anyTime(), what: 'outage', service, forMs });
  }
  for (let left = some(0.3, 3); left > 0; left -= 1) {
    const forMs = Math.round(10_000 + random() * 5 * MINUTE_MS);
    const alarm = pick(random, Object.keys(fleet.alarms));
    planned.push({ id: id('unknown'), atMs: anyTime(), what: 'alarm-unknown', alarm, forMs });
  }
  const replaceable = names.filter((name) => {
    const { targets } = fleet.components[name] ?? {};
    return targets !== undefined && selectsHosts(targets) && !('instanceIds' in targets);
  });
  for (let nth = some(0.35, 3); nth > 0; nth -= 1) {
    const component = pick(random, replaceable);
    planned.push({ id: id('replacement'), atMs: anyTime(), what: 'host-replaced', component, nth });
  }
  const { enabled, vantagePoints } = fleet.watchdog;
  for (let left = enabled ? some(0.6, 4) : 0; left > 0; left -= 1) {
    const vantagePoint = pick(random, vantagePoints).name;
    const forMs = Math.round(20_000 + random() * 6 * MINUTE_MS);
    planned.push({ id: id('cut'), atMs: anyTime(), what: 'vantage-point-cut-off', vantagePoint, forMs });
  }
  if (random() < 0.15) {
    planned.push({ id: id('odd'), atMs: anyTime(), what: 'odd-control', detail: pick(random, ODD_CONTROLS) });
  }
  for (let left = some(0.35, 3); left > 0; left -= 1) {
    const permission = pick(random, random() < 0.5 ? TELLING_PERMISSIONS : PERMISSIONS);
    const forMs = Math.round(MINUTE_MS + random() * LONGEST_REVOCATION_MS);
    planned.push({ id: id('revocation'), atMs: anyTime(), what: 'permission-revoked', permission, forMs });
  }
  planned.push(...drawChanges(fleet, random));
  return planned.sort((a, b) => a.atMs - b.atMs);
}

/** How long a deployment takes at most. */
const LONGEST_CHANGE_MS = 5 * MINUTE_MS;

/** Deployments and configurations: of one component or of two, good or bad, and now and then without an end. */
function drawChanges(fleet: CompiledConfiguration, random: Random): readonly Planned[] {
  const watched = Object.keys(fleet.components).filter((name) => fleet.components[name]?.changes);
  if (watched.length === 0) return [];
  const count = Math.floor(random() * 6);
  return Array.from({ length: count }, (_, index) => {
    const atMs = Math.round(random() * LAST_INCIDENT_MS);
    const components = [
      ...new Set([pick(random, watched), ...(random() < 0.3 ? [pick(random, watched)] : [])]),
    ];
    const change = {
      what: 'change' as const,
      components,
      changeId: `run-${index + 1}`,
      kind: pick(random, ['deployment', 'configuration'] as const),
    };
    const endsMs = atMs + 10_000 + Math.round(random() * LONGEST_CHANGE_MS);
    const isBad = random() < 0.5;
    const breaksMs = atMs + Math.round(random() * LONGEST_CHANGE_MS);
    const id = (what: string) => `change-${index + 1}-${what}`;
    const status = pick(random, ['finished', 'finished', 'failed'] as const);
    return [
      { ...change, id: id('starts'), atMs, status: 'started' as const },
      ...(random() < 0.85 ? [{ ...change, id: id('ends'), atMs: endsMs, status }] : []),
      ...(isBad
        ? components.map(
            (component): Planned => ({
              ...{ id: id(`breaks-${component}`), atMs: breaksMs, what: 'incident', component },
              ...{ metric: 'error_rate', curedBy: ['rollback_config'], flaps: 0 },
            }),
          )
        : []),
    ];
  }).flat();
}

/** Controls as people write them who have not read the documentation. */
const ODD_CONTROLS = [
  { command: 'pause', until: 'tomorrow' },
  { command: 'pause', for: '5 min' },
  { command: 'stop' },
  { reason: HOSTILE },
];

function drawSignal(names: readonly string[], random: Random): Readonly<Record<string, unknown>> {
  const component = pick(random, names);
  const valid = { component, metric: 'memory', severity: 'CRITICAL', origin: 'monitor' };
  return pick(random, [
    { ...valid, reason: `$(touch /tmp/${HOSTILE}) \`${HOSTILE}\`` },
    { ...valid, signalId: `monitor:${Math.floor(random() * 1_000)}`, reason: 'the monitor says so' },
    { ...valid, component: `${component}; touch /tmp/${HOSTILE}` },
    { ...valid, targets: [`i-$(${HOSTILE})`] },
    { ...valid, targets: ['i-0ffffffffffffffff'] },
    { ...valid, strategy: HOSTILE },
    { ...valid, severity: 'INFO' },
    { component, metric: 'memory', kind: 'recovery' },
  ]);
}
