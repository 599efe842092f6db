// @thorough
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../../factories/requirements.ts';
import { newOperationId, type Outcome } from '../bench.ts';
import { BACKUPS, DATA } from './postgresql-bench.ts';
import { BUCKET, IN_S3, OF_HOST, type S3Bench, startS3Bench } from './s3-bench.ts';

const UNIT = 'postgresql@15-main';
const HERE = `s3://${BUCKET}/${OF_HOST}`;
const GONE = `rm -rf ${BACKUPS}/orders-db/*`;

describe.skipIf(!requirement('hosts') || !requirement('python'))(
  'restore_snapshot from a copy in S3',
  { timeout: 240_000 },
  () => {
    let bench: S3Bench;
    const checksum = () => bench.sql("SELECT md5(string_agg(id || text, ',' ORDER BY id)) FROM orders");
    const write = (text: string) => bench.sql(`UPDATE orders SET text = '${text}' WHERE id = 1`);
    /** Where in S3 a new backup is. */
    const backup = async (parameters: Record<string, string> = {}) => {
      const { message, result } = await bench.onServer('backup_db', { ...IN_S3, ...parameters });
      if (result === undefined) throw new Error(message);
      return String(result['inS3']);
    };
    const restore = (parameters: Record<string, string> = {}) =>
      bench.onServer('restore_snapshot', { ...IN_S3, ...parameters });
    /** Changes a byte in the middle of an object. */
    const damage = (object: string) =>
      bench.asAdministrator(`aws s3 cp --only-show-errors ${object} /var/tmp/object
        printf X | dd of=/var/tmp/object bs=1 seek=$(($(stat -c %s /var/tmp/object) / 2)) conv=notrunc status=none
        aws s3 cp --only-show-errors /var/tmp/object ${object}; rm /var/tmp/object`);
    /** Expects a refusal, with the server as it was. */
    const expectUntouched = async (attempt: () => Promise<Outcome>, code: string) => {
      const state = () =>
        bench.sh(
          `stat -c %i ${DATA}; systemctl show -p MainPID ${UNIT}; ls -d ${DATA}/../main.selfheal-* || true`,
        );
      const before = await state();
      const outcome = await attempt();
      expect(outcome).toMatchObject({ exitCode: 2, code });
      expect(await state()).toBe(before);
      return outcome.message;
    };

    beforeAll(async () => {
      bench = await startS3Bench();
    }, 600_000);
    afterAll(() => bench?.close());
    beforeEach(async () => {
      await bench.sh(`rm -rf /var/lib/selfheal/databases ${BACKUPS} ${DATA}.selfheal-*`);
      await bench.asAdministrator(`aws s3 rm --recursive --quiet s3://${BUCKET}`);
      await bench.allow('s3:PutObject', 's3:GetObject');
      await write('first');
    });

    it.each([
      ['gone', GONE],
      ['damaged', `for backup in ${BACKUPS}/orders-db/*; do printf x >>$backup/PG_VERSION; done`],
      [
        'gone, and what an earlier attempt left takes its room',
        `${GONE}; runuser -u postgres -- mkdir ${DATA}.selfheal-incoming
        head -c $(($(free_kilobytes) - 40000))K /dev/zero >${DATA}.selfheal-incoming/left`,
      ],
    ])(
      'restores a database whose backup on the host is %s, and on undo brings the old data back',
      async (_, lose) => {
        const good = await checksum();
        const copy = await backup();
        await write('since the backup');
        await bench.sh(`free_kilobytes() { df --output=avail -k / | tail -n 1; }\n${lose}`);
        const since = await checksum();
        const key = { operationId: newOperationId() };
        expect(await restore(key)).toMatchObject({ message: '', result: { backup: copy } });
        expect(await checksum()).toBe(good);
        expect((await bench.onServer('verify_integrity')).result).toMatchObject({ pages: true });
        expect(await restore({ ...key, stepId: 'rollback-0', phase: 'undo' })).toMatchObject({
          result: { changed: true },
        });
        expect(await checksum()).toBe(since);
      },
    );

    it('asks S3 for nothing while a backup on the host is intact', async () => {
      const copy = await backup();
      await bench.allow();
      expect((await restore()).result).toMatchObject({ backup: copy.split('/').at(-1)?.replace('.tar', '') });
    });

    it('passes over a damaged object, and restores nothing if no other is intact', async () => {
      const older = await backup();
      const good = await checksum();
      await write('since the backup');
      const newer = await backup();
      await bench.sh(GONE);
      await damage(newer);
      expect((await restore()).result).toMatchObject({ backup: older });
      expect(await checksum()).toBe(good);
      await bench.sh(`rm -rf ${DATA}.selfheal-*`);
      await damage(older);
      const said = await expectUntouched(restore, 'NO_BACKUP');
      expect(said).toContain(`damaged: `);
      expect(said).toContain(newer);
    });

    it('passes over an object that is no archive, even if it begins like a compressed one', async () => {
      const older = await backup();
      const newer = await backup();
      await bench.sh(GONE);
      await bench.asAdministrator(
        `{ printf '\\037\\213'; head -c 2M /dev/urandom; } | aws s3 cp --only-show-errors - ${newer}`,
      );
      expect(await restore()).toMatchObject({ message: '', result: { backup: older } });
    });

    it('leaves time to check and swap what it fetches, however long an earlier object took', async () => {
      const older = await backup();
      const newer = await backup();
      await bench.sh(GONE);
      await damage(newer);
      await bench.sh('mv /usr/local/bin/aws /root/aws');
      await bench.host.writeFile(
        '/usr/local/bin/aws',
        `#!/bin/sh\ncase $* in *${newer}\\ -*) sleep 15 ;; *${older}\\ -*) sleep 600 ;; esac\nexec /root/aws "$@"\n`,
        0o755,
      );
      try {
        const said = await expectUntouched(() => restore({ executionTimeout: '60' }), 'NOT_FETCHED');
        expect(said).toContain('not in time');
      } finally {
        await bench.sh('mv /root/aws /usr/local/bin/aws');
      }
    });

    it.each([
      ['read objects', 's3:GetObject'],
      ['list them', 's3:ListBucket'],
    ])('says that the role lacks a permission if it may not %s', async (_, action) => {
      await backup();
      await bench.sh(GONE);
      const policy = (allowed: string, resource: string) =>
        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"${allowed}","Resource":"arn:aws:s3:::${resource}"}]}`;
      await bench.allow();
      await bench.host.writeFile(
        '/root/policy.json',
        action === 's3:ListBucket' ? policy('s3:GetObject', `${BUCKET}/*`) : policy('s3:ListBucket', BUCKET),
      );
      await bench.asAdministrator(
        'aws iam put-user-policy --user-name host --policy-name half --policy-document file:///root/policy.json',
      );
      const said = await expectUntouched(restore, 'COPY_DENIED');
      await bench.asAdministrator('aws iam delete-user-policy --user-name host --policy-name half');
      expect(said).toContain(action);
    });

    it('takes no copy of the same operation, of another host, without a checksum, or with a strange name', async () => {
      const key = { operationId: newOperationId() };
      const own = await backup(key);
      await bench.sh(GONE);
      await bench.asAdministrator(`copy() { aws s3 cp --only-show-errors ${own}$1 "$2"; }
        for suffix in '' .sha256; do
          copy "$suffix" "s3://${BUCKET}/selfheal/orders-db/i-0fedcba9876543210/20260101T000000Z.tar$suffix"
          copy "$suffix" '${HERE}/$(touch /root/ran).tar'"$suffix"
          copy "$suffix" '${HERE}/a 20260101T000000Z;x.tar'"$suffix"
        done
        copy '' ${HERE}/20260102T000000Z.tar`);
      const said = await expectUntouched(
        () => restore({ ...key, stepId: 'heal-1', maxAgeSeconds: '999999999' }),
        'NO_BACKUP',
      );
      expect(said).not.toContain('damaged');
      expect(await bench.sh('ls /root/ran 2>/dev/null || echo none')).toBe('none');
    });

    it.each([
      ['the copy is too old', 'BACKUP_TOO_OLD', 'sleep 2', { maxAgeSeconds: '1' }, 'true'],
      [
        'there is no room for it',
        'DISK_FULL',
        'f=$(df --output=avail -k / | tail -n 1); head -c $((f - 40000))K /dev/zero >/root/full',
        {},
        'rm /root/full',
      ],
      [
        'the bucket does not exist',
        'NOT_FETCHED',
        'true',
        { s3Directory: 's3://no-such-bucket/selfheal' },
        'true',
      ],
      [
        'there is no AWS CLI',
        'TOOL_MISSING',
        'mv /usr/local/bin/aws /root/aws',
        {},
        'mv /root/aws /usr/local/bin/aws',
      ],
    ] as const)('restores nothing if %s', async (_what, code, prepare, parameters, tidyUp) => {
      await backup();
      await bench.sh(GONE);
      await bench.enforcePolicies(code !== 'NOT_FETCHED');
      await bench.sh(prepare);
      try {
        await expectUntouched(() => restore(parameters), code);
      } finally {
        await bench.sh(tidyUp);
        await bench.enforcePolicies(true);
      }
    });

    it('restores Redis, too', async () => {
      const redis = {
        ...IN_S3,
        component: 'orders-db',
        service: 'redis-server.service',
        engine: 'redis',
        dataDirectory: '/var/lib/redis',
        backupDirectory: '/var/backups/redis',
      };
      const order = (command: string) => bench.sh(`redis-cli ${command}`);
      // A directory of the image itself cannot be renamed, only copied: it is in the lower layer of an overlay.
      await bench.sh(`cp -a /var/lib/redis /var/lib/redis.own; rm -r /var/lib/redis; mv -T /var/lib/redis.own /var/lib/redis
        systemctl start redis-server`);
      await order('set order 1');
      const { result } = await bench.run('backup_db', redis);
      await bench.sh('rm -rf /var/backups/redis/orders-db/*');
      await order('set order 2');
      const key = { operationId: newOperationId() };
      expect(await bench.run('restore_snapshot', { ...redis, ...key })).toMatchObject({
        message: '',
        result: { backup: result?.['inS3'] },
      });
      expect(await order('get order')).toBe('1');
      await bench.run('restore_snapshot', { ...redis, ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(await order('get order')).toBe('2');
    });
  },
);
