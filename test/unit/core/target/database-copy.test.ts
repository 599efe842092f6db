import { describe, expect, it } from 'vitest';
import {
  chooseSnapshot,
  copyName,
  copyOutcome,
  deletionByHand,
  type ListedSnapshot,
  neverServed,
} from '../../../../functions/core/target/database-copy.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 29, 12);
const OPERATION = '20261129T120000Z-0123456789ab';
const listed = (name: string, hoursAgo: number, more: Partial<ListedSnapshot> = {}): ListedSnapshot => ({
  ...{
    name,
    isAutomated: name.startsWith('rds:'),
    status: 'available',
    takenAtMs: NOW_MS - hoursAgo * HOUR_MS,
  },
  ...more,
});
const OWN = `selfheal-orders-${OPERATION}-heal-0`.toLowerCase();
const choose = (snapshots: readonly ListedSnapshot[], more: object = {}) => {
  const chosen = chooseSnapshot(snapshots, {
    ...{
      kind: 'instance',
      id: 'orders',
      operationId: OPERATION,
      from: 'latest',
      maxAgeSeconds: 86_400,
      nowMs: NOW_MS,
    },
    ...more,
  });
  return 'name' in chosen ? chosen.name : chosen;
};

describe('the snapshot that is restored', () => {
  const ALL = [
    listed('rds:orders-1', 30),
    listed('rds:orders-2', 6),
    listed('before-release', 2),
    listed('rds:orders-3', 1, { status: 'creating' }),
    listed(OWN, 0),
  ];

  it.each([
    ['latest', 'before-release'],
    ['automated', 'rds:orders-2'],
    ['operation', OWN],
  ])('is the newest complete one for `from: %s`', (from, name) => {
    expect(choose(ALL, { from })).toBe(name);
    expect(choose(ALL.toReversed(), { from })).toBe(name);
  });

  it('is never one that the operation itself has taken, of the damage, unless `from` says so', () => {
    expect(choose([listed(OWN, 0)])).toEqual({
      problem: 'it has no complete snapshot (`from: latest`); 0 are not complete',
    });
    expect(choose([listed('before-release', 1)], { from: 'operation' })).toEqual({
      problem: 'it has no complete snapshot that this operation has taken; 0 are not complete',
    });
  });

  it('is none while those that are meant are not complete, which are counted', () => {
    const creating = (name: string) => listed(name, 1, { status: 'creating' });
    expect(choose([creating('rds:orders-1'), creating('before-release')])).toEqual({
      problem: 'it has no complete snapshot (`from: latest`); 2 are not complete',
    });
  });

  it('is never one that is too old', () => {
    expect(choose(ALL, { from: 'automated', maxAgeSeconds: 6 * 3_600 })).toBe('rds:orders-2');
    expect(choose(ALL, { from: 'automated', maxAgeSeconds: 6 * 3_600 - 1 })).toEqual({
      problem:
        'its newest snapshot (`from: automated`), rds:orders-2, is 21600 s old, and `maxAgeSeconds` is 21599',
    });
  });
});

describe('the name of a copy', () => {
  it('says of which database and by which operation it was made', () => {
    expect(copyName('instance', 'orders-db', OPERATION)).toBe(
      `selfheal-orders-db-${OPERATION}`.toLowerCase(),
    );
  });

  const LONG = 'a-database-with-a-very-very-long-identifier-of-63-characters-abc';
  it.each([
    ['instance', 'orders', 63],
    ['instance', LONG, 63],
    ['instance', 'orders-of-many-customers-abc', 63],
    ['cluster', 'orders', 52],
    ['cluster', LONG, 52],
  ] as const)('satisfies RDS for the %s %s, with %i characters at most', (of, id, maximum) => {
    const name = copyName(of, id, OPERATION);
    expect(name).toMatch(/^[a-z](-?[a-z0-9])*$/);
    expect(name.length).toBeLessThanOrEqual(maximum);
    expect(name).toContain(OPERATION.toLowerCase());
  });
});

describe('a copy that may be deleted', () => {
  it('has nothing in it to keep if it can never have served', () => {
    const statuses = ['failed', 'incompatible-create', 'incompatible-network', 'incompatible-restore'];
    for (const status of [...statuses, 'restore-error']) expect(neverServed({ status })).toBe(true);
    for (const status of ['available', 'creating', 'stopped']) expect(neverServed({ status })).toBe(false);
  });

  it('is deleted by hand with commands that leave a snapshot', () => {
    expect(deletionByHand('instance', 'copy')).toBe(
      '`aws rds delete-db-instance --db-instance-identifier copy --final-db-snapshot-identifier copy-final`',
    );
    expect(deletionByHand('cluster', 'copy')).toBe(
      '`aws rds delete-db-instance --db-instance-identifier copy --skip-final-snapshot`, if it has that instance, and `aws rds delete-db-cluster --db-cluster-identifier copy --final-db-snapshot-identifier copy-final`',
    );
  });
});

describe('a copy', () => {
  it.each([
    ['available', 'orders.example.com:5432', 'SUCCEEDED'],
    ['backing-up', 'orders.example.com:5432', 'SUCCEEDED'],
    ['available', undefined, undefined],
    ['creating', undefined, undefined],
    ['incompatible-restore', undefined, 'FAILED'],
  ])('with status %s and endpoint %s has the outcome %s', (status, endpoint, outcome) => {
    const copy = { status, isProtected: false, snapshot: 'rds:orders-2', ...(endpoint && { endpoint }) };
    expect(copyOutcome('copy', copy).outcome).toBe(outcome);
  });

  it('counts as failed if it is gone', () => {
    expect(copyOutcome('copy', undefined)).toEqual({
      outcome: 'FAILED',
      detail: 'there is no instance copy',
    });
  });
});
