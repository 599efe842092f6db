import type { ResourceSelector } from '../../../functions/core/configuration/target-selector.ts';
import type { Operations } from '../../../local/embedded/in-process-client.ts';
import type { DatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import type { TargetServices } from '../../../local/embedded/target-services.ts';

export type ResourceServices = Pick<
  TargetServices,
  'serviceCluster' | 'versionedFunctions' | 'databaseFleet'
>;

/** Calls an operation of an API. */
function ask(operations: Operations, name: string, input: object): object {
  const operation = operations[name];
  if (operation === undefined) throw new TypeError(`${name} is not supported in this process`);
  return operation(input);
}

/** What a component runs on instead of hosts. */
export interface Resource {
  /** As targets are named, and as the service's own log of changes names it. */
  readonly id: string;
  /** Changes that another person may make through the API: to a value that it never had, where there is such a value. */
  readonly changes: readonly (() => unknown)[];
  /** How long the service takes for what the engine begins on it. */
  readonly takesMs: number;
  /** The present value of a setting, where the log names only the next. */
  readonly present?: (setting: string) => string;
}

/** Creates a resource, as it is before anybody has changed anything. */
export function createResource(selector: ResourceSelector, services: ResourceServices): Resource {
  if ('ecsService' in selector) return createService(selector.ecsService, services);
  if ('lambdaAlias' in selector) return createAlias(selector.lambdaAlias, services);
  if ('dbInstance' in selector) return createInstance(selector.dbInstance, services.databaseFleet);
  if ('dbCluster' in selector) return createCluster(selector.dbCluster, services.databaseFleet);
  throw new Error(`${selector.custom}: nothing here runs on a target of one's own`);
}

/** Numbers that differ from each other, and from those that the engine chooses. */
function countFrom(first: number): () => number {
  let next = first;
  return () => next++;
}

/** How many versions were released before: more than any run goes back. */
const RELEASES = 30;

/** A service that has had many deployments. */
function createService(id: string, { serviceCluster }: ResourceServices): Resource {
  const { operations, register, create } = serviceCluster;
  const [cluster = '', service = ''] = id.split('/');
  const number = countFrom(1);
  // A rollback passes over revisions that differ in their size alone.
  const release = () =>
    register(service, undefined, {
      ...{ cpu: '256', memory: '512' },
      containerDefinitions: [{ name: 'app', image: `app:${number()}`, essential: true }],
    });
  for (let released = 1; released < RELEASES; released += 1) release();
  create(cluster, service, release(), 2);
  const update = (change: object) => ask(operations, 'UpdateService', { cluster, service, ...change });
  const count = countFrom(1_001);
  return {
    id,
    takesMs: 40_000,
    changes: [() => update({ taskDefinition: release() }), () => update({ desiredCount: count() })],
  };
}

/** A function with many versions, for which some concurrency is reserved. */
function createAlias(id: string, { versionedFunctions }: ResourceServices): Resource {
  const { operations, publish, createAlias: create } = versionedFunctions;
  const [FunctionName = '', Name = ''] = id.split(':');
  const release = () => publish(FunctionName, () => undefined);
  for (let number = 1; number < RELEASES; number += 1) release();
  create(FunctionName, Name, release());
  const reserve = (ReservedConcurrentExecutions: number) =>
    ask(operations, 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions });
  reserve(5);
  const count = countFrom(301);
  return {
    id,
    takesMs: 0,
    changes: [
      () => ask(operations, 'UpdateAlias', { FunctionName, Name, FunctionVersion: release() }),
      () => reserve(count()),
    ],
  };
}

/** How long RDS takes for what is begun here. */
const RDS_MS = 45_000;

/** An instance with a standby in another zone. */
function createInstance(id: string, { operations, zoneOf, createInstance: create }: DatabaseFleet): Resource {
  create(id, { standbyZone: 'us-east-1b', instanceClass: 'db.r6g.xlarge' });
  const ofInstance = { DBInstanceIdentifier: id };
  const classOf = () => {
    const { DBInstances } = ask(operations, 'DescribeDBInstances', ofInstance) as {
      readonly DBInstances: readonly [{ readonly DBInstanceClass: string }];
    };
    return DBInstances[0].DBInstanceClass;
  };
  const times = countFrom(13);
  return {
    id,
    takesMs: RDS_MS,
    changes: [
      () => ask(operations, 'RebootDBInstance', { ...ofInstance, ForceFailover: true }),
      () =>
        ask(operations, 'ModifyDBInstance', {
          ...ofInstance,
          ApplyImmediately: true,
          DBInstanceClass: `db.r6g.${times()}xlarge`,
        }),
    ],
    present: (setting) => (setting === 'primary' ? zoneOf(id) : classOf()),
  };
}

/** A cluster with three readers. */
function createCluster(id: string, { operations, createCluster: create }: DatabaseFleet): Resource {
  const members = ['a', 'b', 'c', 'd'].map((member) => `${id}-${member}`);
  create(id, members);
  const ofCluster = { DBClusterIdentifier: id };
  const writer = () => {
    const { DBClusters } = ask(operations, 'DescribeDBClusters', ofCluster) as {
      readonly DBClusters: readonly [{ readonly DBClusterMembers: readonly Member[] }];
    };
    return DBClusters[0].DBClusterMembers.find(({ IsClusterWriter }) => IsClusterWriter);
  };
  const next = countFrom(1);
  return {
    id,
    takesMs: RDS_MS,
    changes: [
      () =>
        ask(operations, 'FailoverDBCluster', {
          ...ofCluster,
          TargetDBInstanceIdentifier: members[next() % members.length],
        }),
    ],
    present: () => String(writer()?.DBInstanceIdentifier),
  };
}

interface Member {
  readonly DBInstanceIdentifier: string;
  readonly IsClusterWriter: boolean;
}
