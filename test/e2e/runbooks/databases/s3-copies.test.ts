// @thorough
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../../factories/requirements.ts';
import type { Outcome } from '../bench.ts';
import { BACKUPS } from './postgresql-bench.ts';
import { BUCKET, IN_S3, OF_HOST, type S3Bench, startS3Bench } from './s3-bench.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';

describe.skipIf(!requirement('hosts') || !requirement('python'))(
  'backup_db with a copy in S3',
  { timeout: 240_000 },
  () => {
    let bench: S3Bench;
    const backup = (parameters: Record<string, string> = {}) =>
      bench.onServer('backup_db', { ...IN_S3, ...parameters });
    const localBackups = () => bench.sh(`ls ${BACKUPS}/orders-db 2>/dev/null || true`);
    /** Fetches a copy as a person would, and has PostgreSQL's own program check it. */
    const verified = (name: string) =>
      bench.asAdministrator(`rm -rf /var/tmp/copy; mkdir /var/tmp/copy; cd /var/tmp/copy
        aws s3 cp --only-show-errors s3://${BUCKET}/${OF_HOST}/${name}.tar .
        aws s3 cp --only-show-errors s3://${BUCKET}/${OF_HOST}/${name}.tar.sha256 .
        sha256sum --check --quiet ${name}.tar.sha256; tar --extract --file=${name}.tar
        chown -R postgres: /var/tmp/copy; runuser -u postgres -- ${PROGRAMS}/pg_verifybackup --quiet ${name}; echo intact`);

    beforeAll(async () => {
      bench = await startS3Bench();
      await bench.allow('s3:PutObject');
    }, 600_000);
    afterAll(() => bench?.close());
    beforeEach(async () => {
      await bench.sh(`rm -rf /var/lib/selfheal/databases ${BACKUPS}`);
      await bench.asAdministrator(`aws s3 rm --recursive --quiet s3://${BUCKET}`);
    });

    const nameOf = (result: Outcome['result']) => String(result?.['backup']).split('/').at(-1) ?? '';

    it('sends what PostgreSQL’s own program accepts, with the documented policy alone', async () => {
      const { result } = await backup();
      const name = nameOf(result);
      expect(result).toMatchObject({ kept: 1, inS3: `s3://${BUCKET}/${OF_HOST}/${name}.tar` });
      expect((await bench.objects()).sort()).toEqual(
        [`${name}.tar`, `${name}.tar.sha256`, 'write-test'].map((each) => `${OF_HOST}/${each}`),
      );
      expect(await verified(name)).toBe('intact');
      const sum = await bench.asAdministrator(
        `aws s3api head-object --bucket ${BUCKET} --key ${OF_HOST}/${name}.tar.sha256 --checksum-mode ENABLED --query ChecksumSHA256`,
      );
      expect(sum).toMatch(/^"[A-Za-z0-9+/]{43}="$/);
    });

    it('has S3 encrypt with the key that is named', async () => {
      const { result } = await backup({ kmsKey: 'alias/backups', s3Region: 'us-east-1' });
      const key = String(result?.['inS3']).slice(`s3://${BUCKET}/`.length);
      const used = await bench.asAdministrator(
        `aws s3api head-object --bucket ${BUCKET} --key ${key} --query '[ServerSideEncryption,SSEKMSKeyId]' --output text`,
      );
      expect(used).toMatch(/^aws:kms\s.*alias\/backups$/);
    });

    it('leaves copies in S3 whose backups on the host are gone', async () => {
      const [first, second] = [
        (await backup({ keepBackups: '1' })).result,
        (await backup({ keepBackups: '1' })).result,
      ];
      expect(await localBackups()).not.toContain('\n');
      expect(await bench.objects()).toEqual(
        expect.arrayContaining(
          [first, second].map((each) => String(each?.['inS3']).slice(`s3://${BUCKET}/`.length)),
        ),
      );
    });

    it('sends nothing without a bucket', async () => {
      expect((await backup({ s3Directory: '' })).result).not.toHaveProperty('inS3');
      expect(await bench.objects()).toEqual(['None']);
    });

    it.each([
      [
        'there is no AWS CLI',
        'TOOL_MISSING',
        'mv /usr/local/bin/aws /root/aws',
        'mv /root/aws /usr/local/bin/aws',
        {},
      ],
      [
        'the host may not write there',
        'COPY_DENIED',
        'true',
        'true',
        { s3Directory: `s3://${BUCKET}/elsewhere` },
      ],
      [
        'the host has no credentials',
        'NO_CREDENTIALS',
        'mv /root/.aws/credentials /root/credentials',
        'mv /root/credentials /root/.aws/credentials',
        {},
      ],
    ] as const)('makes no backup if %s', async (_what, code, prepare, restore, parameters) => {
      await bench.sh(prepare);
      const outcome = await backup(parameters);
      await bench.sh(restore);
      expect(outcome).toMatchObject({ exitCode: 2, code });
      expect(outcome.message).toContain(code === 'TOOL_MISSING' ? 'AWS CLI' : 'no backup was made');
      expect(await localBackups()).toBe('');
    });

    it('makes no backup if there is no such bucket', async () => {
      await bench.enforcePolicies(false);
      const outcome = await backup({ s3Directory: 's3://no-such-bucket/selfheal' });
      await bench.enforcePolicies(true);
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NO_BUCKET' });
      expect(await localBackups()).toBe('');
    });

    it.each([
      [
        'S3 denies it by then',
        'COPY_DENIED',
        's3_directory=s3://backups-of-orders/elsewhere\ndoing "sending',
      ],
      [
        'it cannot be read',
        'NOT_SENT',
        'rm "$backups/$1/PG_VERSION"; chmod 000 "$backups/$1/base"\ndoing "sending',
      ],
    ])(
      'keeps the backup on the host if %s, and says that S3 has no complete copy',
      async (_what, code, line) => {
        const outcome = await bench.onServerEdited(
          'backup_db',
          (script) => script.replace('doing "sending', line),
          IN_S3,
        );
        expect(outcome).toMatchObject({ exitCode: 1, code });
        const [name = ''] = (await localBackups()).split('\n');
        expect(outcome.message).toContain(`${BACKUPS}/orders-db/${name} is complete and stays`);
        expect((await bench.objects()).join()).not.toContain('sha256');
        expect(await bench.sh('ls /var/lib/selfheal/databases/orders-db/backups')).toBe(name);
      },
    );

    it('sends with a CLI that knows no SHA-256, too', async () => {
      await bench.sh('mv /usr/local/bin/aws /root/aws');
      await bench.host.writeFile(
        '/usr/local/bin/aws',
        `#!/bin/sh
case "$*" in *--checksum-algorithm*) cat >/dev/null; echo 'Unknown options: --checksum-algorithm,SHA256' >&2; exit 255 ;; esac
exec /root/aws "$@"
`,
        0o755,
      );
      const { result } = await backup();
      await bench.sh('mv /root/aws /usr/local/bin/aws');
      expect(await verified(nameOf(result))).toBe('intact');
    });

    it('sends copies of Redis, too', async () => {
      await bench.sh(`echo 'requirepass "secret"' >>/etc/redis/redis.conf; systemctl start redis-server
        redis-cli -a secret --no-auth-warning set order 1 >/dev/null`);
      const { message, result } = await bench.run('backup_db', {
        ...IN_S3,
        component: 'orders-db',
        service: 'redis-server.service',
        engine: 'redis',
        dataDirectory: '/var/lib/redis',
        backupDirectory: '/var/backups/redis',
      });
      expect(message).toBe('');
      await bench.asAdministrator(`rm -rf /var/tmp/copy; mkdir /var/tmp/copy; cd /var/tmp/copy
        aws s3 cp --only-show-errors ${String(result?.['inS3'])} - | tar --extract; cd */; sha256sum --check --quiet sha256
        redis-check-rdb dump.rdb`);
    });
  },
);
