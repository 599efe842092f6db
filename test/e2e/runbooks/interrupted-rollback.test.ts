// @thorough
// @slow
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';
import { FILES, ROLLBACK, type TwoFiles, twoFilesOn } from './two-files.ts';

describe.skipIf(!requirement('hosts'))(
  'rollback_config leaves nothing half-done',
  { timeout: 60_000 },
  () => {
    let bench: Bench;
    let two: TwoFiles;

    beforeAll(async () => {
      bench = await startBench();
      two = await twoFilesOn(bench);
    }, 300_000);
    afterAll(() => bench.close());
    beforeEach(() => two.reset());

    it.each([
      ['reload', 'ExecReload=/bin/false'],
      ['restart', 'ExecStartPre=/bin/sh -c "grep -q 2 /etc/two/a.conf"'],
    ])('puts the files back if the %s fails, and keeps the service running', async (apply, line) => {
      await two.keep();
      await bench.sh('echo a2 >/etc/two/a.conf; rm /etc/two/b.conf');
      await two.unit(`ExecStart=/bin/sleep infinity\n${line}`);
      const outcome = await bench.run('rollback_config', { ...ROLLBACK, apply });
      expect(outcome).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
      expect(outcome.message).toContain('the files are again as they were before');
      expect(await bench.sh('cat /etc/two/a.conf; ls /etc/two; systemctl is-active two')).toBe(
        'a2\na.conf\nactive',
      );
      expect(await two.litter()).toBe('');
    });

    it('does not restart a service whose reload fails, even if it was restarted before', async () => {
      await two.unit('ExecStart=/bin/sleep infinity\nExecReload=/bin/false\nRestart=always\nRestartSec=1ms');
      const main = () => bench.sh('systemctl show -p MainPID --value two');
      await bench.sh(
        'systemctl kill -s KILL two; sleep 0.5; systemctl show -p NRestarts --value two | grep -qx 1',
      );
      const before = await main();
      await two.keep();
      await bench.sh('echo a2 >/etc/two/a.conf');
      expect(await bench.run('rollback_config', ROLLBACK)).toMatchObject({ code: 'START_FAILED' });
      expect(await main()).toBe(before);
    });

    it('reloads the service again with the files that it puts back, if that had reloaded with the others', async () => {
      await two.keep();
      await two.unit(
        'ExecStart=/bin/sleep infinity\nExecReload=/bin/sh -c "cat /etc/two/a.conf >>/run/two-loaded"',
      );
      await bench.sh('echo a2 >/etc/two/a.conf');
      await bench.host.writeFile(
        '/etc/systemd/system/beside-two.service',
        '[Service]\nType=oneshot\nExecStart=/bin/false\n',
      );
      const stopped = '/var/lib/selfheal/stopped/two.service';
      await bench.sh(
        `systemctl daemon-reload; mkdir -p ${stopped}; : >${stopped}/triggers; echo beside-two.service >${stopped}/dependants`,
      );
      const outcome = await bench.run('rollback_config', ROLLBACK);
      await bench.sh(`rm -r ${stopped}`);
      expect(outcome).toMatchObject({ exitCode: 1, code: 'COMPANION_STOPPED' });
      expect(outcome.message).toContain('two.service was reloaded with them');
      expect(await bench.sh('cat /etc/two/a.conf /run/two-loaded')).toBe('a2\na1\na2');
    });

    it('has a service that takes too long to reload do so again, and does not wait for it', async () => {
      await two.keep();
      await bench.host.writeFile(
        '/opt/slow.py',
        `
import os, signal, socket, time
def say(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager: manager.sendto(text, os.environ['NOTIFY_SOCKET'])
def reload(*_):
    time.sleep(0.5); say(b'RELOADING=1'); time.sleep(8)
    with open('/run/two-slow', 'a') as loaded: loaded.write(open('/etc/two/a.conf').read())
    say(b'READY=1')
signal.signal(signal.SIGHUP, reload)
say(b'READY=1')
while True: time.sleep(1)
`,
      );
      await two.unit(
        'Type=notify\nExecStart=/usr/bin/python3 /opt/slow.py\nExecReload=/bin/kill -HUP $MAINPID',
      );
      await bench.sh('echo a2 >/etc/two/a.conf');
      const outcome = await bench.runUnchecked('rollback_config', ROLLBACK, (script) =>
        script.replaceAll('{1..75}', '{1..5}'),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_ACTIVE' });
      expect(outcome.message).toContain('two.service is still at that reload, and reloads with them next');
      await expect.poll(() => bench.sh('tail -n 1 /run/two-slow'), { timeout: 30_000 }).toBe('a2');
      await expect.poll(() => bench.sh('wc -l </run/two-slow'), { timeout: 30_000 }).toBe('2');
    });

    it('puts the files back if it is killed between two of them', async () => {
      await two.keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; rm b.conf');
      await bench.runUnchecked('rollback_config', ROLLBACK, (script) =>
        script.replace('mv -f -T -- "$(new_name "$path")" "$path"\n', (move) => `${move}    kill -KILL 0\n`),
      );
      await expect.poll(two.litter, { timeout: 20_000 }).toBe('');
      expect(await bench.sh('cat /etc/two/a.conf; ls /etc/two')).toBe('a2\na.conf');
      const again = await bench.run('rollback_config', ROLLBACK);
      expect(again.status).toBe('Success');
      expect(await two.content()).toBe('a1\nb1');
    });

    it('does not overwrite what someone else has changed since', async () => {
      await two.keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      const outcome = await bench.runUnchecked('rollback_config', ROLLBACK, (script) =>
        script.replace(
          'note_replacement applying\n',
          (line) => `${line} echo theirs >/etc/two/b.conf; false\n`,
        ),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'UNEXPECTED' });
      expect(await two.content()).toBe('a2\ntheirs');
      expect(await two.litter()).toBe('');
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
      await two.keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      const outcome = await bench.runUnchecked('rollback_config', ROLLBACK, (script) =>
        script.replace(line, (found) => `if [[ $path == */b.conf ]]; then ${deed}; fi\n    ${found}`),
      );
      expect(outcome).toMatchObject({ exitCode: 1, code: 'CHANGED_MEANWHILE' });
      expect(await two.content()).toBe(`a2\n${theirs}`);
      expect(await two.litter()).toBe('');
    });

    it('puts a file back later if it cannot at once, and says so', async () => {
      await two.keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      const outcome = await bench.runUnchecked('rollback_config', ROLLBACK, (script) =>
        script.replace('note_replacement applying\n', (line) => `${line} chattr +i /etc/two/b.conf; false\n`),
      );
      expect(outcome.message).toContain('these could not be put back');
      expect(outcome.message).toContain('/etc/two/b.conf (was /etc/two/.selfheal-old-');
      expect(await two.content()).toBe('a2\nb1');
      expect(await bench.run('freeze_config', FILES)).toMatchObject({ exitCode: 2, code: 'HALF_REPLACED' });
      await bench.sh('chattr -i /etc/two/b.conf');
      const kept = await bench.run('freeze_config', FILES);
      expect(kept.status).toBe('Success');
      expect(await two.content()).toBe('a2\nb2');
      expect(await two.litter()).toBe('');
    });

    it('puts the files back if it is killed while it does so', async () => {
      await two.keep();
      await bench.sh('cd /etc/two; echo a2 >a.conf; echo b2 >b.conf');
      await bench.runUnchecked('rollback_config', ROLLBACK, (script) =>
        script
          .replace('note_replacement applying\n', (line) => `${line} false\n`)
          .replace(
            'mv -f -T -- "$old" "$path" ||',
            // Not by the guard, which does the same then.
            (move) => `{ ${move.slice(0, -3)} && { ! mkdir /run/once || kill -KILL 0; }; } ||`,
          ),
      );
      await expect.poll(two.content, { timeout: 20_000 }).toBe('a2\nb2');
      await expect.poll(two.litter, { timeout: 20_000 }).toBe('');
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
      await two.unit('ExecStart=/bin/sleep 4004');
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

    it('has systemd load the unit itself before a reload, and says what that reload is not enough for', async () => {
      const own = { ...ROLLBACK, paths: '/etc/systemd/system/two.service', component: 'own' };
      await bench.run('freeze_config', { paths: own.paths, component: own.component, verified: 'true' });
      await two.unit('ExecStart=/bin/sleep 4004\nExecReload=/bin/false');
      expect(await bench.run('rollback_config', own)).toMatchObject({
        status: 'Success',
        result: {
          applied: 'reload',
          remark: expect.stringContaining('some of which only the next start of two.service reads'),
        },
      });
      expect(await bench.sh('systemctl show --property=NeedDaemonReload --value two')).toBe('no');
      expect(await bench.sh('tr "\\0" " " </proc/$(systemctl show -p MainPID --value two)/cmdline')).toBe(
        '/bin/sleep 4004',
      );
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
