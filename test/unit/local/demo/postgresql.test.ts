import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPostgresql } from '../../../../local/demo/targets/embedded/postgresql.ts';

const NAMES = ['initdb', 'postgres', 'psql', 'pg_controldata', 'pg_basebackup', 'pg_verifybackup'];

describe.skipIf(process.platform !== 'linux')('the demo’s search for PostgreSQL', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-programs-'));
    await chmod(directory, 0o755);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    return rm(directory, { recursive: true, force: true });
  });

  const install = async (version: string, names: readonly string[], exitCode = 0) => {
    await mkdir(join(directory, version));
    for (const name of names)
      await writeFile(join(directory, version, name), `#!/bin/sh\nexit ${exitCode}\n`, { mode: 0o755 });
  };
  const found = () => findPostgresql([join(directory, '*')])?.program('postgres');

  it('takes the newest version that has every program', async () => {
    await install('9', NAMES);
    await install('15', NAMES);
    await install('16', NAMES.slice(1));
    expect(found()).toBe(join(directory, '15', 'postgres'));
  });

  it('finds none on a machine without it', () => {
    expect(found()).toBeUndefined();
  });

  it('does not count one that nobody can run', async () => {
    await install('15', NAMES, 1);
    expect(found()).toBeUndefined();
  });

  it.runIf(process.getuid?.() === 0)(
    'does not count one whose user may not enter the directory for temporary files',
    async () => {
      await install('15', NAMES);
      const closed = join(directory, 'closed');
      await mkdir(closed, { mode: 0o700 });
      vi.stubEnv('TMPDIR', closed);
      expect(found()).toBeUndefined();
    },
  );
});
