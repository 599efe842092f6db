import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { PeerDefinition } from '../configuration/schema/peer-schema.ts';
import type { WatchdogSettings } from '../configuration/schema/watchdog-schema.ts';
import type { LadderLimits } from './ladder.ts';

/** How a peer is checked. */
export type PeerCheck =
  /** HTTP GET; alive is an answer of 200. */
  | { readonly kind: 'http'; readonly url: string }
  /** Alive is an accepted connection. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Alive is an SSM agent that is online. */
  | { readonly kind: 'agent'; readonly instanceId: string };

/** A peer with everything filled in. */
export interface WatchedPeer {
  readonly name: string;
  readonly check: PeerCheck;
  readonly timeoutMs: number;
  readonly limits: LadderLimits;
  /** The component to heal when it is down; without one, people are notified and that is all. */
  readonly component?: string;
  /** Instance ids that a repair acts on; empty means all of the component's. */
  readonly targets: readonly string[];
  /** When it was registered; those in the configuration count as older than any. */
  readonly registeredAtMs: number;
}

/** A peer that was registered at run time. */
export interface RegisteredPeer {
  readonly name: string;
  readonly definition: PeerDefinition;
  readonly registeredAtMs: number;
}

/** All peers, sorted by name. A registered one never replaces one in the configuration. */
export function allPeers(
  configuration: CompiledConfiguration,
  registered: readonly RegisteredPeer[],
): readonly WatchedPeer[] {
  const declared = configuredPeers(configuration);
  const more = registered
    .filter(({ name }) => !isConfigured(configuration, name))
    .map(({ name, definition, registeredAtMs }) =>
      watchedPeer(configuration, name, definition, registeredAtMs),
    );
  return [...declared, ...more]
    .filter((peer) => peer !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether selfheal.yaml mentions a peer of this name, if only to switch it off. */
export function isConfigured({ components, peers }: CompiledConfiguration, name: string): boolean {
  return Object.hasOwn(peers, name) || (Object.hasOwn(components, name) && Boolean(components[name]?.health));
}

/** What is checked, as shown to people: the URL, `host:port` or the instance id. */
export function endpointOf(check: PeerCheck): string {
  switch (check.kind) {
    case 'http':
      return check.url;
    case 'tcp':
      return `tcp://${check.host.includes(':') ? `[${check.host}]` : check.host}:${check.port}`;
    case 'agent':
      return `ssm://${check.instanceId}`;
  }
}

const NOTHING_SET: PeerDefinition = { targets: [], enabled: true };

function configuredPeers(configuration: CompiledConfiguration): readonly (WatchedPeer | undefined)[] {
  const { components, peers } = configuration;
  const implied = Object.keys(components).filter(
    (name) => components[name]?.health && !Object.hasOwn(peers, name),
  );
  return [
    ...implied.map((name) => watchedPeer(configuration, name, NOTHING_SET, 0)),
    ...Object.entries(peers).map(([name, definition]) => watchedPeer(configuration, name, definition, 0)),
  ];
}

/** `undefined` if it is switched off, or there is nothing to check. */
function watchedPeer(
  { components, watchdog }: CompiledConfiguration,
  name: string,
  definition: PeerDefinition,
  registeredAtMs: number,
): WatchedPeer | undefined {
  const own = Object.hasOwn(components, name) ? components[name] : undefined;
  const check = checkOf(definition) ?? (own?.health && { kind: 'http' as const, url: own.health.url });
  if (!definition.enabled || !check) return undefined;
  const component = definition.component ?? (own && name);
  return {
    name,
    check,
    timeoutMs: (definition.timeoutSeconds ?? watchdog.timeoutSeconds) * 1_000,
    limits: limitsOf(definition, watchdog),
    ...(component !== undefined && { component }),
    targets: definition.targets,
    registeredAtMs,
  };
}

function checkOf({ url, tcp, agent }: PeerDefinition): PeerCheck | undefined {
  if (url !== undefined) return { kind: 'http', url };
  if (agent !== undefined) return { kind: 'agent', instanceId: agent };
  if (tcp === undefined) return undefined;
  const colon = tcp.lastIndexOf(':');
  return {
    kind: 'tcp',
    host: tcp.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(tcp.slice(colon + 1)),
  };
}

function limitsOf(definition: PeerDefinition, watchdog: WatchdogSettings): LadderLimits {
  const seconds = (key: 'restartGraceSeconds' | 'forgetRestartsAfterSeconds') =>
    (definition[key] ?? watchdog[key]) * 1_000;
  return {
    missesBeforeRestart: definition.missesBeforeRestart ?? watchdog.missesBeforeRestart,
    restartsBeforeIsolation: definition.restartsBeforeIsolation ?? watchdog.restartsBeforeIsolation,
    restartGraceMs: seconds('restartGraceSeconds'),
    forgetRestartsAfterMs: seconds('forgetRestartsAfterSeconds'),
  };
}
