// @thorough
// @slow
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../../factories/requirements.ts';
import { type Bench, type Edit, newOperationId, type Outcome, startBench } from '../bench.ts';

const DATA = '/var/lib/redis';
const BACKUPS = '/var/backups/selfheal';
const UNIT = 'redis-server';
const SERVER = {
  service: 'redis-server.service',
  component: 'cache',
  engine: 'redis',
  dataDirectory: DATA,
  backupDirectory: BACKUPS,
};
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  backup_db: ['service', 'component', 'engine', 'dataDirectory', 'backupDirectory'],
  restore_snapshot: ['service', 'component', 'engine', 'dataDirectory', 'backupDirectory'],
  verify_integrity: ['service', 'component', 'engine', 'dataDirectory'],
};

describe.skipIf(!requirement('hosts'))(
  'backup_db, verify_integrity and restore_snapshot on Redis',
  { timeout: 120_000 },
  () => {
    let bench: Bench;
    const parametersOf = (action: string, more: Record<string, string>) => ({
      ...Object.fromEntries(Object.entries(SERVER).filter(([name]) => TAKEN[action]?.includes(name))),
      ...more,
    });
    const onServer = (action: string, more: Record<string, string> = {}): Promise<Outcome> =>
      bench.run(action, parametersOf(action, more));
    const edited = (action: string, edit: Edit, more: Record<string, string> = {}) =>
      bench.runUnchecked(action, parametersOf(action, more), edit);
    const redis = (command: string) => bench.sh(`redis-cli -a secret --no-auth-warning ${command}`);
    /** Redis's own digest of all data. */
    const digest = () => redis('DEBUG DIGEST');
    const identity = () => bench.sh(`stat -c %i ${DATA}`);
    const besideData = () => bench.sh(`cd ${DATA}/..; ls -d redis.selfheal-* 2>/dev/null || true`);
    const answers = () => expect.poll(() => redis('PING').catch(String), { timeout: 20_000 }).toBe('PONG');
    const start = async (lines = '') => {
      await bench.sh(`systemctl stop ${UNIT}; rm -rf ${DATA}/* ${DATA}.selfheal-* ${BACKUPS} /var/lib/selfheal/databases
        cp -p /root/redis.conf /etc/redis/redis.conf; printf '${lines}' >>/etc/redis/redis.conf
        systemctl reset-failed; systemctl start ${UNIT}`);
      await answers();
      await redis(`EVAL "for i = 1, 20000 do redis.call('SET', 'key:' .. i, i) end" 0`);
      await redis('SET gone soon EX 5000');
    };

    beforeAll(async () => {
      bench = await startBench();
      // A directory of the image itself cannot be renamed, only copied: it is in the lower layer of an overlay.
      await bench.sh(`cp -a ${DATA} ${DATA}.own; rm -r ${DATA}; mv -T ${DATA}.own ${DATA}
        printf 'requirepass "secret"\\nenable-debug-command yes\\n' >>/etc/redis/redis.conf
        cp -p /etc/redis/redis.conf /root/redis.conf`);
    }, 300_000);
    afterAll(() => bench.close());

    describe.each([
      ['an RDB file', ''],
      ['an append-only file', 'appendonly yes\\n'],
    ])('that keeps its data in %s', (_what, lines) => {
      beforeEach(() => start(lines));

      it('restores what was there when the backup was made, and what was there before on undo', async () => {
        const good = await digest();
        const backup = await onServer('backup_db', { keepBackups: '2' });
        expect(backup.result).toMatchObject({ kept: 1 });
        await bench.sh(`redis-check-rdb ${String(backup.result?.['backup'])}/dump.rdb`);
        expect(await bench.sh(`stat -c '%a %U' ${BACKUPS}/cache`)).toBe('700 redis');
        await redis('FLUSHALL');
        await redis('SET written since');
        const worse = await digest();

        const key = { operationId: newOperationId() };
        const restored = await onServer('restore_snapshot', key);
        expect(restored.status).toBe('Success');
        expect(await digest()).toBe(good);
        await bench.sh(`systemctl restart ${UNIT}`);
        await answers();
        expect(await digest()).toBe(good);
        expect((await onServer('verify_integrity')).status).toBe('Success');
        expect(await onServer('restore_snapshot', key)).toEqual(restored);

        await redis('SET later still');
        const undo = { ...key, stepId: 'rollback-0', phase: 'undo' };
        const undone = await onServer('restore_snapshot', undo);
        expect(undone).toMatchObject({ status: 'Success', result: { changed: true } });
        await answers();
        expect(await digest()).toBe(worse);
        expect(await besideData()).toBe(String(undone.result?.['replaced']).replace('/var/lib/', ''));
      });

      it('finds damage, and starts a server again that it keeps from starting', async () => {
        const good = await digest();
        await onServer('backup_db');
        await redis('SAVE');
        expect((await onServer('verify_integrity')).status).toBe('Success');
        await bench.sh(`systemctl stop ${UNIT}
          for file in $(find ${DATA} -name '*.rdb' -o -name '*.incr.aof'); do printf garbage | dd of=$file bs=1 seek=20 conv=notrunc status=none; done`);
        expect(await onServer('verify_integrity')).toMatchObject({ exitCode: 1, code: 'DATA_DAMAGED' });
        await bench.sh(
          `systemctl start ${UNIT} --no-block; sleep 1; systemctl stop ${UNIT}; systemctl reset-failed`,
        );
        expect((await onServer('restore_snapshot')).status).toBe('Success');
        await bench.sh(`systemctl start ${UNIT}`);
        await answers();
        expect(await digest()).toBe(good);
      });
    });

    describe('whatever it keeps its data in', () => {
      beforeEach(() => start());

      it('keeps the newest backups, and makes each once, however often it is asked', async () => {
        const key = { operationId: newOperationId(), keepBackups: '1' };
        const first = await onServer('backup_db', key);
        expect(await onServer('backup_db', key)).toEqual(first);
        const second = await onServer('backup_db', { keepBackups: '1' });
        expect(second.result).toMatchObject({ kept: 1 });
        expect(await bench.sh(`ls ${BACKUPS}/cache`)).toBe(
          String(second.result?.['backup']).split('/').at(-1),
        );
      });

      it('takes an older backup if the newest one is damaged', async () => {
        const good = await digest();
        await onServer('backup_db');
        await redis('SET newer one');
        const { result } = await onServer('backup_db');
        await bench.sh(
          `printf garbage | dd of=${String(result?.['backup'])}/dump.rdb bs=1 seek=2000 conv=notrunc status=none`,
        );
        expect((await onServer('restore_snapshot')).status).toBe('Success');
        expect(await digest()).toBe(good);
      });

      it('puts the old data back if the server does not read the restored ones', async () => {
        await onServer('backup_db');
        await redis('SET written since');
        const [before, inPlace] = [await digest(), await identity()];
        const outcome = await edited('restore_snapshot', (script) =>
          script.replaceAll('dbfilename dump.rdb)', 'x other.rdb)'),
        );
        expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_SERVING' });
        expect(outcome.message).toContain('the data are as they were before');
        await answers();
        expect([await digest(), await identity()]).toEqual([before, inPlace]);
        expect(await besideData()).toBe('');
      });

      it('leaves the units that start the server or need it as they were, if it puts the old data back', async () => {
        const others = ['door.socket', 'tick.timer', 'needs-it.service', 'idle.timer'];
        const unit = `${UNIT}.service`;
        await bench.installUnit('door.socket', `[Socket]\nListenStream=7100\nService=${unit}\n`);
        for (const timer of ['tick', 'idle'])
          await bench.installUnit(`${timer}.timer`, `[Timer]\nOnCalendar=yearly\nUnit=${unit}\n`);
        await bench.installUnit(
          'needs-it.service',
          `[Unit]\nRequires=${unit}\nAfter=${unit}\n[Service]\nExecStart=/bin/sleep infinity\n`,
        );
        await bench.sh(`systemctl stop ${UNIT}; systemctl start door.socket tick.timer needs-it`);
        await answers();
        await onServer('backup_db');
        const outcome = await edited('restore_snapshot', (script) =>
          script.replaceAll('dbfilename dump.rdb)', 'x other.rdb)'),
        );
        expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_SERVING' });
        await answers();
        expect(await bench.unitStates(...others)).toBe('active active active inactive');
        expect(await bench.sh('ls /var/lib/selfheal/stopped')).toBe('');
        await bench.sh(`systemctl stop ${others.join(' ')}`);
      });

      it('puts the old data back if it is killed between the two moves', async () => {
        await onServer('backup_db');
        const inPlace = await identity();
        await edited('restore_snapshot', (script) =>
          script.replace('mv -T -- "$data" "$aside"\n', (line) => `${line}  kill -KILL 0\n`),
        );
        await expect.poll(() => identity().catch(String), { timeout: 30_000 }).toBe(inPlace);
        await answers();
        expect((await onServer('restore_snapshot')).status).toBe('Success');
      });

      it.each([
        ['a server that is stopped', 'SERVER_DOWN', {}, `systemctl stop ${UNIT}`],
        [
          'a unit that runs something else',
          'WRONG_UNIT',
          { service: 'nginx.service' },
          'systemctl start nginx',
        ],
        [
          'a directory without data of Redis',
          'NOT_A_DATABASE',
          { dataDirectory: '/var/lib/dbus' },
          'chown redis /var/lib/dbus',
        ],
        [
          'a password that it does not know',
          'NOT_CONNECTED',
          {},
          'redis-cli -a secret CONFIG SET requirepass other >/dev/null 2>&1',
        ],
        [
          'a full file system',
          'DISK_FULL',
          {},
          `mkdir -p ${BACKUPS}; mount -t tmpfs -o size=1m none ${BACKUPS}`,
        ],
      ])('backs up nothing of %s', async (_what, code, parameters, prepare) => {
        await bench.sh(prepare);
        const outcome = await onServer('backup_db', parameters);
        await bench.sh(
          `umount ${BACKUPS} 2>/dev/null || true; systemctl stop nginx; systemctl restart ${UNIT}`,
        );
        expect(outcome).toMatchObject({ exitCode: 2, code });
      });

      it('restores nothing to a replica, and nothing where there is no room', async () => {
        await onServer('backup_db');
        await redis('REPLICAOF 127.0.0.1 1');
        expect(await onServer('restore_snapshot')).toMatchObject({ exitCode: 2, code: 'STANDBY' });
        await redis('REPLICAOF NO ONE');
        await bench.sh('head -c 995M /dev/zero >/var/full || true');
        const outcome = await onServer('restore_snapshot');
        await bench.sh('rm /var/full');
        expect(outcome).toMatchObject({ exitCode: 2, code: 'DISK_FULL' });
      });
    });
  },
);
