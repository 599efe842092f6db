export interface ComponentSketch {
  readonly name: string;
  readonly group?: string;
  /** Their number; `by tag`: those that carry its tag; `in a group`: an Auto Scaling group, each instance watched by itself. @default 0 */
  readonly hosts?: number | 'by tag' | 'in a group';
  /** What it runs on instead of hosts, as a configuration names it. */
  readonly resource?: string;
  /** Behind a load balancer: how many of its hosts have to stay in service. @default it has no load balancer */
  readonly minHealthyTargets?: number;
  /** An earlier component whose hosts and service it shares. */
  readonly besides?: string;
  /** The components that it calls. @default none */
  readonly dependsOn?: readonly string[];
  /** How many requests a second come in from outside, and how many each of those that it calls can take. @default not known */
  readonly demand?: number;
  readonly capacities?: Readonly<Record<string, number>>;
  /** Others look after it: Selfheal never heals it. @default false */
  readonly isOfOthers?: boolean;
  /** Whether it has a health endpoint; without one, an alarm or a runbook tells its health. */
  readonly hasEndpoint: boolean;
}

/** A web tier with endpoints, an application tier with alarms alone, one half an Auto Scaling group, and a database. */
export const SHOP: readonly ComponentSketch[] = [
  { name: 'web-a', group: 'web', hosts: 1, hasEndpoint: true },
  { name: 'web-b', group: 'web', hosts: 1, hasEndpoint: true },
  { name: 'web-c', group: 'web', hosts: 1, hasEndpoint: true },
  { name: 'app-a', group: 'app', hosts: 'in a group', hasEndpoint: false },
  { name: 'app-b', group: 'app', hosts: 1, hasEndpoint: false },
  { name: 'db', hosts: 1, hasEndpoint: false },
];

/** A group of four, a component in a group of its own, and two that share a service on the same hosts. */
export const CLUSTER: readonly ComponentSketch[] = [
  { name: 'node-a', group: 'ring', hosts: 1, hasEndpoint: true },
  { name: 'node-b', group: 'ring', hosts: 1, hasEndpoint: true },
  { name: 'node-c', group: 'ring', hosts: 1, hasEndpoint: false },
  { name: 'node-d', group: 'ring', hosts: 2, hasEndpoint: true },
  { name: 'gateway', group: 'edge', hosts: 'by tag', hasEndpoint: true },
  { name: 'db', hosts: 2, hasEndpoint: false },
  { name: 'db-replica', besides: 'db', hosts: 2, hasEndpoint: false },
];

/** Watched from three vantage points as well as by alarms. */
export const MESH: readonly ComponentSketch[] = [
  { name: 'peer-a', group: 'mesh', hosts: 1, hasEndpoint: true },
  { name: 'peer-b', group: 'mesh', hosts: 1, hasEndpoint: true },
  { name: 'peer-c', group: 'mesh', hosts: 2, hasEndpoint: true },
  { name: 'peer-d', group: 'mesh', hosts: 'by tag', hasEndpoint: true },
  { name: 'relay', hosts: 1, hasEndpoint: true },
  { name: 'db', hosts: 1, hasEndpoint: false },
];

/** Whatever breaks makes its callers suffer: two paths lead to the database, and one to a service of others. */
export const CHAIN: readonly ComponentSketch[] = [
  { name: 'gateway', group: 'front', hosts: 1, hasEndpoint: true, dependsOn: ['orders'] },
  { name: 'reports', group: 'front', hosts: 'by tag', hasEndpoint: true, dependsOn: ['db'] },
  { name: 'orders', group: 'back', hosts: 1, hasEndpoint: false, dependsOn: ['payments', 'cache'] },
  { name: 'payments', group: 'back', hosts: 2, hasEndpoint: true, dependsOn: ['db', 'bank'] },
  { name: 'cache', hosts: 1, hasEndpoint: false },
  { name: 'db', hosts: 1, hasEndpoint: false },
  { name: 'bank', hosts: 1, hasEndpoint: false, isOfOthers: true },
];

/** Hosts, and what most of an estate in AWS is: a service of ECS, a function, and databases. */
export const ESTATE: readonly ComponentSketch[] = [
  { name: 'web', group: 'front', hosts: 'in a group', hasEndpoint: false },
  { name: 'proxy', group: 'front', hosts: 1, hasEndpoint: true },
  { name: 'orders', group: 'back', resource: 'ecsService: prod/orders', hasEndpoint: true },
  { name: 'payments', group: 'back', resource: 'lambdaAlias: payments:live', hasEndpoint: false },
  { name: 'ledger', resource: 'dbInstance: ledger', hasEndpoint: false },
  { name: 'catalog', resource: 'dbCluster: catalog', hasEndpoint: true },
];

/** Hosts behind load balancers, in an Auto Scaling group and without one, and hosts that may be cut off for a while. */
export const FARM: readonly ComponentSketch[] = [
  { name: 'web', group: 'front', hosts: 'in a group', minHealthyTargets: 2, hasEndpoint: false },
  { name: 'api', group: 'front', hosts: 3, minHealthyTargets: 1, hasEndpoint: true },
  { name: 'kiosk', group: 'back', hosts: 1, hasEndpoint: true },
  { name: 'vault', group: 'back', hosts: 2, hasEndpoint: false },
  { name: 'lab', hosts: 1, hasEndpoint: false },
];

/** Requests may go several ways: everything is spare as long as it is the only thing that is missing. */
export const MARKET: readonly ComponentSketch[] = [
  {
    ...{ name: 'store', group: 'front', hosts: 1, hasEndpoint: true },
    dependsOn: ['pay-a', 'pay-b', 'pay-c', 'stock'],
    demand: 600,
    capacities: { 'pay-a': 300, 'pay-b': 300, 'pay-c': 300 },
  },
  {
    ...{ name: 'pay-a', group: 'pay', hosts: 1, hasEndpoint: true },
    dependsOn: ['ledger-a', 'ledger-b'],
    capacities: { 'ledger-a': 200, 'ledger-b': 200 },
  },
  {
    ...{ name: 'pay-b', group: 'pay', hosts: 2, hasEndpoint: false },
    dependsOn: ['ledger-a', 'ledger-b'],
    capacities: { 'ledger-a': 200, 'ledger-b': 200 },
  },
  {
    ...{ name: 'pay-c', group: 'pay', hosts: 1, hasEndpoint: false },
    dependsOn: ['ledger-a', 'ledger-b'],
    capacities: { 'ledger-a': 250, 'ledger-b': 250 },
  },
  { name: 'ledger-a', group: 'ledger', hosts: 1, hasEndpoint: false },
  { name: 'ledger-b', group: 'ledger', hosts: 2, hasEndpoint: false },
  { name: 'stock', hosts: 'by tag', hasEndpoint: true },
];
