import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, newOperationId, startBench } from './bench.ts';

/** A service of systemd's own that offers org.freedesktop.LogControl1. */
const LOGIN = 'systemd-logind.service';
/** By their numbers in syslog. */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const undone = { stepId: 'rollback-0', phase: 'undo' };

describe.skipIf(!requirement('hosts'))('enable_monitoring on a host', { timeout: 120_000 }, () => {
  let bench: Bench;
  const asked = () => bench.sh(`systemctl service-log-level ${LOGIN}`);
  const filter = async () => LEVELS[Number(await bench.sh('systemctl show -p LogLevelMax --value web'))];
  const dropIns = () => bench.sh('ls /run/systemd/system/web.service.d 2>/dev/null || true');
  /** The levels of what a unit logs from now on that reach the journal. */
  const logged = async () => {
    await bench.sh('journalctl --rotate --vacuum-time=1s --quiet; systemctl restart web; sleep 1');
    return await bench.sh(
      'journalctl --sync; journalctl -u web -o cat --quiet | sort -u | grep ^says || true',
    );
  };
  const unit = async (service: string) => {
    await bench.installUnit(
      'web.service',
      `[Service]\nExecStart=/bin/sh -c 'echo "<7>says debug"; echo "<6>says info"; echo "<4>says warning"; exec sleep infinity'\n${service}`,
    );
    await bench.sh('systemctl restart web');
  };
  const web = () => ({
    ...{ service: 'web.service', component: 'web', level: 'debug', operationId: newOperationId() },
  });
  const login = () => ({ ...web(), service: LOGIN, component: 'login' });

  beforeAll(async () => {
    bench = await startBench();
    await bench.sh(`systemctl start ${LOGIN}`);
  }, 300_000);
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.sh(`systemctl service-log-level ${LOGIN} info; rm -rf /run/systemd/system/web.service.d`);
    await unit('LogLevelMax=warning\n');
  });

  it('asks a service that takes a level, and asks it for the one before on undo', async () => {
    const pid = await bench.sh(`systemctl show -p MainPID --value ${LOGIN}`);
    const key = login();
    const more = await bench.run('enable_monitoring', key);
    expect(more.result).toEqual({ changed: true, logLevel: 'debug', since: 'now' });
    expect(await bench.run('enable_monitoring', key)).toEqual(more);
    expect(await asked()).toBe('debug');
    const back = await bench.run('enable_monitoring', { ...key, ...undone });
    expect(back.result).toEqual({ changed: true, logLevel: 'info', since: 'now' });
    expect([await asked(), await bench.sh(`systemctl show -p MainPID --value ${LOGIN}`)]).toEqual([
      'info',
      pid,
    ]);
    const again = { ...key, ...undone, stepId: 'rollback-1' };
    expect((await bench.run('enable_monitoring', again)).result).toEqual({ changed: false });
  });

  it('lets through what systemd hides, from the next start of the unit', async () => {
    expect(await logged()).toBe('says warning');
    const key = web();
    expect((await bench.run('enable_monitoring', key)).result).toEqual({
      ...{ changed: true, logLevel: 'debug', since: 'the next start of the unit' },
    });
    expect(await logged()).toBe('says debug\nsays info\nsays warning');
    expect((await bench.run('enable_monitoring', { ...key, ...undone })).result).toMatchObject({
      changed: true,
      logLevel: 'warning',
    });
    expect([await filter(), await dropIns(), await logged()]).toEqual(['warning', '', 'says warning']);
  });

  it('goes back to what an earlier operation has set', async () => {
    await bench.run('enable_monitoring', { ...web(), level: 'info' });
    const key = web();
    await bench.run('enable_monitoring', key);
    await bench.run('enable_monitoring', { ...key, ...undone });
    expect(await filter()).toBe('info');
  });

  it('has nothing log less', async () => {
    const few = { level: 'err' };
    expect((await bench.run('enable_monitoring', { ...web(), ...few })).result).toEqual({
      ...{ changed: false, logLevel: 'warning' },
    });
    expect((await bench.run('enable_monitoring', { ...login(), ...few })).result).toMatchObject({
      changed: false,
    });
    expect([await filter(), await dropIns(), await asked()]).toEqual(['warning', '', 'info']);
  });

  it('overwrites no level that someone else has set since', async () => {
    const ofService = login();
    const ofFilter = web();
    await bench.run('enable_monitoring', ofService);
    await bench.run('enable_monitoring', ofFilter);
    await bench.sh(
      `systemctl service-log-level ${LOGIN} notice; echo '[Service]\nLogLevelMax=err' >/run/systemd/system/web.service.d/zzzz.conf; systemctl daemon-reload`,
    );
    for (const key of [ofService, ofFilter]) {
      const back = await bench.run('enable_monitoring', { ...key, ...undone });
      expect(back).toMatchObject({ code: 'CHANGED_MEANWHILE', exitCode: 2 });
    }
    expect([await asked(), await filter()]).toEqual(['notice', 'err']);
  });

  it('changes nothing back where a step that was cut off has set nothing', async () => {
    const key = web();
    await bench.run('enable_monitoring', key);
    await bench.sh('rm -r /run/systemd/system/web.service.d; systemctl daemon-reload');
    expect((await bench.run('enable_monitoring', { ...key, ...undone })).result).toEqual({ changed: false });
    expect(await filter()).toBe('warning');
  });

  it('leaves a service alone that has ended since, with the level that it was given', async () => {
    const key = login();
    await bench.run('enable_monitoring', key);
    await bench.sh(`systemctl restart ${LOGIN}`);
    expect((await bench.run('enable_monitoring', { ...key, ...undone })).result).toEqual({ changed: false });
    expect(await asked()).toBe('info');
  });

  it('refuses a unit that neither takes a level nor hides anything', async () => {
    await unit('');
    const refused = await bench.run('enable_monitoring', web());
    expect(refused).toMatchObject({ code: 'NO_LOG_LEVEL', exitCode: 2 });
    expect(await dropIns()).toBe('');
  });

  it('says so, and leaves all as it was, where a drop-in with a later name overrules it', async () => {
    await bench.sh(
      "mkdir -p /run/systemd/system/web.service.d; echo '[Service]\nLogLevelMax=notice' >/run/systemd/system/web.service.d/zzzz.conf; systemctl daemon-reload",
    );
    const failed = await bench.run('enable_monitoring', web());
    expect(failed).toMatchObject({ code: 'NOT_SET', exitCode: 1 });
    expect(failed.message).toContain('the log level of web.service is as before');
    expect([await filter(), await dropIns()]).toEqual(['notice', 'zzzz.conf']);
  });
});
