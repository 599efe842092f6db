import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';
import { ROLLBACK, type TwoFiles, twoFilesOn } from './two-files.ts';

/** Gives the second file an extended attribute, whose value is in hexadecimal. */
const setAttribute = (name: string, value: string) =>
  `python3 -c 'import os; os.setxattr("/etc/two/b.conf", "${name}", bytes.fromhex("${value}"))'`;

describe.skipIf(!requirement('hosts'))(
  'rollback_config puts all files back, or none',
  { timeout: 60_000 },
  () => {
    let bench: Bench;
    let two: TwoFiles;
    const attributes = () =>
      bench.sh(`cd /etc/two; lsattr b.conf
        python3 -c 'import os; print([(name, os.getxattr("b.conf", name)) for name in sorted(os.listxattr("b.conf"))])'`);

    beforeAll(async () => {
      bench = await startBench();
      two = await twoFilesOn(bench);
    }, 300_000);
    afterAll(() => bench.close());
    beforeEach(() => two.reset());

    it('restores a file’s access list, even if that was lost or the file deleted', async () => {
      await bench.sh('python3 /opt/grant.py');
      const verified = await two.keep();
      for (const harm of [
        'echo b2 >/etc/two/b.conf',
        'rm /etc/two/b.conf',
        'cp /etc/two/b.conf /etc/two/c; mv /etc/two/c /etc/two/b.conf',
      ]) {
        await bench.sh(harm);
        const outcome = await bench.run('rollback_config', ROLLBACK);
        expect(outcome).toMatchObject({
          status: 'Success',
          result: { version: verified.result?.['version'] },
        });
        expect(await two.asNobody()).toBe('b1');
      }
      expect(await two.litter()).toBe('');
    });

    it('adds no access list that a file did not have', async () => {
      await two.keep();
      await bench.sh('python3 /opt/grant.py; chmod 644 /etc/two/b.conf');
      expect((await bench.run('rollback_config', ROLLBACK)).status).toBe('Success');
      expect(await bench.sh('ls -l /etc/two/b.conf | cut -c 1-11')).toBe('-rw-r-----');
      expect(await two.asNobody()).toBe('denied');
    });

    it('restores attributes, capabilities and inode flags of a file, and takes away those that it did not have', async () => {
      const give = `${setAttribute('user.origin', '62792068616e64')}
        ${setAttribute('security.capability', `01000002 00040000 ${'00000000'.repeat(3)}`)}
        chattr +dA /etc/two/b.conf`;
      const without = await attributes();
      await bench.sh(give);
      const withThem = await attributes();
      expect(withThem).toMatch(/d.*A.*security\.capability.*user\.origin/s);
      await two.keep();
      await bench.sh('rm /etc/two/b.conf');
      expect((await bench.run('rollback_config', ROLLBACK)).status).toBe('Success');
      expect(await attributes()).toBe(withThem);

      await two.reset();
      await two.keep();
      await bench.sh(give);
      expect((await bench.run('rollback_config', ROLLBACK)).status).toBe('Success');
      expect(await attributes()).toBe(without);
      expect(await two.litter()).toBe('');
    });

    it('takes no file for changed whose flags an earlier release has not kept', async () => {
      await bench.sh('chattr +dA /etc/two/b.conf');
      await two.keep();
      const asEarlier = `cd /var/lib/selfheal/config/two/versions; for id in *; do
        rm $id/flags; sed -i 's/+[Ad]* / /' $id/manifest; mv $id $(sha256sum <$id/manifest | cut -d ' ' -f 1); done`;
      await bench.sh(asEarlier);
      const withThem = await attributes();
      expect(await bench.run('rollback_config', ROLLBACK)).toMatchObject({ code: 'FAULT_ELSEWHERE' });
      await bench.sh(`${asEarlier}; echo a2 >/etc/two/a.conf`);
      expect((await bench.run('rollback_config', ROLLBACK)).status).toBe('Success');
      expect(await bench.sh('cat /etc/two/a.conf')).not.toBe('a2');
      expect(await attributes()).toBe(withThem);
      expect(await two.litter()).toBe('');
    });

    it('changes nothing if nothing on the host sets the inode flags of a file', async () => {
      await bench.sh('chattr +d /etc/two/b.conf');
      await two.keep();
      await bench.sh('echo a2 >/etc/two/a.conf; rm /etc/two/b.conf; mv /usr/bin/chattr /root');
      const outcome = await bench.run('rollback_config', ROLLBACK);
      await bench.sh('mv /root/chattr /usr/bin');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_STAGED' });
      expect(await bench.sh('cat /etc/two/a.conf; ls /etc/two')).toBe('a2\na.conf');
      expect(await two.litter()).toBe('');
    });

    it.each([
      [
        'is a mount of its own',
        'MOUNT_POINT',
        'echo b2 >/root/b; mount --bind /root/b b.conf',
        'umount b.conf',
      ],
      ['is immutable', 'NOT_WRITABLE', 'chattr +i b.conf', 'chattr -i b.conf'],
      ['only takes more lines', 'NOT_WRITABLE', 'chattr +a b.conf', 'chattr -a b.conf'],
      ['has another name', 'HARD_LINK', 'ln b.conf other', 'rm other'],
      ['is in an immutable directory', 'NOT_WRITABLE', 'chattr +i .', 'chattr -i .'],
      ['is in a directory that loses no file', 'NOT_WRITABLE', 'chattr +a .', 'chattr -a .'],
      [
        'is on a read-only file system',
        'NOT_WRITABLE',
        'mount --bind . .; mount -o remount,bind,ro /etc/two',
        'cd /; umount /etc/two',
      ],
      [
        'is on a full file system',
        'DISK_FULL',
        'mount -t tmpfs -o size=64k none /etc/two; cd /etc/two; cp -p /root/two/* /etc/two; head -c 99k /dev/zero >/etc/two/full || true',
        'cd /; umount /etc/two',
      ],
    ])('changes nothing if a file %s', async (_what, code, prepare, undo) => {
      await two.keep();
      await bench.sh(
        `cd /etc/two; echo a2 >a.conf; echo b2 >b.conf; rm -rf /root/two; cp -pr . /root/two; ${prepare}`,
      );
      const outcome = await bench.run('rollback_config', ROLLBACK);
      const after = await two.content();
      await bench.sh(`cd /etc/two; ${undo}`);
      expect(outcome).toMatchObject({ status: 'Failed', exitCode: 2, code });
      expect(after).toBe('a2\nb2');
      expect(await two.litter()).toBe('');
    });

    it('leaves an unchanged file alone, even if it could not be replaced', async () => {
      await two.keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; chattr +i b.conf');
      const outcome = await bench.run('rollback_config', ROLLBACK);
      await bench.sh('chattr -i /etc/two/b.conf');
      expect(outcome.status).toBe('Success');
      expect(await two.content()).toBe('a1\nb1');
    });

    it('changes nothing if the unit cannot reload', async () => {
      await two.unit('ExecStart=/bin/sleep infinity');
      await two.keep();
      await bench.sh('echo a2 >/etc/two/a.conf');
      const outcome = await bench.run('rollback_config', ROLLBACK);
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NO_RELOAD' });
      expect(await two.content()).toBe('a2\nb1');
    });

    it('changes nothing that a reload would not tell the service', async () => {
      await two.keep();
      await two.unit('EnvironmentFile=/etc/two/*.conf\nExecStart=/bin/sleep infinity\nExecReload=/bin/true');
      await bench.sh('echo a2 >/etc/two/a.conf');
      const outcome = await bench.run('rollback_config', ROLLBACK);
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NO_RELOAD' });
      expect(outcome.message).toContain('reads /etc/two/a.conf (EnvironmentFile=)');
      expect(await two.content()).toBe('a2\nb1');
    });

    it.each(['freeze_config', 'verify_config'])(
      '%s says so if a file goes and comes back meanwhile',
      async (action) => {
        await two.keep();
        const churn =
          'while :; do rm -f /etc/two/a.conf; sleep 0.02; echo a3 >/etc/two/a.conf; sleep 0.02; done';
        await bench.sh(`systemd-run --quiet --unit=churn bash -c '${churn}'`);
        const parameters = { ...ROLLBACK, verified: 'false', validator: 'none' };
        const outcomes = await bench.runEachUnchecked(
          action,
          Array.from({ length: 8 }, () => parameters),
        );
        await bench.sh('systemctl stop churn');
        const codes = outcomes.map(({ code, message }) => (code === 'UNEXPECTED' ? message : code));
        expect(['CHANGED_MEANWHILE', 'PATH_MISSING', undefined]).toEqual(expect.arrayContaining(codes));
        expect(await two.litter()).toBe('');
      },
    );

    it('says that the fault is elsewhere if the files are the verified ones', async () => {
      const web = { paths: '/etc/nginx/nginx.conf', component: 'web' };
      await bench.sh('systemctl start nginx');
      await bench.run('freeze_config', { ...web, verified: 'true' });
      await bench.sh('echo "nonsense;" >/etc/nginx/conf.d/extra.conf');
      expect(await bench.run('rollback_config', { ...web, service: 'nginx.service' })).toMatchObject({
        exitCode: 2,
        code: 'FAULT_ELSEWHERE',
        message: expect.stringContaining('configPaths'),
      });
      expect(await bench.run('verify_config', { ...web, validator: 'nginx' })).toMatchObject({
        exitCode: 1,
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('the fault is in another file: name it under configPaths'),
      });
    });

    it('does not stop a running service whose program would refuse to start again', async () => {
      const nginx = { service: 'nginx.service' };
      const requests: [string, Record<string, string>][] = [
        ['start_component', { ...nginx, mode: 'restart' }],
        ['graceful_stop', nginx],
        ['enter_safe_mode', nginx],
      ];
      for (const [action, parameters] of requests) {
        const refused = await bench.run(action, parameters);
        expect(refused).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
        expect(refused.message).toContain('nonsense');
      }
      expect(await bench.sh('systemctl is-active nginx; rm /etc/nginx/conf.d/extra.conf')).toBe('active');
      expect((await bench.run('start_component', { ...nginx, mode: 'restart' })).status).toBe('Success');
    });
  },
);
