import { expect, it } from 'vitest';
import {
  snapshotName,
  snapshotOutcome,
  snapshotPrefix,
} from '../../../../functions/core/target/database-snapshot.ts';

const OPERATION = '20261122T120000Z-4987435a45df';

it.each([
  ['the 63 characters of a cluster’s', 'cluster', 63],
  ['the 255 characters of an instance’s', 'instance', 255],
] as const)('the name of a snapshot fits into %s', (_, of, most) => {
  const id = `${'orders-production-'.repeat(4).slice(0, 62)}x`;
  const name = snapshotName(of, id, OPERATION, 'rollback-999');
  expect(name.length).toBeLessThanOrEqual(most);
  expect(name).toMatch(/^[a-z](-?[a-z0-9])*$/);
});

it('the name of a snapshot says what it is of, and which step took it, in lower case', () => {
  expect(snapshotName('instance', 'orders-production', OPERATION, 'heal-0')).toBe(
    'selfheal-orders-production-20261122t120000z-4987435a45df-heal-0',
  );
  expect(snapshotName('cluster', 'orders-production', OPERATION, 'heal-0')).toBe(
    'selfheal-orders-pro-20261122t120000z-4987435a45df-heal-0',
  );
});

it('the name of a snapshot of a cluster has no two hyphens in a row where its id is cut', () => {
  expect(snapshotPrefix('cluster', 'customers-production')).toBe('selfheal-customers-');
  expect(snapshotPrefix('cluster', 'a-b-c')).toBe('selfheal-a-b-c-');
});

it.each([
  ['available', { outcome: 'SUCCEEDED', detail: 'snapshot before is complete' }],
  ['creating', { detail: 'snapshot before is creating, 40 % of it' }],
  ['copying', { detail: 'snapshot before is copying, 40 % of it' }],
  ['failed', { outcome: 'FAILED', detail: 'snapshot before is failed, 40 % of it' }],
  [
    'incompatible-restore',
    { outcome: 'FAILED', detail: 'snapshot before is incompatible-restore, 40 % of it' },
  ],
] as const)('a snapshot that is %s ends its step accordingly', (status, outcome) => {
  expect(snapshotOutcome('before', { status, percent: 40 })).toEqual(outcome);
});

it('a snapshot that is gone ends its step as failed', () => {
  expect(snapshotOutcome('before', undefined)).toEqual({
    outcome: 'FAILED',
    detail: 'there is no snapshot before',
  });
});
