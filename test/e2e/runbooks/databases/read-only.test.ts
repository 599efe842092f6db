import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../../factories/requirements.ts';
import { newOperationId } from '../bench.ts';
import { DATA, type PostgresqlBench, startPostgresqlBench } from './postgresql-bench.ts';

const WRITE = "UPDATE orders SET text = 'new' WHERE id = 1";
const WRITE_LATE = "UPDATE orders SET text = 'late' WHERE id = 2";
const READ = 'SELECT count(*) FROM orders';
const READ_ONLY = 'cannot execute UPDATE in a read-only transaction';
const RECORD = '/var/lib/selfheal/databases/orders-db/read-only';

describe.skipIf(!requirement('hosts'))(
  'switch_to_readonly and resume_writes on PostgreSQL',
  { timeout: 60_000 },
  () => {
    let bench: PostgresqlBench;
    const ownSetting = () =>
      bench.sh('grep read_only /var/lib/postgresql/15/main/postgresql.auto.conf || echo none');
    /** A transaction of the role `app` that sleeps between two statements, for a time that tells it from others. */
    const open = (before: string, seconds: number, after = '') =>
      bench.asApp(`BEGIN; ${before} SELECT pg_sleep(${seconds}); ${after} COMMIT;`);
    const sleeps = (seconds: number) =>
      expect
        .poll(
          () =>
            bench.sql(
              `SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND query LIKE '%pg_sleep(${seconds})%'`,
            ),
          { timeout: 20_000 },
        )
        .toBe('1');
    const readsOnly = () =>
      expect.poll(() => bench.asApp('SHOW default_transaction_read_only'), { timeout: 30_000 }).toBe('on');

    beforeAll(async () => {
      bench = await startPostgresqlBench();
    }, 300_000);
    afterAll(() => bench.close());
    beforeEach(async () => {
      await bench.sh(`rm -rf /var/lib/selfheal/databases; systemctl start postgresql@15-main`);
      await bench.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
      await bench.sql('ALTER SYSTEM RESET ALL');
      await bench.sql('SELECT pg_reload_conf()');
    });

    it('gives writers an error, lets readers go on, and lets both go on afterwards', async () => {
      const outcome = await bench.onServer('switch_to_readonly');
      expect(outcome.result).toMatchObject({ readOnly: true, changed: true, before: 'none' });
      expect(await bench.asApp(WRITE)).toContain(READ_ONLY);
      expect(await bench.asApp(READ)).toBe('20000');
      expect((await bench.onServer('resume_writes')).result).toEqual({ readOnly: false, changed: true });
      expect(await bench.asApp(WRITE)).toBe('');
      expect(await ownSetting()).toBe('none');
    });

    it('apply to connections that were open before, too', async () => {
      const writer = bench.asApp(`SELECT pg_sleep(4); ${WRITE};`);
      await sleep(500);
      await bench.onServer('switch_to_readonly');
      expect(await writer).toContain(READ_ONLY);
    });

    it('ends transactions from before that have written or still may, and no later ones', async () => {
      const writer = open(`${WRITE_LATE};`, 101);
      const reader = open(`${READ};`, 102, `${WRITE_LATE};`);
      await Promise.all([sleeps(101), sleeps(102)]);
      const switching = bench.onServerEdited(
        'switch_to_readonly',
        (script) => {
          const line = /^\s*end_writers "\$grace"$/m;
          expect(script).toMatch(line);
          return script.replace(line, (found) => `until [ -e /run/later ]; do sleep 0.1; done\n${found}`);
        },
        { graceSeconds: '1' },
      );
      await readsOnly();
      await sleep(1500);
      void open('', 103);
      await sleeps(103);
      await bench.sh('touch /run/later');
      const { result } = await switching;
      await bench.sh('rm /run/later');
      expect(result).toMatchObject({ readOnly: true, transactionsEnded: 2 });
      expect(await writer).toContain('terminating connection');
      expect(await reader).toContain('terminating connection');
      await sleeps(103);
      expect(await bench.sql("SELECT count(*) FROM orders WHERE text = 'late'")).toBe('0');
    });

    it('lets transactions go on that began after an earlier switch', async () => {
      await bench.onServer('switch_to_readonly');
      await sleep(1500);
      void open(`${READ};`, 104);
      await sleeps(104);
      const again = await bench.onServer('switch_to_readonly', { graceSeconds: '0' });
      expect(again.result).toMatchObject({ changed: false, transactionsEnded: 0 });
      await sleeps(104);
    });

    it('switches once, however often it is asked, and a second switch does not forget what was there', async () => {
      const key = { operationId: newOperationId() };
      const first = await bench.onServer('switch_to_readonly', key);
      await bench.sql('ALTER SYSTEM RESET default_transaction_read_only');
      expect(await bench.onServer('switch_to_readonly', key)).toEqual(first);
      expect(await ownSetting()).toBe('none');
      await bench.onServer('switch_to_readonly');
      expect((await bench.onServer('switch_to_readonly')).result).toMatchObject({
        changed: false,
        before: 'none',
      });
      await bench.onServer('resume_writes');
      expect(await ownSetting()).toBe('none');
    });

    it('puts back the setting that was there, not a default', async () => {
      await bench.sql('ALTER SYSTEM SET default_transaction_read_only = on');
      await bench.sql('SELECT pg_reload_conf()');
      expect((await bench.onServer('switch_to_readonly')).result).toMatchObject({
        changed: false,
        before: 'on',
      });
      expect((await bench.onServer('resume_writes')).result).toEqual({ readOnly: true, changed: false });
      expect(await ownSetting()).toContain('on');
      await bench.sql('ALTER SYSTEM SET default_transaction_read_only = off');
      await bench.sql('SELECT pg_reload_conf()');
      expect((await bench.onServer('switch_to_readonly')).result).toMatchObject({
        changed: true,
        before: 'off',
      });
      expect((await bench.onServer('resume_writes')).result).toEqual({ readOnly: false, changed: true });
      expect(await ownSetting()).toContain('off');
    });

    it('overwrites nothing that someone else has set meanwhile', async () => {
      await bench.onServer('switch_to_readonly');
      await bench.sql('ALTER SYSTEM SET default_transaction_read_only = off');
      expect(await bench.onServer('resume_writes')).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
      expect(await ownSetting()).toContain('off');
    });

    it('does not lift what it has not set', async () => {
      await bench.sql('ALTER SYSTEM SET default_transaction_read_only = on');
      await bench.sql('SELECT pg_reload_conf()');
      await expect.poll(() => bench.asApp('SHOW default_transaction_read_only')).toBe('on');
      expect(await bench.onServer('resume_writes')).toMatchObject({ exitCode: 2, code: 'NOT_OURS' });
    });

    it('undoes a switch to read-only that was cut short before or after the setting was changed', async () => {
      for (const pattern of [/^\s*set_own on on \|\|.*$/m, /^\s*end_writers "\$grace"$/m]) {
        const outcome = await bench.onServerEdited('switch_to_readonly', (script) => {
          expect(script).toMatch(pattern);
          return script.replace(pattern, (line) => `kill -KILL 0\n${line}`);
        });
        expect(outcome.exitCode).not.toBe(0);
        expect(await bench.sh(`cat ${RECORD}`)).toBe('none off');
        expect((await bench.onServer('resume_writes')).status).toBe('Success');
        expect(await ownSetting()).toBe('none');
        expect(await bench.asApp(WRITE)).toBe('');
      }
    });

    it('neither runs nor shows to others what the owner of the data puts in place of the version', async () => {
      await bench.sh(`mkdir -p /tmp/own/bin; cd /tmp/own/bin
        printf '#!/bin/sh\\nid -un >>/tmp/own/ran\\necho pg_controldata ../../../tmp/own.1' >pg_controldata
        chmod 755 pg_controldata; chown -R postgres /tmp/own; cp -p ${DATA}/PG_VERSION /root/version
        echo only-for-root >/root/secret; chmod 600 /root/secret`);
      for (const put of ['echo ../../../tmp/own >PG_VERSION', 'ln -sf /root/secret PG_VERSION']) {
        await bench.sh(`cd ${DATA}; ${put}`);
        const outcome = await bench.onServer('switch_to_readonly');
        expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_A_DATABASE' });
        expect(outcome.stderr).not.toContain('only-for-root');
      }
      await bench.sh(`rm ${DATA}/PG_VERSION; cp -p /root/version ${DATA}/PG_VERSION`);
      expect(await bench.sh('cat /tmp/own/ran 2>/dev/null || echo nobody')).toBe('nobody');
    });

    it.each([
      [
        'a role that sets it itself',
        'OVERRIDDEN',
        'ALTER ROLE app SET default_transaction_read_only = off',
        'ALTER ROLE app RESET ALL',
      ],
      [
        'a role that is no superuser',
        'NOT_SUPERUSER',
        'CREATE ROLE root2 SUPERUSER LOGIN; ALTER ROLE postgres NOSUPERUSER',
        '',
      ],
    ])('refuses %s', async (_what, code, prepare, undo) => {
      await bench.sql(prepare);
      const outcome = await bench.onServer('switch_to_readonly');
      await (undo === ''
        ? bench.sh(`systemctl stop postgresql@15-main
            echo "ALTER ROLE postgres SUPERUSER;" | runuser -u postgres -- /usr/lib/postgresql/15/bin/postgres --single -D /var/lib/postgresql/15/main -c config_file=/etc/postgresql/15/main/postgresql.conf postgres >/dev/null
            systemctl start postgresql@15-main`)
        : bench.sql(undo));
      expect(outcome).toMatchObject({ exitCode: 2, code });
      expect(await ownSetting()).toBe('none');
    });

    it.each([
      [
        'a server that is stopped',
        'SERVER_DOWN',
        {},
        'systemctl stop postgresql@15-main',
        'systemctl start postgresql@15-main',
      ],
      [
        'a unit that runs something else',
        'WRONG_UNIT',
        { service: 'nginx.service' },
        'systemctl start nginx',
        'systemctl stop nginx',
      ],
      [
        'a directory that holds no database',
        'NOT_A_DATABASE',
        { dataDirectory: '/var/lib/postgresql/15' },
        'true',
        'true',
      ],
      ['the system’s own directory', 'PROTECTED_PATH', { dataDirectory: '/etc/postgresql' }, 'true', 'true'],
      [
        'data that belong to root',
        'WRONG_OWNER',
        {},
        'chown root /var/lib/postgresql/15/main',
        'chown postgres /var/lib/postgresql/15/main',
      ],
      [
        'a server that lets the owner not in',
        'NOT_CONNECTED',
        {},
        'cd /etc/postgresql/15/main; cp -p pg_hba.conf pg_hba.kept; sed -i "1i local all postgres reject" pg_hba.conf; systemctl reload postgresql@15-main; sleep 1',
        'cd /etc/postgresql/15/main; mv pg_hba.kept pg_hba.conf; systemctl reload postgresql@15-main; sleep 1',
      ],
    ] as const)('refuses %s', async (_what, code, parameters, prepare, undo) => {
      await bench.sh(prepare);
      const outcomes = [
        await bench.onServer('switch_to_readonly', parameters),
        await bench.onServer('resume_writes', parameters),
      ];
      await bench.sh(undo);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ exitCode: 2, code });
    });
  },
);
