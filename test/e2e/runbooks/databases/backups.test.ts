// @thorough
// @slow
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../../factories/requirements.ts';
import { newOperationId } from '../bench.ts';
import { BACKUPS, DATA, type PostgresqlBench, startPostgresqlBench } from './postgresql-bench.ts';

const UNIT = 'postgresql@15-main';
const PROGRAMS = '/usr/lib/postgresql/15/bin';
/** Moves the WAL of a stopped server to a directory, with a link in its place. */
const WAL_TO = (directory: string) =>
  `cp -a ${DATA}/pg_wal/. ${directory}; rm -r ${DATA}/pg_wal; ln -s ${directory} ${DATA}/pg_wal`;
const RECORD = '/var/lib/selfheal/databases/orders-db/swap';

describe.skipIf(!requirement('hosts'))(
  'backup_db, verify_integrity and restore_snapshot on PostgreSQL',
  { timeout: 120_000 },
  () => {
    let bench: PostgresqlBench;
    /** The rows' checksum, when nothing was damaged yet. */
    let good: string;
    const checksum = () => bench.sql("SELECT md5(string_agg(id || text, ',' ORDER BY id)) FROM orders");
    const identity = () => bench.sh(`stat -c %i ${DATA}`);
    const besideData = () => bench.sh(`cd ${DATA}/..; ls -d main.selfheal-* 2>/dev/null || true`);
    /** Damages a page of the table on the disk, as a bad disk would. */
    const damage = async () => {
      const file = await bench.sql("SELECT pg_relation_filepath('orders')");
      await bench.sh(`systemctl stop ${UNIT}
        printf garbage | dd of=${DATA}/${file} bs=1 seek=20000 conv=notrunc status=none
        systemctl start ${UNIT}`);
    };
    /** What PostgreSQL's own program says of the pages of a server that is stopped. */
    const judged = (data: string) =>
      bench.sh(
        `runuser -u postgres -- ${PROGRAMS}/pg_checksums --check -D ${data} >/dev/null 2>&1 && echo good || echo bad`,
      );
    const settled = () =>
      expect.poll(() => bench.sh(`ls ${RECORD} 2>/dev/null || echo none`), { timeout: 30_000 }).toBe('none');

    beforeAll(async () => {
      bench = await startPostgresqlBench();
      await bench.sh(`systemctl stop ${UNIT}; cp -a ${DATA} /root/pristine`);
    }, 300_000);
    afterAll(() => bench.close());
    beforeEach(async () => {
      await bench.sh(`systemctl stop ${UNIT}
        rm -rf ${DATA} ${DATA}.selfheal-* /var/lib/selfheal/databases ${BACKUPS}
        cp -a /root/pristine ${DATA}
        systemctl reset-failed; systemctl start ${UNIT}`);
      good = await checksum();
    });

    it('makes a backup that PostgreSQL’s own program accepts, and keeps the newest ones', async () => {
      const { result } = await bench.onServer('backup_db', { keepBackups: '2' });
      expect(result).toMatchObject({ kept: 1 });
      await bench.sh(`runuser -u postgres -- ${PROGRAMS}/pg_verifybackup ${String(result?.['backup'])}`);
      expect(await bench.sh(`stat -c '%a %U' ${BACKUPS}/orders-db`)).toBe('700 postgres');
      await bench.onServer('backup_db', { keepBackups: '2' });
      expect((await bench.onServer('backup_db', { keepBackups: '2' })).result).toMatchObject({ kept: 2 });
      const kept = await bench.sh(`ls ${BACKUPS}/orders-db`);
      expect(kept.split('\n')).toHaveLength(2);
      expect(kept).not.toContain(String(result?.['backup']).split('/').at(-1));
    });

    it('finds damage, restores what was there before it, and brings the damage back on undo', async () => {
      await bench.onServer('backup_db');
      expect((await bench.onServer('verify_integrity')).result).toMatchObject({ pages: true });
      await damage();
      expect(await bench.onServer('verify_integrity')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
      expect(await bench.onServer('backup_db')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
      expect((await bench.sh(`ls ${BACKUPS}/orders-db`)).split('\n')).toHaveLength(1);

      const key = { operationId: newOperationId() };
      const restored = await bench.onServer('restore_snapshot', key);
      expect(restored).toMatchObject({ status: 'Success' });
      expect(await checksum()).toBe(good);
      expect((await bench.onServer('verify_integrity')).result).toMatchObject({ pages: true });
      expect(await judged(String(restored.result?.['replaced']))).toBe('bad');

      await bench.sql("UPDATE orders SET text = 'written since' WHERE id = 1");
      const undone = await bench.onServer('restore_snapshot', {
        ...key,
        stepId: 'rollback-0',
        phase: 'undo',
      });
      expect(undone.result).toMatchObject({ changed: true });
      expect(await bench.onServer('verify_integrity')).toMatchObject({ code: 'DATA_DAMAGED' });
      await bench.sh(`systemctl stop ${UNIT}`);
      expect(await judged(DATA)).toBe('bad');
      // What was written into the restored data is not lost.
      await bench.sh(
        `mv ${DATA} ${DATA}.bad; mv ${String(undone.result?.['replaced'])} ${DATA}; systemctl start ${UNIT}`,
      );
      expect(await bench.sql('SELECT text FROM orders WHERE id = 1')).toBe('written since');
      await bench.sh(`rm -r ${DATA}.bad`);
    });

    describe('with the WAL on another disk', () => {
      const wals = () => bench.sh('ls /srv/disk');
      const link = () => bench.sh(`readlink ${DATA}/pg_wal`);
      beforeEach(() =>
        bench.sh(`mkdir -p /srv/disk; mount -t tmpfs -o size=400m none /srv/disk
          systemctl stop ${UNIT}; install -d -o postgres -g postgres -m 700 /srv/disk/wal
          ${WAL_TO('/srv/disk/wal')}; systemctl start ${UNIT}`),
      );
      afterEach(() =>
        bench.sh(`systemctl stop ${UNIT}; rm -rf ${DATA} ${DATA}.selfheal-*; umount /srv/disk`),
      );

      it('restores to a WAL on that disk, and on undo brings back the one from before', async () => {
        await bench.onServer('backup_db');
        await damage();
        const key = { operationId: newOperationId() };
        expect(await bench.onServer('restore_snapshot', key)).toMatchObject({ status: 'Success' });
        expect(await checksum()).toBe(good);
        const restored = await link();
        expect(restored).toBe(`/srv/disk/wal.selfheal-wal-${key.operationId}-heal-0`);
        expect(await wals()).toBe(`wal\n${restored.split('/').at(-1)}`);
        expect(await bench.sql('SELECT count(*) > 0 FROM pg_ls_waldir()')).toBe('t');

        // The next one is named after the directory that was there first, too.
        const next = { operationId: newOperationId() };
        await bench.onServer('backup_db');
        expect(await bench.onServer('restore_snapshot', next)).toMatchObject({ status: 'Success' });
        expect(await link()).toBe(`/srv/disk/wal.selfheal-wal-${next.operationId}-heal-0`);

        const undo = { ...next, stepId: 'rollback-0', phase: 'undo' };
        expect(await bench.onServer('restore_snapshot', undo)).toMatchObject({
          message: '',
          result: { changed: true },
        });
        expect(await link()).toBe(restored);
        expect(await checksum()).toBe(good);
      });

      it.each([
        ['before the server is stopped', /^doing "stopping \$service"$/m],
        ['before the restored data are accepted', /^note_swap swapped$/m],
      ])('leaves everything as it was if it is killed %s', async (_when, line) => {
        await bench.onServer('backup_db');
        const inPlace = await identity();
        await bench.onServerEdited('restore_snapshot', (script) => {
          expect(script).toMatch(line);
          return script.replace(line, (found) => `kill -KILL 0\n${found}`);
        });
        await settled();
        await expect
          .poll(() => bench.sh(`systemctl is-active ${UNIT} || true`), { timeout: 30_000 })
          .toBe('active');
        expect(await identity()).toBe(inPlace);
        expect([await link(), await wals()]).toEqual(['/srv/disk/wal', 'wal']);
        expect(await checksum()).toBe(good);
      });
    });

    it('carries each step out once, however often it is asked', async () => {
      const key = { operationId: newOperationId() };
      const first = await bench.onServer('backup_db', key);
      expect(await bench.onServer('backup_db', key)).toEqual(first);
      expect((await bench.sh(`ls ${BACKUPS}/orders-db`)).split('\n')).toHaveLength(1);
      const other = { operationId: newOperationId() };
      const restored = await bench.onServer('restore_snapshot', other);
      const inPlace = await identity();
      expect(await bench.onServer('restore_snapshot', other)).toEqual(restored);
      expect(await identity()).toBe(inPlace);
      const undo = { ...other, stepId: 'rollback-0', phase: 'undo' };
      const undone = await bench.onServer('restore_snapshot', undo);
      expect(await bench.onServer('restore_snapshot', undo)).toEqual(undone);
      expect((await bench.onServer('restore_snapshot', { ...undo, stepId: 'rollback-1' })).result).toEqual({
        changed: false,
      });
    });

    it('starts a server again that its damage keeps from starting', async () => {
      await bench.onServer('backup_db');
      await bench.sh(
        `systemctl stop ${UNIT}; truncate -s 0 ${DATA}/global/pg_control; systemctl start ${UNIT} || true`,
      );
      expect(await bench.sh(`systemctl is-active ${UNIT} || true`)).not.toBe('active');
      const key = { operationId: newOperationId() };
      expect((await bench.onServer('restore_snapshot', key)).status).toBe('Success');
      expect(await checksum()).toBe(good);
      await bench.onServer('restore_snapshot', { ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(
        await bench.sh(`stat -c %s ${DATA}/global/pg_control; systemctl is-active ${UNIT} || true`),
      ).toMatch(/^0\n(inactive|failed)$/);
    });

    it('keeps the settings that were made since the backup, both ways', async () => {
      await bench.onServer('backup_db');
      await bench.onServer('switch_to_readonly');
      const key = { operationId: newOperationId() };
      await bench.onServer('restore_snapshot', key);
      expect(await bench.asApp('SHOW default_transaction_read_only')).toBe('on');
      expect((await bench.onServer('resume_writes')).result).toEqual({ readOnly: false, changed: true });
      await bench.onServer('restore_snapshot', { ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(await bench.asApp('SHOW default_transaction_read_only')).toBe('off');
    });

    it.each([
      ['before the server is stopped', /^doing "stopping \$service"$/m],
      ['before the data are moved away', /^as_writer mv -T -- "\$data" "\$aside"$/m],
      ['between the two moves', /^as_writer mv -T -- "\$incoming" "\$data"$/m],
      ['before the restored data are started', /^bring_up "\$service" start 1$/m],
      ['before the restored data are accepted', /^note_swap swapped$/m],
    ])('leaves everything as it was if it is killed %s', async (_when, line) => {
      await bench.onServer('backup_db');
      await bench.sql("UPDATE orders SET text = 'since the backup' WHERE id = 1");
      const [before, inPlace] = [await checksum(), await identity()];
      const outcome = await bench.onServerEdited('restore_snapshot', (script) => {
        expect(script).toMatch(line);
        return script.replace(line, (found) => `kill -KILL 0\n${found}`);
      });
      expect(outcome.exitCode).not.toBe(0);
      await settled();
      await expect
        .poll(() => bench.sh(`systemctl is-active ${UNIT} || true`), { timeout: 30_000 })
        .toBe('active');
      expect(await checksum()).toBe(before);
      expect(await identity()).toBe(inPlace);
      expect(await besideData()).toBe('');
    });

    it.each([
      ['before the restored data are moved away', 'as_writer mv -T -- "$data" "$undone"'],
      ['between the two moves', 'if [ ! -e "$data" ]; then as_writer mv'],
    ])('carries an undo through if it is killed %s', async (_when, line) => {
      await bench.onServer('backup_db');
      const inPlace = await identity();
      const key = { operationId: newOperationId() };
      await bench.onServer('restore_snapshot', key);
      await bench.onServerEdited(
        'restore_snapshot',
        // Not by the guard, which does the same then.
        (script) => {
          expect(script).toContain(line);
          return script.replace(line, `{ ! mkdir /run/once || kill -KILL 0; }\n${line}`);
        },
        { ...key, stepId: 'rollback-0', phase: 'undo' },
      );
      await settled();
      await bench.sh('rmdir /run/once');
      await expect
        .poll(() => bench.sh(`systemctl is-active ${UNIT} || true`), { timeout: 30_000 })
        .toBe('active');
      expect(await identity()).toBe(inPlace);
    });

    it('puts everything back if the restored data do not start', async () => {
      await bench.onServer('backup_db');
      const inPlace = await identity();
      const outcome = await bench.onServerEdited('restore_snapshot', (script) =>
        script.replace(
          'bring_up "$service" start 1\n',
          'rm "$data/PG_VERSION"\nbring_up "$service" start 1\n',
        ),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
      expect(outcome.message).toContain('the data are as they were before');
      expect(await checksum()).toBe(good);
      expect(await identity()).toBe(inPlace);
      expect(await besideData()).toBe('');
    });

    it('gives no other directory away to an owner who puts a link in the place of the copy', async () => {
      await bench.onServer('backup_db');
      await bench.sh('mkdir -p /srv/others; chmod 755 /srv/others');
      const outcome = await bench.onServerEdited('restore_snapshot', (script) => {
        const line = / as_writer mkdir -m 700 -- "\$1"$/m;
        expect(script).toMatch(line);
        return script.replace(
          line,
          (found) =>
            `${found}\nrunuser -u postgres -- sh -c 'mv "$1" "$1.moved"; ln -s /srv/others "$1"' sh "$1"`,
        );
      });
      expect(await bench.sh('stat -c "%U %a" /srv/others; ls /srv/others')).toBe('root 755');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NO_BACKUP' });
    });

    it('does not move what someone else has put there since', async () => {
      await bench.onServer('backup_db');
      const key = { operationId: newOperationId() };
      await bench.onServer('restore_snapshot', key);
      await bench.sh(
        `systemctl stop ${UNIT}; mv ${DATA} /var/lib/postgresql/15/other; cp -a /var/lib/postgresql/15/other ${DATA}; systemctl start ${UNIT}`,
      );
      const theirs = await identity();
      const outcome = await bench.onServer('restore_snapshot', {
        ...key,
        stepId: 'rollback-0',
        phase: 'undo',
      });
      await bench.sh('rm -rf /var/lib/postgresql/15/other');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
      expect(await identity()).toBe(theirs);
    });

    it('passes over a damaged backup, one of the same operation, and one that was never finished', async () => {
      await bench.onServer('backup_db');
      await bench.onServer('backup_db');
      const [older, newer] = (await bench.sh(`ls ${BACKUPS}/orders-db`)).split('\n');
      await bench.sh(
        `printf x >>${BACKUPS}/orders-db/${newer}/PG_VERSION; cp -a ${BACKUPS}/orders-db/${older} ${BACKUPS}/orders-db/29990101T000000Z`,
      );
      const key = { operationId: newOperationId() };
      await bench.onServer('backup_db', key);
      const outcome = await bench.onServer('restore_snapshot', { ...key, stepId: 'heal-1' });
      expect(outcome.result).toMatchObject({ backup: older });
    });

    it.each([
      ['there is none', 'NO_BACKUP', 'true', {}, 'true'],
      ['it is too old', 'BACKUP_TOO_OLD', 'BACKUP; sleep 2', { maxAgeSeconds: '1' }, 'true'],
      [
        'it is of another database',
        'OTHER_DATABASE',
        `BACKUP; systemctl stop ${UNIT}; rm -rf ${DATA}; runuser -u postgres -- ${PROGRAMS}/initdb -k -D ${DATA} >/dev/null; systemctl start ${UNIT}`,
        {},
        'true',
      ],
      [
        'the disk is full',
        'DISK_FULL',
        `BACKUP; f=$(df --output=avail -k / | tail -n 1); head -c $((f - 30000))K /dev/zero >/root/full`,
        {},
        'rm /root/full',
      ],
      [
        'anyone could put something else in its place',
        'UNSAFE_DIRECTORY',
        `BACKUP; chmod 777 ${DATA}/..`,
        {},
        `chmod 755 ${DATA}/..`,
      ],
      [
        'part of the data is a mount',
        'MOUNT_POINT',
        `BACKUP; mount -t tmpfs none ${DATA}/pg_stat_tmp`,
        {},
        `umount ${DATA}/pg_stat_tmp`,
      ],
      [
        'part of the data is elsewhere',
        'SYMBOLIC_LINK',
        `BACKUP; systemctl stop ${UNIT}; mv ${DATA}/pg_xact /var/lib/postgresql/xact; ln -s /var/lib/postgresql/xact ${DATA}/pg_xact; systemctl start ${UNIT}`,
        {},
        `systemctl stop ${UNIT}; rm -rf /var/lib/postgresql/xact`,
      ],
      [
        'the WAL has a mount of its own, without a place beside it',
        'MOUNT_POINT',
        `BACKUP; systemctl stop ${UNIT}; mkdir /srv/wal; mount -t tmpfs -o size=200m none /srv/wal; chown postgres: /srv/wal; chmod 700 /srv/wal; ${WAL_TO('/srv/wal')}; systemctl start ${UNIT}`,
        {},
        `systemctl stop ${UNIT}; umount /srv/wal; rmdir /srv/wal`,
      ],
    ] as const)('restores nothing if %s', async (_what, code, prepare, parameters, tidyUp) => {
      const [first, ...rest] = prepare.split('; ');
      if (first === 'BACKUP') await bench.onServer('backup_db');
      await bench.sh(first === 'BACKUP' ? rest.join('; ') || 'true' : prepare);
      const inPlace = await identity();
      const outcome = await bench.onServer('restore_snapshot', parameters);
      const active = await bench.sh(`systemctl is-active ${UNIT}`);
      const after = await identity();
      await bench.sh(tidyUp);
      expect(outcome).toMatchObject({ exitCode: 2, code });
      expect([active, after]).toEqual(['active', inPlace]);
      expect(await besideData()).toBe('');
    });

    it.each([
      [
        'there is no room for it',
        'DISK_FULL',
        `mkdir -p ${BACKUPS}; mount -t tmpfs -o size=20m none ${BACKUPS}`,
        `umount ${BACKUPS}`,
      ],
      [
        'it may not be written',
        'NOT_WRITABLE',
        `mkdir -p ${BACKUPS}/orders-db; chmod 755 ${BACKUPS}`,
        'true',
      ],
      ['the server is stopped', 'SERVER_DOWN', `systemctl stop ${UNIT}`, 'true'],
      [
        'some data are elsewhere',
        'TABLESPACES',
        `mkdir -p /var/lib/postgresql/ts; chown postgres /var/lib/postgresql/ts; runuser -u postgres -- psql -qc "CREATE TABLESPACE ts LOCATION '/var/lib/postgresql/ts'"`,
        `systemctl stop ${UNIT}; rm -rf /var/lib/postgresql/ts`,
      ],
    ] as const)('makes no backup if %s', async (_what, code, prepare, tidyUp) => {
      await bench.sh(prepare);
      const outcome = await bench.onServer('backup_db');
      await bench.sh(tidyUp);
      expect(outcome).toMatchObject({ exitCode: 2, code });
    });

    it('does not mistake half of a backup that was killed for a whole one', async () => {
      const outcome = await bench.onServerEdited('backup_db', (script) =>
        script.replace(/^doing 'reading the copy back'$/m, (line) => `kill -KILL 0\n${line}`),
      );
      expect(outcome.exitCode).not.toBe(0);
      expect(await bench.onServer('restore_snapshot')).toMatchObject({ code: 'NO_BACKUP' });
      expect((await bench.onServer('backup_db')).result).toMatchObject({ kept: 1 });
      expect((await bench.sh(`ls ${BACKUPS}/orders-db`)).split('\n')).toHaveLength(1);
    });

    it('executes nothing that a server says in place of a number', async () => {
      const outcome = await bench.onServerEdited('backup_db', (script) => {
        const query = 'SELECT (sum(pg_database_size(oid))';
        expect(script).toContain(query);
        return script.replace(query, () => `SELECT 'a[' || chr(36) || '(touch /root/ran)]' -- `);
      });
      expect(await bench.sh('ls /root/ran 2>/dev/null || echo none')).toBe('none');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_CONNECTED' });
    });

    it('checks and backs up a server while somebody keeps a table locked, and others wait for it', async () => {
      const lock = (name: string) =>
        bench.sh(`systemd-run --quiet --collect --unit=${name} --uid=postgres psql -X -c 'BEGIN' \\
          -c 'LOCK TABLE ${name}' -c 'SELECT pg_sleep(600)'`);
      await bench.sql('CREATE TABLE waited_for (id int); INSERT INTO waited_for VALUES (1)');
      await lock('orders');
      // A reader holds this one, so that the lock is only asked for.
      await bench.sh(`systemd-run --quiet --collect --unit=reader --uid=postgres psql -X -c 'BEGIN' \\
        -c 'SELECT * FROM waited_for' -c 'SELECT pg_sleep(600)'`);
      await expect
        .poll(() => bench.sql("SELECT count(*) FROM pg_locks WHERE relation = 'waited_for'::regclass"))
        .toBe('1');
      await lock('waited_for');
      await expect
        .poll(() => bench.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"))
        .toBe('2');
      const [checked, copied] = [await bench.onServer('verify_integrity'), await bench.onServer('backup_db')];
      await bench.sh('systemctl stop orders waited_for reader');
      expect(checked).toMatchObject({ status: 'Success', result: { pages: true } });
      expect(copied).toMatchObject({ status: 'Success', result: { kept: 1 } });
    });

    it('finds a page that is not the server’s in a database of whose twin somebody keeps the table locked', async () => {
      await bench.sql('CREATE DATABASE twin TEMPLATE postgres');
      await bench.sql('CHECKPOINT');
      const file = await bench.sql("\\connect twin\nSELECT pg_relation_filepath('orders')");
      await bench.sh(`systemd-run --quiet --collect --unit=orders --uid=postgres psql -X -c 'BEGIN' \\
        -c 'LOCK TABLE orders' -c 'SELECT pg_sleep(600)'`);
      await expect
        .poll(() => bench.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"))
        .toBe('1');
      await bench.sh(
        `printf '\\377%.0s' {1..8} | dd of=${DATA}/${file} bs=1 seek=16384 conv=notrunc status=none`,
      );
      const copied = await bench.onServer('backup_db');
      await bench.sh('systemctl stop orders');
      await bench.sql('DROP DATABASE twin');
      expect(copied).toMatchObject({
        code: 'DATA_DAMAGED',
        message: expect.stringContaining(`block 2 of ${file}`),
      });
    });

    it('checks and backs up a standby, and finds a page there that is not the server’s', async () => {
      const standby = '/var/lib/postgresql/15/standby';
      await bench.sh(`pg_createcluster 15 standby >/dev/null; rm -r ${standby}
        runuser -u postgres -- ${PROGRAMS}/pg_basebackup -h /var/run/postgresql -D ${standby} -R -c fast
        systemctl daemon-reload; systemctl start postgresql@15-standby`);
      const onStandby = (action: string) =>
        bench.onServer(action, { service: 'postgresql@15-standby.service', dataDirectory: standby });
      const file = await bench.sql("SELECT pg_relation_filepath('orders')");
      try {
        expect(await onStandby('verify_integrity')).toMatchObject({
          status: 'Success',
          result: { pages: true },
        });
        const { result } = await onStandby('backup_db');
        await bench.sh(`runuser -u postgres -- ${PROGRAMS}/pg_verifybackup ${String(result?.['backup'])}`);
        await bench.sh(
          `printf '\\377%.0s' {1..8} | dd of=${standby}/${file} bs=1 seek=16384 conv=notrunc status=none`,
        );
        expect(await onStandby('verify_integrity')).toMatchObject({
          code: 'DATA_DAMAGED',
          message: expect.stringContaining(`block 2 of ${file}`),
        });
      } finally {
        await bench.sh('pg_dropcluster --stop 15 standby');
      }
    });

    it('checks a database of any name, and does not count a check that cannot be made as damage', async () => {
      const names = ['Orders', `or*d".$er's`, 'dbname=postgres host=/nowhere'];
      await bench.sql('\\connect template1\nCREATE EXTENSION amcheck');
      for (const name of names) await bench.sql(`CREATE DATABASE "${name.replaceAll('"', '""')}"`);
      const { result } = await bench.onServer('verify_integrity');
      expect(String(result?.['structure']).split(', ').toSorted()).toEqual(
        [...names, 'template1'].toSorted(),
      );
      const unable = await bench.onServerEdited('verify_integrity', (script) =>
        script.replace('/pg_amcheck" ', '/pg_amcheck" --jobs=none '),
      );
      expect(unable).toMatchObject({ exitCode: 2, code: 'NO_CHECK' });
      expect(unable.message).toContain('jobs');
    });

    it.each([
      [
        'a typo in its settings',
        "sed -i '1i no_such_setting_at_all on off' /etc/postgresql/15/main/postgresql.conf",
      ],
      ['a unit that needs a missing file', 'needs'],
    ])('stops no server that would not start again, with %s', async (_, breaking) => {
      const dropIn = '/etc/systemd/system/postgresql@15-main.service.d/needs.conf';
      const settings = '/etc/postgresql/15/main/postgresql.conf';
      await bench.onServer('backup_db');
      const key = { operationId: newOperationId() };
      expect(await bench.onServer('restore_snapshot', key)).toMatchObject({ status: 'Success', message: '' });
      const main = () => bench.sh(`systemctl show -p MainPID --value ${UNIT}`);
      const [before, data] = [await main(), await identity()];
      await bench.sh(`cp -a ${settings} /root/settings`);
      if (breaking === 'needs') {
        await bench.host.writeFile(dropIn, '[Service]\nEnvironmentFile=/no/such/file\n');
        await bench.sh('systemctl daemon-reload');
      } else await bench.sh(breaking);
      try {
        for (const outcome of [
          await bench.onServer('restore_snapshot'),
          await bench.onServer('restore_snapshot', { ...key, stepId: 'rollback-0', phase: 'undo' }),
          await bench.run('start_component', { service: `${UNIT}.service`, mode: 'restart' }),
          await bench.run('graceful_stop', { service: 'postgresql.service' }),
        ])
          expect(outcome).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
        expect(await main()).toBe(before);
        expect(await identity()).toBe(data);
      } finally {
        await bench.sh(`rm -f ${dropIn}; cp -a /root/settings ${settings}; systemctl daemon-reload`);
      }
    });

    it('checks a server that is stopped, and a table’s structure by amcheck', async () => {
      await bench.sql('CREATE EXTENSION amcheck');
      expect((await bench.onServer('verify_integrity')).result).toEqual({
        pages: true,
        structure: 'postgres',
      });
      const index = await bench.sql("SELECT pg_relation_filepath('orders_pkey')");
      await bench.sh(`systemctl stop ${UNIT}`);
      expect((await bench.onServer('verify_integrity')).result).toMatchObject({ pages: true });
      await bench.sh(`printf '%0400d' 0 | dd of=${DATA}/${index} bs=1 seek=8216 conv=notrunc status=none`);
      expect(await bench.onServer('verify_integrity')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
      // Without checksums, amcheck alone finds it.
      await bench.sh(
        `runuser -u postgres -- ${PROGRAMS}/pg_checksums --disable -D ${DATA} >/dev/null 2>&1; systemctl start ${UNIT}`,
      );
      expect(await bench.onServer('verify_integrity')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
      await bench.sql('DROP EXTENSION amcheck');
      expect(await bench.onServer('verify_integrity')).toMatchObject({ exitCode: 2, code: 'NO_CHECK' });
    });
  },
);
