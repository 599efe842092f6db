import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, newOperationId, startBench } from './bench.ts';

const files = '/etc/nginx/nginx.conf,/etc/nginx/sites-available/default';
const nginx = { paths: files, service: 'nginx.service' };

describe.skipIf(!requirement('hosts'))(
  'freeze_config, verify_config and rollback_config',
  { timeout: 60_000 },
  () => {
    let bench: Bench;
    let good: string;

    beforeAll(async () => {
      bench = await startBench();
      await bench.sh('systemctl start nginx; cp -a /etc/nginx/nginx.conf /root/good.conf');
    }, 300_000);
    afterAll(() => bench.close());

    it('refuses to roll back before a version was verified', async () => {
      await bench.run('freeze_config', { paths: files });
      await bench.sh('echo "# changed" >>/etc/nginx/nginx.conf');
      const outcome = await bench.run('rollback_config', nginx);
      expect(outcome).toMatchObject({ status: 'Failed', exitCode: 2, code: 'NO_VERIFIED_VERSION' });
      expect(
        await bench.sh('tail -n 1 /etc/nginx/nginx.conf; cp -a /root/good.conf /etc/nginx/nginx.conf'),
      ).toBe('# changed');
    });

    it('keeps the same content once and promotes it when it turns out good', async () => {
      const again = await bench.run('freeze_config', { paths: files });
      expect(again.result).toMatchObject({ created: false, verified: false, files: 2 });
      const promoted = await bench.run('freeze_config', { paths: files, verified: 'true' });
      expect(promoted.result).toMatchObject({
        created: false,
        verified: true,
        version: again.result?.['version'],
      });
      good = String(promoted.result?.['version']);
      const checked = await bench.run('verify_config', { paths: files, validator: 'nginx' });
      expect(checked.result).toMatchObject({ version: good, known: true, verified: true });
    });

    it('finds a broken file invalid, and one that differs only in its mode another version', async () => {
      await bench.sh('chmod 600 /etc/nginx/nginx.conf');
      expect((await bench.run('verify_config', { paths: files })).result).toMatchObject({ known: false });
      await bench.sh('echo bogus >>/etc/nginx/nginx.conf');
      const broken = await bench.run('verify_config', { paths: files, validator: 'nginx' });
      expect(broken).toMatchObject({ status: 'Failed', exitCode: 1, code: 'CONFIG_INVALID' });
      expect(broken.stderr).toContain('nginx.conf');
    });

    it('rolls a bad configuration back, with owner and mode, keeps what it replaced, and restarts the unit', async () => {
      await bench.sh('systemctl stop nginx; chown www-data /etc/nginx/nginx.conf');
      const outcome = await bench.run('rollback_config', nginx);
      expect(outcome).toMatchObject({ status: 'Success', result: { version: good, applied: 'restart' } });
      expect(
        await bench.sh('stat -c "%a %U" /etc/nginx/nginx.conf; cmp /root/good.conf /etc/nginx/nginx.conf'),
      ).toBe('644 root');
      expect(
        await bench.sh('systemctl is-active nginx; find /etc/nginx -name "*.selfheal-new" | wc -l'),
      ).toBe('active\n0');
      const replaced = `/var/lib/selfheal/config/web/versions/${String(outcome.result?.['replaced'])}`;
      const [hash, mode] = (await bench.sh(`head -n 1 ${replaced}/manifest`)).split(' ');
      expect(mode).toBe('600');
      expect(await bench.sh(`tail -n 1 /var/lib/selfheal/config/web/objects/${hash}`)).toBe('bogus');
    });

    it('reloads in place with apply=reload, and brings back a file that was deleted', async () => {
      const pid = await bench.sh(
        'systemctl show -p MainPID --value nginx; rm /etc/nginx/sites-available/default',
      );
      const outcome = await bench.run('rollback_config', { ...nginx, apply: 'reload' });
      expect(outcome).toMatchObject({ status: 'Success', result: { version: good, applied: 'reload' } });
      expect(
        await bench.sh('systemctl show -p MainPID --value nginx; test -s /etc/nginx/sites-available/default'),
      ).toBe(pid);
    });

    // systemd itself waits only if the unit says so before its ExecReload= has ended.
    it('waits for a unit that takes longer to reload than it is watched for', async () => {
      const unit = await installService(
        bench.host,
        'slow',
        `
import os, signal, socket, time
def say(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager: manager.sendto(text, os.environ['NOTIFY_SOCKET'])
def reload(*_): time.sleep(0.5); say(b'RELOADING=1'); time.sleep(8); say(b'READY=1')
signal.signal(signal.SIGHUP, reload)
say(b'READY=1')
while True: time.sleep(1)
`,
        'Type=notify\nExecReload=/bin/kill -HUP $MAINPID',
      );
      await bench.sh(`systemctl start ${unit}; echo good >/etc/slow.conf`);
      const slow = { component: 'slow', paths: '/etc/slow.conf', service: unit };
      await bench.run('freeze_config', { component: 'slow', paths: slow.paths, verified: 'true' });
      await bench.sh('echo bad >/etc/slow.conf');
      const outcome = await bench.run('rollback_config', { ...slow, apply: 'reload' });
      expect(outcome).toMatchObject({ status: 'Success', result: { applied: 'reload' } });
      expect(await bench.sh(`systemctl is-active ${unit}; cat /etc/slow.conf`)).toBe('active\ngood');

      await bench.sh(`echo bad >/etc/slow.conf; systemctl kill --signal=HUP ${unit}; sleep 2`);
      const again = await bench.run('rollback_config', { ...slow, apply: 'reload' });
      expect(again).toMatchObject({ status: 'Success', result: { applied: 'reload' } });
    });

    describe('if several versions were verified', () => {
      const verify = () => bench.run('freeze_config', { paths: files, verified: 'true' });
      const now = () => bench.sh('sleep 1.1; date +%s');
      let beforeBetter: string;
      let afterBetter: string;

      beforeAll(async () => {
        beforeBetter = await now();
        await bench.sh('echo "# better" >>/etc/nginx/nginx.conf');
        await verify();
        afterBetter = await now();
      });

      it('goes back to the newest, and no further if that is in place: then the fault is elsewhere', async () => {
        const { result } = await bench.run('verify_config', { paths: files });
        await bench.sh('echo "# worse" >>/etc/nginx/nginx.conf');
        const outcome = await bench.run('rollback_config', { ...nginx, suspectSince: beforeBetter });
        expect(outcome.result).toMatchObject({ version: result?.['version'] });
        for (const suspectSince of ['', afterBetter]) {
          const again = await bench.run('rollback_config', { ...nginx, suspectSince });
          expect(again).toMatchObject({ exitCode: 2, code: 'FAULT_ELSEWHERE' });
        }
        expect(await bench.sh('tail -n 1 /etc/nginx/nginx.conf')).toBe('# better');
      });

      it('still knows when the newest was verified first after it was verified again', async () => {
        await verify();
        const outcome = await bench.run('rollback_config', { ...nginx, suspectSince: afterBetter });
        expect(outcome).toMatchObject({ exitCode: 2, code: 'FAULT_ELSEWHERE' });
      });

      it('goes further back from one that was verified no earlier than the trouble began', async () => {
        const outcome = await bench.run('rollback_config', { ...nginx, suspectSince: beforeBetter });
        expect(outcome.result).toMatchObject({ version: good });
      });

      it('never returns to the one that it has gone back from, and still knows when the other was verified first', async () => {
        const again = await verify();
        expect(again.result).toMatchObject({ version: good });
        const outcome = await bench.run('rollback_config', { ...nginx, suspectSince: beforeBetter });
        expect(outcome).toMatchObject({ exitCode: 2, code: 'FAULT_ELSEWHERE' });
        await bench.sh('echo "# worse" >>/etc/nginx/nginx.conf');
        const newest = await bench.run('rollback_config', nginx);
        expect(newest.result).toMatchObject({ version: good });
      });

      it('counts one that it has gone back from as verified again once it is verified again', async () => {
        await bench.sh('echo "# better" >>/etc/nginx/nginx.conf');
        expect((await bench.run('verify_config', { paths: files })).result).toMatchObject({
          verified: false,
        });
        await verify();
        expect((await bench.run('verify_config', { paths: files })).result).toMatchObject({ verified: true });
      });

      it('keeps the mark of the one in place if the service does not take up the one before', async () => {
        const { result } = await bench.run('verify_config', { paths: files });
        const failing = await bench.runUnchecked(
          'rollback_config',
          { ...nginx, suspectSince: beforeBetter },
          (script) => script.replace(/^bring_up\(\) \{/m, (begin) => `${begin} fail NOT_ACTIVE tested;`),
        );
        expect(failing).toMatchObject({ exitCode: 1, code: 'NOT_ACTIVE' });
        const after = await bench.run('verify_config', { paths: files });
        expect(after.result).toMatchObject({ version: result?.['version'], verified: true });
      });

      it('changes nothing if none was verified before the trouble began', async () => {
        await bench.sh('cp -a /root/good.conf /etc/nginx/nginx.conf');
        await verify();
        const outcome = await bench.run('rollback_config', { ...nginx, suspectSince: '1' });
        expect(outcome).toMatchObject({ exitCode: 2, code: 'NO_VERIFIED_VERSION' });
        expect(await bench.sh('cmp /root/good.conf /etc/nginx/nginx.conf')).toBe('');
      });
    });

    describe('if a repair with it has held', () => {
      const app = { component: 'held', paths: '/opt/held.conf' };
      const keep = () => bench.run('freeze_config', { ...app, verified: 'held' });
      const keepLater = () =>
        bench.runUnchecked('freeze_config', { ...app, verified: 'held' }, (script) =>
          script.replace('held_seconds=3600', 'held_seconds=1'),
        );

      it('counts as verified once none of its files was changed for an hour', async () => {
        await bench.sh('echo good >/opt/held.conf');
        expect((await keep()).result).toMatchObject({ created: true, verified: false });
        await bench.sh('sleep 2');
        expect((await keepLater()).result).toMatchObject({ created: false, verified: true });
      });

      it('is not what the next rollback puts back, if it was changed since, but what that removes', async () => {
        await bench.sh('echo bad >/opt/held.conf');
        expect((await keep()).result).toMatchObject({ verified: false });
        const rolledBack = await bench.run('rollback_config', { ...nginx, ...app, apply: 'none' });
        expect(rolledBack).toMatchObject({ status: 'Success' });
        expect(await bench.sh('cat /opt/held.conf')).toBe('good');
      });

      it('stays verified if a rollback has just put it back', async () => {
        expect((await keep()).result).toMatchObject({ created: false, verified: true });
      });

      describe('whose owner or mode the unit sets at each start', () => {
        const owned = { component: 'owned', paths: '/opt/owned.conf', verified: 'held' };
        const freeze = async () => {
          await bench.sh('chown root:root /opt/owned.conf');
          return (await bench.run('freeze_config', owned)).result;
        };
        const letAnHourPass = () =>
          bench.sh(`touch -d @1 /opt/owned.conf; sed -i 's/ .*/ 1/' /var/lib/selfheal/config/owned/in-place`);

        beforeAll(() => bench.sh('echo good >/opt/owned.conf'));

        it('counts as verified once it was kept an hour ago, and not another one since', async () => {
          expect(await freeze()).toMatchObject({ verified: false });
          await letAnHourPass();
          expect(await freeze()).toMatchObject({ verified: true });
          await bench.sh('echo other >/opt/owned.conf');
          expect(await freeze()).toMatchObject({ verified: false });
        });

        it('does not count as verified if it was only just put back in place of another one', async () => {
          await letAnHourPass();
          await bench.sh('echo third >/opt/owned.conf; echo other >/opt/owned.conf');
          expect(await freeze()).toMatchObject({ created: false, verified: false });
        });

        it('does not count as verified after a rollback has gone back from it', async () => {
          const { version } = { version: '', ...(await freeze()) };
          await bench.sh(`echo operation >/var/lib/selfheal/config/owned/versions/${version}/rejected`);
          await letAnHourPass();
          expect(await freeze()).toMatchObject({ version, verified: false });
        });
      });

      describe('without one of its rule files', () => {
        const rules = { component: 'gone', paths: '', rulePaths: '/opt/gone/rule.conf', verified: 'held' };
        const disable = `mkdir -p /opt/gone; touch /opt/gone/rule.conf; `;

        it('does not count as verified if that was deleted within the hour', async () => {
          await bench.sh(`${disable} rm /opt/gone/rule.conf`);
          expect((await bench.run('freeze_config', rules)).result).toMatchObject({ verified: false });
        });

        it('counts as verified if the repair itself has disabled that', async () => {
          const operationId = newOperationId();
          const aside = `/var/lib/selfheal/rules/gone/disabled/${operationId}/opt/gone`;
          await bench.sh(`${disable} mkdir -p ${aside}; mv /opt/gone/rule.conf ${aside}/`);
          const frozen = await bench.run('freeze_config', { ...rules, operationId });
          expect(frozen.result).toMatchObject({ verified: true });
        });

        it('counts as verified if that is long gone', async () => {
          const long = { ...rules, component: 'long-gone' };
          await bench.sh('sleep 2');
          const frozen = await bench.runUnchecked('freeze_config', long, (script) =>
            script.replace('held_seconds=3600', 'held_seconds=1'),
          );
          expect(frozen.result).toMatchObject({ rulesCreated: true, verified: true });
        });
      });
    });

    it('refuses a damaged version and changes nothing', async () => {
      await bench.sh(
        'for f in /var/lib/selfheal/config/web/objects/*; do echo x >>$f; done; echo "# worst" >>/etc/nginx/nginx.conf',
      );
      expect(await bench.run('rollback_config', nginx)).toMatchObject({
        exitCode: 2,
        code: 'VERSION_DAMAGED',
      });
      expect(await bench.sh('tail -n 1 /etc/nginx/nginx.conf')).toBe('# worst');
    });

    it('forgets old versions beyond keepVersions, but never the newest good one', async () => {
      const other = { paths: '/opt/app.conf', component: 'other' };
      await bench.sh('echo 0 >/opt/app.conf');
      const verified = await bench.run('freeze_config', { ...other, verified: 'true' });
      for (const content of [1, 2, 3]) {
        await bench.sh(`echo ${content} >/opt/app.conf`);
        await bench.run('freeze_config', { ...other, keepVersions: '2' });
      }
      const left = (await bench.sh('ls /var/lib/selfheal/config/other/versions')).split('\n');
      expect(left).toHaveLength(3);
      expect(left).toContain(verified.result?.['version']);
      expect(await bench.sh('ls /var/lib/selfheal/config/other/objects | wc -l')).toBe('3');
    });

    it.each([
      [{ paths: '/etc/nosuch.conf' }, 'PATH_MISSING'],
      [{ paths: '/etc/nginx' }, 'NOT_A_FILE'],
      [{ paths: '/etc/nginx/sites-enabled/default' }, 'SYMBOLIC_LINK'],
      [{ paths: '/etc/../etc/passwd' }, 'INVALID_PATH'],
    ])('freeze_config and verify_config refuse %o', async (parameters, code) => {
      expect(await bench.run('freeze_config', parameters)).toMatchObject({ exitCode: 2, code });
      expect(await bench.run('verify_config', parameters)).toMatchObject({ exitCode: 2, code });
    });

    it('checks JSON and says which validator is missing', async () => {
      await bench.sh('echo "{\\"a\\": 1}" >/opt/good.json; echo "{a: 1}" >/opt/bad.json');
      expect((await bench.run('verify_config', { paths: '/opt/good.json', validator: 'json' })).status).toBe(
        'Success',
      );
      expect(await bench.run('verify_config', { paths: '/opt/bad.json', validator: 'json' })).toMatchObject({
        code: 'CONFIG_INVALID',
      });
      expect(await bench.run('verify_config', { paths: '/opt/good.json', validator: 'sshd' })).toMatchObject({
        exitCode: 2,
        code: 'TOOL_MISSING',
      });
    });
  },
);
