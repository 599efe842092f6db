import { describe, expect, it } from 'vitest';
import {
  clusterUnhealthiness,
  type DbCluster,
  type DbInstance,
  failoverProblem,
  isBusyFor,
  isMultiAzCluster,
  nextWriter,
  readersOf,
  readiness,
} from '../../../../functions/core/target/database.ts';

const instance = (fields: Partial<DbInstance> = {}): DbInstance => ({
  ...{ id: 'orders', status: 'available', isMultiAz: true, zone: 'us-east-1a', standbyZone: 'us-east-1b' },
  ...{ cluster: undefined, engine: 'postgres', instanceClass: 'db.r6g.large', pending: { others: [] } },
  ...{ storage: { giB: 100, type: 'gp3' }, ...fields },
});
const member = (id: string, promotionTier: number, isWriter = false) => ({ id, promotionTier, isWriter });
const cluster = (fields: Partial<DbCluster> = {}): DbCluster => ({
  ...{ id: 'orders', status: 'available', engine: 'aurora-postgresql' },
  ...{ members: [member('a', 1, true), member('c', 2), member('b', 2), member('d', 5)], ...fields },
});

describe('the status of a database', () => {
  it.each([
    ['available', 'serving', false],
    ['storage-optimization', 'serving', false],
    ['backing-up', 'serving', true],
    ['rebooting', 'busy', true],
    ['modifying', 'busy', true],
    ['something-new', 'busy', true],
    ['storage-full', 'stuck', false],
    ['stopped', 'stuck', false],
  ] as const)('%s means that it is %s, and that RDS is too busy to restart it: %s', (status, is, isBusy) => {
    expect(readiness(status)).toBe(is);
    expect(isBusyFor(status)).toBe(isBusy);
  });

  it('of a cluster is not healthy without a writer', () => {
    expect(clusterUnhealthiness(cluster())).toBeUndefined();
    expect(clusterUnhealthiness(cluster({ status: 'failing-over' }))).toBe('it is failing-over');
    expect(clusterUnhealthiness(cluster({ members: [member('b', 1)] }))).toBe('it has no writer');
  });
});

describe('a failover', () => {
  it.each<[Partial<DbInstance>, string | undefined]>([
    [{}, undefined],
    [
      { cluster: 'main', isMultiAz: false },
      'it belongs to the cluster main: a component with `dbCluster: main` can fail over',
    ],
    [{ isMultiAz: false }, 'it is not Multi-AZ, so it has no standby that could take over'],
    [{ standbyZone: undefined }, 'RDS does not say where its standby is'],
    [{ zone: undefined }, 'RDS does not say where its standby is'],
  ])('of an instance needs a standby: %j', (fields, problem) => {
    expect(failoverProblem(instance(fields))).toBe(problem);
  });

  it('makes the reader of the lowest tier the writer, and of several the first by name', () => {
    expect(nextWriter(cluster())).toBe('b');
    expect(nextWriter(cluster({ members: [member('z', 0), member('a', 1, true), member('b', 1)] }))).toBe(
      'z',
    );
  });

  it('has readers by their tiers, and those of one tier by name, in whatever order RDS lists them', () => {
    const members = [member('a', 1, true), member('c', 1), member('z', 0), member('b', 1), member('d', 1)];
    for (const listed of [members, members.toReversed()])
      expect(readersOf({ members: listed }).map(({ id }) => id)).toEqual(['z', 'b', 'c', 'd']);
  });

  it('makes the member the writer that is named', () => {
    expect(nextWriter(cluster(), 'd')).toBe('d');
    expect(nextWriter(cluster(), 'x')).toEqual({ problem: 'x is not one of its members (a, c, b, d)' });
    expect(nextWriter(cluster({ members: [] }), 'x')).toEqual({
      problem: 'x is not one of its members (none)',
    });
  });

  it('needs a reader', () => {
    expect(nextWriter(cluster({ members: [member('a', 1, true)] }))).toEqual({
      problem: 'it has no reader that could take over from a',
    });
    expect(nextWriter(cluster({ members: [] }))).toEqual({
      problem: 'it has no reader that could take over from none',
    });
  });
});

it.each([
  ['mysql', true],
  ['postgres', true],
  ['aurora-mysql', false],
  [undefined, false],
])('a cluster of %s is a Multi-AZ cluster: %s', (engine, expected) => {
  expect(isMultiAzCluster(engine)).toBe(expected);
});
