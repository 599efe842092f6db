// @thorough
// @slow
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';

const files = { paths: '/etc/two/a.conf,/etc/two/b.conf', component: 'two' };
const rollback = { ...files, service: 'two.service', apply: 'reload' };

/** Sets an access list by its binary form, as the host has no setfacl: user 65534 may read. */
const GRANT = `import os, struct
entry = lambda tag, perm, uid=0xffffffff: struct.pack('<HHI', tag, perm, uid)
os.setxattr('/etc/two/b.conf', 'system.posix_acl_access',
  struct.pack('<I', 2) + entry(1, 6) + entry(2, 4, 65534) + entry(4, 4) + entry(0x10, 4) + entry(0x20, 0))
`;

describe.skipIf(!requirement('hosts'))(
  'rollback_config puts all files back, or none',
  { timeout: 60_000 },
  () => {
    let bench: Bench;
    const content = () => bench.sh('cat /etc/two/a.conf /etc/two/b.conf');
    const litter = () =>
      bench.sh(
        'find /etc/two /opt -name "*selfheal*"; ls /var/lib/selfheal/config/two/replacing 2>/dev/null || true',
      );
    const asNobody = () =>
      bench.sh(
        'setpriv --reuid=65534 --regid=65534 --clear-groups cat /etc/two/b.conf 2>/dev/null || echo denied',
      );
    const keep = () => bench.run('freeze_config', { ...files, verified: 'true' });
    const unit = async (lines: string) => {
      await bench.host.writeFile('/etc/systemd/system/two.service', `[Service]\n${lines}\n`);
      await bench.sh('systemctl daemon-reload; systemctl restart two');
    };

    beforeAll(async () => {
      bench = await startBench();
      await bench.host.writeFile('/opt/grant.py', GRANT);
    }, 300_000);
    afterAll(() => bench.close());
    beforeEach(async () => {
      await bench.sh(
        'rm -rf /etc/two /var/lib/selfheal/config/two; mkdir /etc/two; cd /etc/two; echo a1 >a.conf; echo b1 >b.conf; chmod 640 *',
      );
      await unit('ExecStart=/bin/sleep infinity\nExecReload=/bin/true');
    });

    it('restores a file’s access list, even if that was lost or the file deleted', async () => {
      await bench.sh('python3 /opt/grant.py');
      const verified = await keep();
      for (const harm of [
        'echo b2 >/etc/two/b.conf',
        'rm /etc/two/b.conf',
        'cp /etc/two/b.conf /etc/two/c; mv /etc/two/c /etc/two/b.conf',
      ]) {
        await bench.sh(harm);
        const outcome = await bench.run('rollback_config', rollback);
        expect(outcome).toMatchObject({
          status: 'Success',
          result: { version: verified.result?.['version'] },
        });
        expect(await asNobody()).toBe('b1');
      }
      expect(await litter()).toBe('');
    });

    it('adds no access list that a file did not have', async () => {
      await keep();
      await bench.sh('python3 /opt/grant.py; chmod 644 /etc/two/b.conf');
      expect((await bench.run('rollback_config', rollback)).status).toBe('Success');
      expect(await bench.sh('ls -l /etc/two/b.conf | cut -c 1-11')).toBe('-rw-r-----');
      expect(await asNobody()).toBe('denied');
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
      await keep();
      await bench.sh(
        `cd /etc/two; echo a2 >a.conf; echo b2 >b.conf; rm -rf /root/two; cp -pr . /root/two; ${prepare}`,
      );
      const outcome = await bench.run('rollback_config', rollback);
      const after = await content();
      await bench.sh(`cd /etc/two; ${undo}`);
      expect(outcome).toMatchObject({ status: 'Failed', exitCode: 2, code });
      expect(after).toBe('a2\nb2');
      expect(await litter()).toBe('');
    });

    it('leaves an unchanged file alone, even if it could not be replaced', async () => {
      await keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; chattr +i b.conf');
      const outcome = await bench.run('rollback_config', rollback);
      await bench.sh('chattr -i /etc/two/b.conf');
      expect(outcome.status).toBe('Success');
      expect(await content()).toBe('a1\nb1');
    });

    it('changes nothing if the unit cannot reload', async () => {
      await unit('ExecStart=/bin/sleep infinity');
      await keep();
      await bench.sh('echo a2 >/etc/two/a.conf');
      const outcome = await bench.run('rollback_config', rollback);
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NO_RELOAD' });
      expect(await content()).toBe('a2\nb1');
    });

    it.each([
      ['reload', 'ExecReload=/bin/false'],
      ['restart', 'ExecStartPre=/bin/sh -c "grep -q 2 /etc/two/a.conf"'],
    ])('puts the files back if the %s fails, and keeps the service running', async (apply, line) => {
      await keep();
      await bench.sh('echo a2 >/etc/two/a.conf; rm /etc/two/b.conf');
      await unit(`ExecStart=/bin/sleep infinity\n${line}`);
      const outcome = await bench.run('rollback_config', { ...rollback, apply });
      expect(outcome).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
      expect(outcome.message).toContain('the files are again as they were before');
      expect(await bench.sh('cat /etc/two/a.conf; ls /etc/two; systemctl is-active two')).toBe(
        'a2\na.conf\nactive',
      );
      expect(await litter()).toBe('');
    });

    it('does not restart a service whose reload fails, even if it was restarted before', async () => {
      await unit('ExecStart=/bin/sleep infinity\nExecReload=/bin/false\nRestart=always\nRestartSec=1ms');
      const main = () => bench.sh('systemctl show -p MainPID --value two');
      await bench.sh(
        'systemctl kill -s KILL two; sleep 0.5; systemctl show -p NRestarts --value two | grep -qx 1',
      );
      const before = await main();
      await keep();
      await bench.sh('echo a2 >/etc/two/a.conf');
      expect(await bench.run('rollback_config', rollback)).toMatchObject({ code: 'START_FAILED' });
      expect(await main()).toBe(before);
    });

    it('puts the files back if it is killed between two of them', async () => {
      await keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; rm b.conf');
      await bench.runUnchecked('rollback_config', rollback, (script) =>
        script.replace('mv -f -T -- "$(new_name "$path")" "$path"\n', (move) => `${move}    kill -KILL 0\n`),
      );
      await expect.poll(litter, { timeout: 20_000 }).toBe('');
      expect(await bench.sh('cat /etc/two/a.conf; ls /etc/two')).toBe('a2\na.conf');
      const again = await bench.run('rollback_config', rollback);
      expect(again.status).toBe('Success');
      expect(await content()).toBe('a1\nb1');
    });

    it('does not overwrite what someone else has changed since', async () => {
      await keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      const outcome = await bench.runUnchecked('rollback_config', rollback, (script) =>
        script.replace(
          'note_replacement applying\n',
          (line) => `${line} echo theirs >/etc/two/b.conf; false\n`,
        ),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'UNEXPECTED' });
      expect(await content()).toBe('a2\ntheirs');
      expect(await litter()).toBe('');
    });

    it.each([
      [
        'replaces a file',
        'require_same_file "$path" "$(old_name "$path")"\n',
        'echo theirs >/etc/two/c; mv /etc/two/c "$path"',
        'theirs',
      ],
      [
        'writes into a file',
        'mv -f -T -- "$(new_name "$path")" "$path"\n',
        'echo theirs >>"$path"',
        'b2\ntheirs',
      ],
    ])('loses nothing of someone else who %s at the same moment', async (_what, line, deed, theirs) => {
      await keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      const outcome = await bench.runUnchecked('rollback_config', rollback, (script) =>
        script.replace(line, (found) => `if [[ $path == */b.conf ]]; then ${deed}; fi\n    ${found}`),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'CHANGED_MEANWHILE' });
      expect(await content()).toBe(`a2\n${theirs}`);
      expect(await litter()).toBe('');
    });

    it('puts a file back later if it cannot at once, and says so', async () => {
      await keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      const outcome = await bench.runUnchecked('rollback_config', rollback, (script) =>
        script.replace('note_replacement applying\n', (line) => `${line} chattr +i /etc/two/b.conf; false\n`),
      );
      expect(outcome.message).toContain('these could not be put back');
      expect(outcome.message).toContain('/etc/two/b.conf (was /etc/two/.selfheal-old-');
      expect(await content()).toBe('a2\nb1');
      expect(await bench.run('freeze_config', files)).toMatchObject({ exitCode: 2, code: 'HALF_REPLACED' });
      await bench.sh('chattr -i /etc/two/b.conf');
      const kept = await bench.run('freeze_config', files);
      expect(kept.status).toBe('Success');
      expect(await content()).toBe('a2\nb2');
      expect(await litter()).toBe('');
    });

    it('puts the files back if it is killed while it does so', async () => {
      await keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      await bench.runUnchecked('rollback_config', rollback, (script) =>
        script
          .replace('note_replacement applying\n', (line) => `${line} false\n`)
          .replace(
            'mv -f -T -- "$old" "$path" ||',
            // Not by the guard, which does the same then.
            (move) => `{ ${move.slice(0, -3)} && { ! mkdir /run/once || kill -KILL 0; }; } ||`,
          ),
      );
      await expect.poll(content, { timeout: 20_000 }).toBe('a2\nb2');
      await expect.poll(litter, { timeout: 20_000 }).toBe('');
    });

    it('gives no other file away when the owner of the directory puts a link in the place of the new file', async () => {
      const own = { paths: '/srv/own/a.conf', component: 'own' };
      await bench.sh(`rm -rf /srv/own; mkdir /srv/own; echo a1 >/srv/own/a.conf; chmod 644 /srv/own/a.conf
        chown -R www-data /srv/own; echo secret >/root/victim; chmod 600 /root/victim`);
      await bench.run('freeze_config', { ...own, verified: 'true' });
      await bench.sh('echo a2 >/srv/own/a.conf');
      const outcome = await bench.runUnchecked(
        'rollback_config',
        { ...own, service: 'two.service' },
        (script) => {
          const point = '{ [[ $hash != *+* ]] || cp';
          expect(script).toContain(point);
          return script.replace(
            point,
            (found) =>
              `runuser -u www-data -- sh -c 'cd /srv/own; for f in .selfheal-new-*; do mv $f moved; ln -s /root/victim $f; done' && ${found}`,
          );
        },
      );
      expect(await bench.sh('stat -c "%U %a" /root/victim; cat /srv/own/a.conf')).toBe('root 600\na2');
      expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_STAGED' });
    });

    it('reloads the unit itself, if its file is one of them', async () => {
      const own = { paths: '/etc/systemd/system/two.service', component: 'own' };
      await bench.run('freeze_config', { ...own, verified: 'true' });
      await unit('ExecStart=/bin/sleep 4004');
      const outcome = await bench.run('rollback_config', {
        ...own,
        service: 'two.service',
        apply: 'restart',
      });
      expect(outcome.status).toBe('Success');
      expect(await bench.sh('tr "\\0" " " </proc/$(systemctl show -p MainPID --value two)/cmdline')).toBe(
        '/bin/sleep infinity',
      );
    });

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

    it.each([
      ['with the rights of its process', 'User=www-data\nSupplementaryGroups=adm', 'www-data www-data adm'],
      ['not at all as root, if somebody else could have put it there', '', 'never'],
    ])('asks a program for its configuration %s', async (_how, lines, by) => {
      await bench.host.writeFile(
        '/etc/systemd/system/app.service',
        `[Service]\nType=exec\n${lines}\nExecStart=/srv/app/nginx infinity\n`,
      );
      await bench.host.writeFile(
        '/root/nginx',
        `#!/bin/sh\necho $(id -un) $(id -Gn) >>/srv/app/ran\n{ echo '{"service":"forged"}' >&5; } 2>/dev/null\nexit 0\n`,
      );
      await bench.sh(`rm -rf /srv/app; mkdir /srv/app; cp /bin/sleep /srv/app/nginx; chown -R www-data /srv/app
        systemctl daemon-reload; systemctl start app
        rm /srv/app/nginx; cp /root/nginx /srv/app; chmod 755 /srv/app/nginx; chown www-data /srv/app/nginx`);
      const outcome = await bench.run('graceful_stop', { service: 'app.service' });
      expect(outcome).toMatchObject({ stderr: '', result: { service: 'app.service', state: 'inactive' } });
      expect(await bench.sh('cat /srv/app/ran 2>/dev/null || echo never')).toBe(by);
      expect(outcome.result?.['remark'] ?? '').toMatch(by === 'never' ? /not checked.*www-data/ : /^$/);
    });

    it('asks the running program, wherever it is', async () => {
      await bench.host.writeFile(
        '/etc/systemd/system/own.service',
        '[Service]\nExecStart=/opt/own/nginx -c /opt/own/own.conf\n',
      );
      await bench.host.writeFile('/opt/own/own.conf', 'daemon off; pid /run/own.pid; events {}');
      await bench.sh('cp /usr/sbin/nginx /opt/own; systemctl daemon-reload; systemctl start own');
      await bench.sh('echo "nonsense;" >>/opt/own/own.conf; mv /usr/sbin/nginx /usr/sbin/nginx.away');
      const refused = await bench.run('start_component', { service: 'own.service', mode: 'restart' });
      await bench.sh('mv /usr/sbin/nginx.away /usr/sbin/nginx');
      expect(refused).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
      expect(await bench.sh('systemctl is-active own')).toBe('active');
    });
  },
);
