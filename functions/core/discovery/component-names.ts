import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Home } from '../signal/home.ts';
import type { DiscoverySource } from './discovery-source.ts';
import type { BalancedAddress, EcsAddresses, TracedService } from './traced-service.ts';

/** The component that a traced service is, and what named it beside X-Ray. */
export interface Named {
  readonly component: string;
  /** @default the configuration */
  readonly by?: Exclude<DiscoverySource, 'xray'>;
}

type Components = CompiledConfiguration['components'];

/** What has a name, by a text that says what kind of name it is; a component may have it more than once. */
type Claims = Map<string, Named[]>;

const RDS_HOST =
  /^(?<id>[a-z][a-z0-9-]*)\.(?<cluster>cluster-(?:ro-)?)?[a-z0-9]+\.(?<region>[a-z0-9-]+)\.rds\.amazonaws\.com(?:\.cn)?$/;

/**
 * Tells which component a traced service is. A name that would fit several components fits none: nothing is guessed.
 *
 * @param services what ECS says of services that are components
 * @param addresses what load balancers say of the target groups of components
 */
export function componentNames(
  components: Components,
  home: Home,
  services: readonly EcsAddresses[] = [],
  addresses: readonly BalancedAddress[] = [],
): (service: TracedService) => Named | undefined {
  const claims: Claims = new Map();
  const claim = (key: string, named: Named) => claims.set(key, [...(claims.get(key) ?? []), named]);
  const byGroup = new Map<string, Set<string>>();
  const balance = (group: string, component: string) =>
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(component));

  for (const [component, { targets, xrayNames, targetGroup }] of Object.entries(components)) {
    for (const name of xrayNames ?? [component]) claim(serviceKey(name), { component });
    if ('lambdaAlias' in targets) claim(`function ${targets.lambdaAlias.split(':')[0]}`, { component });
    if ('dbInstance' in targets) claim(`instance ${targets.dbInstance}`, { component });
    if ('dbCluster' in targets) claim(`cluster ${targets.dbCluster}`, { component });
    if (targetGroup !== undefined) balance(targetGroup, component);
    const own = 'ecsService' in targets && services.find(({ service }) => service === targets.ecsService);
    if (!own) continue;
    for (const name of own.names) claim(hostKey(name), { component, by: 'ecs' });
    for (const group of own.targetGroups) balance(group, component);
  }
  for (const { name, targetGroups } of merged(addresses)) {
    // Something else than a component may be behind the same address: then it says nothing.
    const behind = targetGroups.flatMap((group) => [...(byGroup.get(group) ?? [undefined])]);
    const [only, ...more] = new Set(behind);
    if (only !== undefined && more.length === 0)
      claim(hostKey(name), { component: only, by: 'loadBalancers' });
  }
  return (service) => {
    if (service.account !== undefined && service.account !== home.account) return undefined;
    const claimed = (keys: (name: string) => readonly string[]) =>
      service.names.flatMap(keys).flatMap((key) => claims.get(key) ?? []);
    const exact = claimed((name) => resourceKeys(name, service.type, home));
    const found = exact.length > 0 ? exact : claimed((name) => [serviceKey(name), hostKey(name)]);
    return new Set(found.map(({ component }) => component)).size > 1 ? undefined : found[0];
  };
}

/** The target groups of all rules about one name. */
function merged(addresses: readonly BalancedAddress[]): readonly BalancedAddress[] {
  const byName = Map.groupBy(addresses, ({ name }) => name.toLowerCase());
  return [...byName].map(([name, all]) => ({
    name,
    targetGroups: all.flatMap(({ targetGroups }) => targetGroups),
  }));
}

const serviceKey = (name: string) => `service ${name.toLowerCase()}`;
const hostKey = (name: string) => `host ${hostOf(name).replace(/^dualstack\./, '')}`;

/** SQL databases are named `database@host`, and addresses may end with a port. */
function hostOf(name: string): string {
  return name
    .slice(name.lastIndexOf('@') + 1)
    .replace(/:\d+$/, '')
    .toLowerCase();
}

/** The resource that a name in the service graph can only be the name of. */
function resourceKeys(name: string, type: string, home: Home): readonly string[] {
  if (type.startsWith('AWS::Lambda')) return [`function ${name}`];
  const { id, cluster, region } = RDS_HOST.exec(hostOf(name))?.groups ?? {};
  if (id === undefined || region !== home.region) return [];
  return [`${cluster === undefined ? 'instance' : 'cluster'} ${id}`];
}
