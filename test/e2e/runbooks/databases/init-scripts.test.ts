// @slow
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CatalogDatabase,
  createCatalogDatabase,
} from '../../../../local/demo/targets/embedded/catalog-database.ts';
import { findPostgresql } from '../../../../local/demo/targets/embedded/postgresql.ts';
import { callInitScript, installInitScript } from '../../../../local/process-hosts/init-script.ts';
import {
  createHostsDirectory,
  createProcessHost,
  type ProcessHost,
} from '../../../../local/process-hosts/process-host.ts';
import { runRunbookByHand } from '../../../../local/process-hosts/run-runbook.ts';
import { requirement } from '../../../factories/requirements.ts';

const run = promisify(execFile);

describe.skipIf(!requirement('postgresql'))(
  'actions on databases of hosts with init scripts, for any user',
  { timeout: 120_000 },
  () => {
    let directory: Awaited<ReturnType<typeof createHostsDirectory>>;
    let host: ProcessHost;
    let database: CatalogDatabase;
    let steps = 0;

    beforeAll(async () => {
      directory = await createHostsDirectory();
      host = await createProcessHost(directory.path, {
        name: 'one',
        instanceId: 'i-0123456789abcdef0',
        tags: {},
      });
      const postgresql = findPostgresql();
      if (!postgresql) throw new Error('there is no PostgreSQL');
      database = await createCatalogDatabase(host, postgresql);
      installInitScript(host, { name: 'catalog', command: database.server, stopSignal: 'INT' });
      await callInitScript(host, 'catalog', 'start');
      await database.fill();
    }, 120_000);
    afterAll(async () => {
      await callInitScript(host, 'catalog', 'stop');
      await directory.remove();
    });

    /** Runs a runbook, in an operation of its own unless one is given. */
    const onServer = async (action: string, parameters: Readonly<Record<string, string>> = {}) => {
      steps += 1;
      const { dataDirectory, backupDirectory } = database;
      const { exitCode, stdout, stderr } = await runRunbookByHand(host, action, {
        ...{ operationId: `operation-${steps}`, stepId: 'heal-0', component: 'catalog' },
        ...{ service: 'catalog.service', engine: 'postgresql', dataDirectory, backupDirectory },
        ...parameters,
      });
      const code = /^selfheal: ([A-Z_]+):/m.exec(stderr)?.[1];
      return {
        exitCode,
        ...(code !== undefined && { code }),
        result: exitCode === 0 ? JSON.parse(stdout) : stderr,
      };
    };
    const sql = async (query: string) => {
      const [client, ...options] = database.client;
      return (await run(client, [...options, query], { cwd: '/' })).stdout.trim();
    };

    it('find damage, restore the backup made before it, and bring the damage back on undo', async () => {
      const good = await database.checksum();
      expect(await onServer('verify_integrity')).toMatchObject({ result: { pages: true } });
      await database.damage();
      expect(await onServer('verify_integrity')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
      expect(await onServer('backup_db')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });

      const operation = { operationId: 'operation-restore' };
      expect(await onServer('restore_snapshot', operation)).toMatchObject({ exitCode: 0 });
      expect(await database.checksum()).toBe(good);
      expect(await onServer('verify_integrity')).toMatchObject({ result: { pages: true } });

      const undo = { ...operation, stepId: 'rollback-0', phase: 'undo' };
      expect(await onServer('restore_snapshot', undo)).toMatchObject({ result: { changed: true } });
      expect(await onServer('verify_integrity')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
      expect(await onServer('restore_snapshot')).toMatchObject({ exitCode: 0 });
      expect(await database.checksum()).toBe(good);
    });

    it('make the server refuse writes, and accept them again', async () => {
      expect(await onServer('switch_to_readonly', { graceSeconds: '1' })).toMatchObject({
        result: { readOnly: true },
      });
      await expect(sql('CREATE TABLE more ()')).rejects.toThrow('read-only transaction');
      expect(await onServer('resume_writes')).toMatchObject({ exitCode: 0 });
      expect(await sql('CREATE TABLE more ()')).toBe('');
    });

    it('refuse Redis, whose configuration file an init script does not name', async () => {
      const dataDirectory = join(host.directory, 'redis');
      await mkdir(dataDirectory);
      await writeFile(join(dataDirectory, 'dump.rdb'), '');
      for (const action of ['backup_db', 'verify_integrity', 'restore_snapshot'])
        expect(await onServer(action, { engine: 'redis', dataDirectory })).toMatchObject({
          exitCode: 2,
          code: 'UNSUPPORTED_MANAGER',
        });
    });
  },
);
