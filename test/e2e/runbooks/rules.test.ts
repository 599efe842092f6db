// @thorough
// @slow
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, type Edit, newOperationId, startBench } from './bench.ts';

/** An engine as Debian installs it, with two rule files of which each shows from outside. */
interface Engine {
  readonly rulesEngine: string;
  readonly service: string;
  readonly files: readonly [string, string];
  /** The content of the first and second file, of a second version of the first, and of one that the checker refuses. */
  readonly one: string;
  readonly two: string;
  readonly changed: string;
  readonly refused: string;
  /** Content that the checker accepts and the running engine cannot take up; and what makes that so. */
  readonly unloadable: string;
  readonly hinder: string;
  readonly unhinder: string;
  readonly prepare: string;
  /** Prints what the running engine does by its rules. */
  readonly observe: string;
  readonly observed: { readonly both: string; readonly onlyTwo: string; readonly changed: string };
}

const OCCUPY_8099 = `systemd-run --quiet --unit=occupy python3 -m http.server 8099 --bind 127.0.0.1
  until curl -so /dev/null http://127.0.0.1:8099; do sleep 0.1; done`;

const haproxy: Engine = {
  rulesEngine: 'haproxy',
  service: 'haproxy.service',
  files: ['/etc/haproxy/rules/one.cfg', '/etc/haproxy/rules/two.cfg'],
  one: 'frontend one\n  bind 127.0.0.1:8091\n  http-request return status 403 content-type text/plain string "one"\n',
  two: 'frontend two\n  bind 127.0.0.1:8092\n  http-request return status 200 content-type text/plain string "two"\n',
  changed:
    'frontend one\n  bind 127.0.0.1:8091\n  http-request return status 403 content-type text/plain string "new"\n',
  refused: 'frontend one\n  bind 127.0.0.1:8091\n  http-request nonsense\n',
  unloadable: 'frontend one\n  bind 127.0.0.1:8099\n  http-request return status 200\n',
  hinder: OCCUPY_8099,
  unhinder: 'systemctl stop occupy',
  prepare: `echo 'EXTRAOPTS="-f /etc/haproxy/rules -S /run/haproxy-master.sock"' >/etc/default/haproxy`,
  observe: 'for port in 8091 8092; do curl -s --max-time 2 http://127.0.0.1:$port/ || printf -; done',
  observed: { both: 'onetwo', onlyTwo: '-two', changed: 'newtwo' },
};

const nginx: Engine = {
  rulesEngine: 'nginx',
  service: 'nginx.service',
  files: ['/etc/nginx/conf.d/one.conf', '/etc/nginx/conf.d/two.conf'],
  one: 'server { listen 127.0.0.1:8093; return 403 "one"; }\n',
  two: 'server { listen 127.0.0.1:8094; return 200 "two"; }\n',
  changed: 'server { listen 127.0.0.1:8093; return 403 "new"; }\n',
  refused: 'server { nonsense; }\n',
  unloadable: 'server { listen 127.0.0.1:8099; return 200; }\n',
  hinder: OCCUPY_8099,
  unhinder: 'systemctl stop occupy',
  prepare: 'true',
  observe: 'for port in 8093 8094; do curl -s --max-time 2 http://127.0.0.1:$port/ || printf -; done',
  observed: { both: 'onetwo', onlyTwo: '-two', changed: 'newtwo' },
};

const alert = (name: string, more = '') =>
  `groups:\n- name: ${name}\n  rules:\n  - alert: ${name}\n    expr: vector(1)${more}\n`;

const prometheus: Engine = {
  rulesEngine: 'prometheus',
  service: 'prometheus.service',
  files: ['/etc/prometheus/rules/one.yml', '/etc/prometheus/rules/two.yml'],
  one: alert('one'),
  two: alert('two'),
  changed: alert('new'),
  refused: alert('one', ' =='),
  // Its checker opens no log, the engine does.
  unloadable: alert('new'),
  hinder: "sed -i 's|^global:|&\\n  query_log_file: /root/queries|' /etc/prometheus/prometheus.yml",
  unhinder: 'sed -i /query_log_file/d /etc/prometheus/prometheus.yml',
  // Whatever lies in the directory is loaded, hidden files too.
  prepare: `sed -i 's|^rule_files:.*|rule_files: ["rules/*"]|' /etc/prometheus/prometheus.yml`,
  observe: `curl -s http://127.0.0.1:9090/api/v1/rules | python3 -c 'import json, sys; print("".join(group["name"] for group in json.load(sys.stdin)["data"]["groups"]))'`,
  observed: { both: 'onetwo', onlyTwo: 'two', changed: 'newtwo' },
};

/** Sets an access list by its binary form, as the host has no setfacl: user 65534 may read. */
const grant = (path: string) => `python3 -c '
import os, struct
entry = lambda tag, perm, uid=0xffffffff: struct.pack("<HHI", tag, perm, uid)
os.setxattr("${path}", "system.posix_acl_access",
  struct.pack("<I", 2) + entry(1, 6) + entry(2, 4, 65534) + entry(4, 4) + entry(0x10, 4) + entry(0x20, 4))'`;

describe.skipIf(!requirement('hosts'))('rules engines', { timeout: 120_000 }, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  describe.each([haproxy, nginx, prometheus])('$rulesEngine', (engine) => {
    const [one, two] = engine.files;
    const directory = dirname(one);
    const which = { service: engine.service, rulesEngine: engine.rulesEngine, component: engine.rulesEngine };
    const set = { ...which, paths: engine.files.join(',') };
    const disabled = { ...which, paths: one };
    const observed = () => bench.sh(engine.observe);
    const files = () =>
      bench.sh(
        `cd ${directory}; for file in $(ls -A); do md5sum $file; stat -c '%a %U %G' $file; ls -l $file | cut -c 11; done`,
      );
    const main = () => bench.sh(`systemctl show -p MainPID --value ${engine.service}`);
    const verified = () =>
      bench.run('freeze_config', { component: engine.rulesEngine, rulePaths: set.paths, verified: 'true' });
    const edited = (action: string, parameters: Record<string, string>, edit: Edit) =>
      bench.runUnchecked(action, parameters, (script) => {
        const changed = edit(script.replace('+ 1500))', '+ 200))'));
        expect(changed).not.toBe(script);
        return changed;
      });

    beforeAll(async () => {
      await bench.sh(`mkdir -p ${directory}; ${engine.prepare}`);
    });
    afterAll(() => bench.sh(`systemctl stop ${engine.service}`));
    beforeEach(async () => {
      await bench.sh(`rm -rf /var/lib/selfheal/rules; rm -rf ${directory}/*; cd ${directory}`);
      await bench.host.writeFile(one, engine.one);
      await bench.host.writeFile(two, engine.two);
      await bench.sh(
        `${grant(one)}; chown nobody ${one}; systemctl reset-failed; systemctl restart ${engine.service}`,
      );
      await expect.poll(observed, { timeout: 20_000 }).toBe(engine.observed.both);
    });

    it('goes on without a rule file that is moved aside, and with it on undo', async () => {
      const [before, pid] = [await files(), await main()];
      const key = { ...disabled, operationId: newOperationId() };
      const { result } = await bench.run('disable_rules', key);
      expect(result).toMatchObject({ changed: true, files: 1, applied: 'reload' });
      expect(await observed()).toBe(engine.observed.onlyTwo);
      expect(await bench.sh(`ls -A ${directory}`)).toBe(two.split('/').at(-1));
      expect(await bench.sh(`cat ${String(result?.['aside'])}${one}`)).toBe(engine.one.trim());
      expect(await bench.run('disable_rules', key)).toMatchObject({ result });
      const undo = { ...key, stepId: 'rollback-0', phase: 'undo' };
      expect((await bench.run('disable_rules', undo)).result).toEqual({ changed: true });
      expect(await observed()).toBe(engine.observed.both);
      expect(await files()).toBe(before);
      expect(await main()).toBe(pid);
      expect((await bench.run('disable_rules', { ...undo, stepId: 'rollback-1' })).result).toEqual({
        changed: false,
      });
    });

    it('goes back to the last verified rules, and forth again on undo', async () => {
      const before = await files();
      await verified();
      await bench.sh(`chmod 664 ${two}`);
      await bench.host.writeFile(one, engine.changed);
      const worse = await files();
      expect((await bench.run('reload_engine', which)).result).toMatchObject({ applied: 'reload' });
      expect(await observed()).toBe(engine.observed.changed);
      const key = { ...set, operationId: newOperationId() };
      expect((await bench.run('revert_rules', key)).status).toBe('Success');
      expect(await observed()).toBe(engine.observed.both);
      expect(await files()).toBe(before);
      const undo = { ...key, stepId: 'rollback-0', phase: 'undo' };
      expect((await bench.run('revert_rules', undo)).result).toEqual({ changed: true });
      expect(await files()).toBe(worse);
    });

    it('loads nothing that the engine’s own checker refuses', async () => {
      await verified();
      await bench.host.writeFile(one, engine.refused);
      const bad = await files();
      const refused = await bench.run('reload_engine', which);
      expect(refused).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
      expect(await observed()).toBe(engine.observed.both);
      // Without the second file, the first one is still refused.
      const outcome = await bench.run('disable_rules', { ...which, paths: two });
      expect(outcome).toMatchObject({ exitCode: 1, code: 'CONFIG_INVALID' });
      expect(outcome.message).toContain('the rule files are as before again');
      expect(await files()).toBe(bad);
      expect(await observed()).toBe(engine.observed.both);
      expect((await bench.run('revert_rules', set)).status).toBe('Success');
      expect((await bench.run('reload_engine', which)).status).toBe('Success');
      expect(await observed()).toBe(engine.observed.both);
    });

    it('notices that the engine has not taken the rules up, and puts everything back', async () => {
      await bench.host.writeFile(one, engine.unloadable);
      await bench.sh(engine.hinder);
      const hindered = await files();
      const inPlace = await edited('reload_engine', which, (script) => script);
      await bench.sh(engine.unhinder);
      await bench.host.writeFile(one, engine.one);
      await bench.run('reload_engine', which);
      expect(inPlace).toMatchObject({ exitCode: 1, code: 'NOT_RELOADED' });
      expect(await observed()).toBe(engine.observed.both);

      await bench.host.writeFile(one, engine.unloadable);
      await bench.sh(engine.hinder);
      const before = await files();
      const outcome = await edited('disable_rules', { ...which, paths: two }, (script) => script);
      await bench.sh(engine.unhinder);
      expect(outcome).toMatchObject({ exitCode: 1, code: 'NOT_RELOADED' });
      expect(outcome.message).toContain('the rule files are as before again');
      expect(before).toBe(hindered);
      expect((await bench.sh(`ls -A ${directory}`)).split('\n')).toHaveLength(2);
    });

    it('puts a file back if it is killed before the engine goes on without it', async () => {
      const before = await files();
      const key = { ...disabled, operationId: newOperationId() };
      const outcome = await edited('disable_rules', key, (script) =>
        script.replace(/\bdrop_old_names$/m, 'drop_old_names\nkill -KILL 0'),
      );
      expect(outcome.exitCode).not.toBe(0);
      await expect.poll(files, { timeout: 20_000 }).toBe(before);
      const undo = { ...key, stepId: 'rollback-0', phase: 'undo' };
      expect((await bench.run('disable_rules', undo)).result).toEqual({ changed: false });
      expect(await observed()).toBe(engine.observed.both);
    });
  });

  describe('whatever the engine', () => {
    const [one, two] = haproxy.files;
    const directory = dirname(one);
    const which = { service: haproxy.service, rulesEngine: 'haproxy', component: 'edge' };
    const names = () => bench.sh(`ls -A ${directory}`);
    beforeEach(async () => {
      await bench.sh(`rm -rf /var/lib/selfheal/rules; rm -f ${one} ${two}`);
      await bench.host.writeFile(one, haproxy.one);
      await bench.host.writeFile(two, haproxy.two);
      await bench.sh('systemctl reset-failed; systemctl restart haproxy');
    });
    afterAll(() => bench.sh('systemctl stop haproxy'));

    it('overwrites no rule file that someone else has put there since', async () => {
      const key = { ...which, paths: one, operationId: newOperationId() };
      await bench.run('disable_rules', key);
      await bench.host.writeFile(one, haproxy.changed);
      const outcome = await bench.run('disable_rules', { ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
      expect(await bench.sh(`cat ${one}`)).toBe(haproxy.changed.trim());
    });

    it('puts one file back although another has changed since', async () => {
      const key = { ...which, paths: one, operationId: newOperationId() };
      await bench.run('disable_rules', key);
      await bench.host.writeFile(two, `${haproxy.two}# theirs\n`);
      const undone = await bench.run('disable_rules', { ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(undone.result).toEqual({ changed: true });
      expect(await bench.sh(`tail -n 1 ${two}; cat ${one}`)).toBe(`# theirs\n${haproxy.one.trim()}`);
    });

    it('brings back no file that someone else deletes at the same moment', async () => {
      const outcome = await bench.runUnchecked('disable_rules', { ...which, paths: one }, (script) =>
        script.replace(/^stage_changes$/m, `  stage_changes\n  rm ${one}`),
      );
      expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANGED_MEANWHILE' });
      expect(await names()).toBe('two.cfg');
    });

    it('never returns to rules that it has gone back from, unless that was undone', async () => {
      const mark = () => bench.run('freeze_config', { component: 'edge', rulePaths: one, verified: 'true' });
      const revert = (more: Record<string, string>) =>
        bench.run('revert_rules', { ...which, paths: one, ...more });
      const good = (await mark()).result?.['rules'];
      const suspectSince = await bench.sh('sleep 1.1; date +%s');
      await bench.host.writeFile(one, haproxy.changed);
      const bad = (await mark()).result?.['rules'];
      const key = { suspectSince, operationId: newOperationId() };
      expect((await revert(key)).result).toMatchObject({ version: good, replaced: bad });
      expect(await revert({ suspectSince })).toMatchObject({ exitCode: 2, code: 'FAULT_ELSEWHERE' });
      await revert({ ...key, stepId: 'rollback-0', phase: 'undo' });
      expect(await revert({})).toMatchObject({ exitCode: 2, code: 'FAULT_ELSEWHERE' });
      expect((await revert({ suspectSince })).result).toMatchObject({ version: good, replaced: bad });
    });

    it('undoes in one go what one operation has moved aside twice', async () => {
      const key = { ...which, paths: one, operationId: newOperationId() };
      await bench.run('disable_rules', key);
      await bench.run('disable_rules', { ...key, stepId: 'heal-1', paths: two });
      // An engine without any rule is refused by its checker only if nothing else is left for it to do.
      for (const [stepId, paths] of [
        ['rollback-0', two],
        ['rollback-1', one],
      ] as const)
        await bench.run('disable_rules', { ...key, stepId, paths, phase: 'undo' });
      expect(await names()).toBe('one.cfg\ntwo.cfg');
    });

    it('starts an engine that its rules keep from starting, without them', async () => {
      await bench.host.writeFile(one, haproxy.refused);
      await bench.sh('systemctl restart haproxy || systemctl stop haproxy');
      expect((await bench.run('disable_rules', { ...which, paths: one })).result).toMatchObject({
        applied: 'restart',
      });
      expect(await bench.sh(haproxy.observe)).toBe('-two');
    });

    it.each([
      [
        'a unit that runs something else',
        'WRONG_UNIT',
        { service: 'nginx.service' },
        'systemctl start nginx',
      ],
      ['a file of the system', 'PROTECTED_PATH', { paths: '/usr/bin/env' }, 'true'],
      ['a link', 'SYMBOLIC_LINK', {}, `mv ${one} /root/one.cfg; ln -s /root/one.cfg ${one}`],
      ['to go back to rules that nobody has verified', 'NO_VERIFIED_VERSION', {}, 'true'],
      [
        'a unit that cannot reload',
        'NO_RELOAD',
        {},
        'mkdir -p /run/systemd/system/haproxy.service.d; printf "[Service]\nExecReload=\n" >/run/systemd/system/haproxy.service.d/no.conf; systemctl daemon-reload',
      ],
    ])('refuses %s', async (_what, code, parameters, prepare) => {
      await bench.sh(prepare);
      const request = { ...which, paths: one, ...parameters };
      const outcomes = [await bench.run('revert_rules', request)];
      if (code !== 'NO_VERIFIED_VERSION') outcomes.push(await bench.run('disable_rules', request));
      await bench.sh('rm -rf /run/systemd/system/haproxy.service.d; systemctl daemon-reload');
      for (const outcome of outcomes) expect(outcome).toMatchObject({ exitCode: 2, code });
    });
  });

  describe('a restart of Prometheus', () => {
    const restart = () =>
      bench.run('start_component', { service: prometheus.service, component: 'tsdb', mode: 'restart' });
    const main = () => bench.sh('systemctl show -P MainPID prometheus');
    /** It reads its configuration some time after it has started. */
    const start = () =>
      bench.sh(
        'systemctl start prometheus; until curl -sf http://127.0.0.1:9090/-/ready >/dev/null; do sleep 0.1; done',
      );
    const configuration = (more: string) => `scrape_configs:\n- job_name: one\n${more}`;

    beforeAll(() => bench.sh('systemctl stop prometheus; cp -a /etc/prometheus /root/'));
    afterEach(async () => {
      await bench.sh(`systemctl stop prometheus; cp -a /root/prometheus/* /etc/prometheus
        sed -i 's/^ARGS=.*/ARGS=""/' /etc/default/prometheus`);
    });

    it.each([
      ['it reads by default', '/etc/prometheus/prometheus.yml', ''],
      ['its command line names', '/etc/prometheus/named.yml', '--config.file=/etc/prometheus/named.yml'],
    ])('is refused if promtool does not accept the file that %s', async (_which, file, named) => {
      await bench.host.writeFile(file, configuration(''));
      await bench.sh(`sed -i 's|^ARGS=.*|ARGS="${named}"|' /etc/default/prometheus`);
      await start();
      const before = await main();
      await bench.host.writeFile(file, configuration('  scrape_interval: often\n'));
      expect(await restart()).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
      expect(await main()).toBe(before);
      await bench.host.writeFile(file, configuration(''));
      expect(await restart()).toMatchObject({ status: 'Success' });
      expect(await main()).not.toBe(before);
    });

    describe('with another promtool', () => {
      const promtool = '/usr/local/bin/promtool';
      /** It accepts the configuration only with the features that Prometheus was started with. */
      const install = async (version: string) => {
        await bench.host.writeFile(
          promtool,
          `#!/bin/sh
case $* in
  --version) echo 'promtool, version ${version} (branch: HEAD)' ;;
  '--enable-feature=one,two --enable-feature=three check config '*) ;;
  *) echo 'unknown function'; exit 1 ;;
esac
`,
        );
        await bench.sh(`chmod 755 ${promtool}`);
      };

      beforeAll(() => bench.sh('mv /usr/bin/promtool /root/promtool'));
      afterAll(() => bench.sh(`rm -f ${promtool}; mv /root/promtool /usr/bin/promtool`));
      beforeEach(async () => {
        const features = '--enable-feature=one,two --enable-feature three';
        await bench.sh(`sed -i 's|^ARGS=.*|ARGS="${features}"|' /etc/default/prometheus`);
        await start();
      });

      it('is not refused for what one of another version says', async () => {
        await install('1.0.0');
        expect(await restart()).toMatchObject({
          status: 'Success',
          result: { remark: expect.stringContaining('not of the same version') },
        });
      });

      it('asks it with the features of Prometheus', async () => {
        const said = await bench.sh('prometheus --version 2>&1 | head -n 1');
        await install(said.split(' ')[2] ?? '');
        const outcome = await restart();
        expect(outcome).toMatchObject({ status: 'Success' });
        expect(outcome.result).not.toHaveProperty('remark');
      });
    });

    it('is carried out though a file with credentials is missing, as Prometheus starts without it', async () => {
      await start();
      const credentials = '  authorization: { credentials_file: /etc/prometheus/no-such-file }\n';
      await bench.host.writeFile('/etc/prometheus/prometheus.yml', configuration(credentials));
      expect(await restart()).toMatchObject({ status: 'Success' });
    });
  });
});
