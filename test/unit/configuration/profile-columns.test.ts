import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { profileColumns } from '../../../functions/core/configuration/profile-columns.ts';
import { profileLeaks, RUNTIMES } from '../../../functions/core/configuration/profile-leaks.ts';

const COLLECTOR = join(import.meta.dirname, '../../../infra/runbooks/lib/collect.sh');

it('knows every column that the collector writes, and no other', () => {
  const [, listed = ''] = /^columns='([^']+)'$/m.exec(readFileSync(COLLECTOR, 'utf8')) ?? [];
  const known = RUNTIMES.flatMap((runtime) => profileColumns({ runtime, custom: [] }));
  expect([...new Set(known.map(({ column }) => column))].sort()).toEqual(listed.split(/\s+/).sort());
});

it.each(RUNTIMES)('measures what is watched for leaks of a service with runtime %s', (runtime) => {
  const columns = profileColumns({ runtime, custom: ['queue'] }).map(({ column }) => column);
  for (const { column } of profileLeaks({ runtime, custom: ['queue'] })) expect(columns).toContain(column);
});
