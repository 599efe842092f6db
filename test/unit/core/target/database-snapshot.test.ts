import { expect, it } from 'vitest';
import { snapshotName } from '../../../../functions/core/target/database-snapshot.ts';

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
