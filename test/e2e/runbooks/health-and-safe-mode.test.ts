import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, startBench } from './bench.ts';

// Answers 500 for five seconds, then 200, and 500 again while /tmp/sick is there.
const warmingUp = `
import http.server, os, time
start = time.monotonic()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        good = time.monotonic() - start > 5 and not os.path.exists("/tmp/sick")
        self.send_response(200 if good else 500)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 8080), Handler).serve_forever()
`;
const crashing = 'import time\ntime.sleep(0.7)\nraise SystemExit(1)\n';
const tellsMode = `
import os, time
open("/run/mode", "w").write(os.environ.get("SELFHEAL_SAFE_MODE", "normal"))
time.sleep(3600)
`;

describe.skipIf(!requirement('hosts'))('verify_health and safe mode', { timeout: 60_000 }, () => {
  let bench: Bench;
  const url = 'http://127.0.0.1:8080/health';
  const service = 'warming.service';

  beforeAll(async () => {
    bench = await startBench();
    await installService(bench.host, 'warming', warmingUp);
  }, 300_000);
  afterAll(() => bench.close());

  it('waits until the service answers, then until it has been good for the whole window', async () => {
    await bench.sh(`systemctl restart ${service}`);
    const outcome = await bench.run('verify_health', {
      service,
      url,
      stableSeconds: '2',
      timeoutSeconds: '10',
    });
    expect(outcome).toMatchObject({ status: 'Success', result: { stableSeconds: 2 } });
    expect(outcome.result?.['elapsedMs']).toBeGreaterThan(3500);
  });

  it('restarts the window when the service relapses, and fails if it is bad when the time is up', async () => {
    await bench.sh('rm -f /tmp/sick; systemd-run --quiet --on-active=1 touch /tmp/sick');
    const outcome = await bench.run('verify_health', {
      service,
      url,
      stableSeconds: '10',
      timeoutSeconds: '3',
    });
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 1, code: 'UNHEALTHY' });
    expect(outcome.message).toContain('answers 500');
    await bench.sh('rm -f /tmp/sick');
  });

  it('fails for a URL that nobody answers although the unit is active', async () => {
    const outcome = await bench.run('verify_health', {
      service,
      url: 'http://127.0.0.1:9/',
      stableSeconds: '0',
      timeoutSeconds: '1',
    });
    expect(outcome).toMatchObject({
      code: 'UNHEALTHY',
      message: expect.stringMatching(/does not answer: \(7\) .*connect/),
    });
  });

  it('does not accept a unit that is restarted again and again as healthy', async () => {
    const loop = await installService(
      bench.host,
      'loop',
      crashing,
      'Restart=always\nRestartSec=10ms\n[Unit]\nStartLimitIntervalSec=0',
    );
    await bench.sh(`systemctl start ${loop}`);
    const outcome = await bench.run('verify_health', {
      service: loop,
      stableSeconds: '3',
      timeoutSeconds: '3',
    });
    expect(outcome).toMatchObject({ status: 'Failed', code: 'UNHEALTHY' });
    await bench.sh(`systemctl stop ${loop}`);
  });

  it('refuses a missing unit', async () => {
    const outcome = await bench.run('verify_health', {
      service: 'no.service',
      stableSeconds: '0',
      timeoutSeconds: '1',
    });
    expect(outcome).toMatchObject({ exitCode: 2, code: 'UNIT_MISSING' });
  });

  it('enters safe mode and leaves it, restarting the service each time and changing nothing when asked again', async () => {
    const moody = await installService(bench.host, 'moody', tellsMode);
    const mode = () => bench.sh('cat /run/mode');
    expect((await bench.run('enter_safe_mode', { service: moody })).result).toMatchObject({
      safeMode: true,
      changed: true,
    });
    expect(await mode()).toBe('1');
    expect((await bench.run('enter_safe_mode', { service: moody })).result).toMatchObject({
      safeMode: true,
      changed: false,
    });
    expect((await bench.run('leave_safe_mode', { service: moody })).result).toMatchObject({
      safeMode: false,
      changed: true,
    });
    expect(await mode()).toBe('normal');
    expect((await bench.run('leave_safe_mode', { service: moody })).result).toMatchObject({
      safeMode: false,
      changed: false,
    });
    expect(await bench.sh(`ls /etc/systemd/system | grep -c ${moody}.d || true`)).toBe('0');
  });

  it('safe mode fails for a service that does not stay up, and refuses a missing one', async () => {
    const outcome = await bench.run('enter_safe_mode', { service: 'loop.service' });
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 1, code: 'RESTART_LOOP' });
    expect(await bench.run('enter_safe_mode', { service: 'no.service' })).toMatchObject({
      code: 'UNIT_MISSING',
    });
    expect(await bench.run('leave_safe_mode', { service: 'no.service' })).toMatchObject({
      code: 'UNIT_MISSING',
    });
  });

  it('returns to safe mode if the service runs only in it', async () => {
    const runs = '[ -n "$SELFHEAL_SAFE_MODE" ] && exec sleep infinity; exit 1';
    await bench.installUnit('only-safe.service', `[Service]\nExecStart=/bin/sh -c '${runs}'\n`);
    await bench.run('enter_safe_mode', { service: 'only-safe.service' });
    const outcome = await bench.run('leave_safe_mode', { service: 'only-safe.service' });
    expect(outcome).toMatchObject({ exitCode: 1 });
    expect(outcome.message).toMatch(/only-safe\.service is in safe mode again$/);
    expect(await bench.sh('systemctl is-active only-safe')).toBe('active');
    expect(await bench.sh('systemctl show -p Environment --value only-safe')).toContain(
      'SELFHEAL_SAFE_MODE=1',
    );
    await bench.sh('systemctl stop only-safe');
  });

  it('leaves safe mode that was entered by an alias, by the name of the unit', async () => {
    await bench.installUnit(
      'shared.service',
      '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nAlias=common.service\n',
    );
    await bench.sh('systemctl enable --now --quiet shared');
    await bench.run('enter_safe_mode', { service: 'common.service' });
    const left = await bench.run('leave_safe_mode', { service: 'shared.service' });
    expect(left).toMatchObject({ status: 'Success', result: { changed: true } });
    expect(await bench.sh('ls -d /etc/systemd/system/{shared,common}.service.d 2>/dev/null || true')).toBe(
      '',
    );
  });

  it('sees safe mode in the process, and undoes it if the unit does not start in it', async () => {
    await bench.installUnit(
      'unwilling.service',
      '[Service]\nExecStart=/bin/sh -c "[ -z \\"$$SELFHEAL_SAFE_MODE\\" ] && exec sleep infinity"\n',
    );
    await bench.sh('systemctl start unwilling');
    const outcome = await bench.run('enter_safe_mode', { service: 'unwilling.service' });
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 1 });
    expect(outcome.message).toContain('unwilling.service was restarted without it');
    expect(
      await bench.sh(
        'systemctl is-active unwilling; ls -d /etc/systemd/system/unwilling.service.d 2>/dev/null || true',
      ),
    ).toBe('active');
    // The property would say that it is in safe mode; its process says that it is not.
    await bench.installUnit('calm.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.sh('systemctl start calm');
    await bench.installUnit(
      'calm.service.d/50-selfheal-safe-mode.conf',
      '[Service]\nEnvironment=SELFHEAL_SAFE_MODE=1\n',
    );
    expect((await bench.run('enter_safe_mode', { service: 'calm.service' })).result).toMatchObject({
      changed: true,
    });
    expect(
      await bench.sh('grep -c SAFE_MODE=1 /proc/$(systemctl show -p MainPID --value calm)/environ'),
    ).toBe('1');
  });

  it.each(['enter_safe_mode', 'leave_safe_mode'])(
    '%s restarts nothing if the unit file, which nobody has loaded, keeps the unit from starting',
    async (action) => {
      const file = '/etc/systemd/system/rewritten.service';
      await bench.host.writeFile(file, '[Service]\nExecStart=/bin/sleep infinity\n');
      await bench.sh('systemctl daemon-reload; systemctl restart rewritten');
      if (action === 'leave_safe_mode') await bench.run('enter_safe_mode', { service: 'rewritten.service' });
      const main = () => bench.sh('systemctl show -p MainPID --value rewritten');
      const before = await main();
      for (const text of ['[Service]\nExecStart=/no/such/program\n', '[Service]\nType=simple\n']) {
        await bench.host.writeFile(file, text);
        expect(await bench.run(action, { service: 'rewritten.service' })).toMatchObject({
          exitCode: 2,
          code: 'CONFIG_INVALID',
        });
      }
      expect(await main()).toBe(before);
      expect(await bench.sh('systemctl is-active rewritten')).toBe('active');
      const dropIn = await bench.sh(`[ -e ${file}.d ] && echo there || echo gone`);
      expect(dropIn).toBe(action === 'leave_safe_mode' ? 'there' : 'gone');
      await bench.sh(`rm -rf ${file}*; systemctl daemon-reload; systemctl stop rewritten`);
    },
  );

  it('changes and restarts nothing where the unit’s directory cannot be changed', async () => {
    const moody = await installService(bench.host, 'still', tellsMode);
    const main = () => bench.sh(`systemctl show -p MainPID --value ${moody}`);
    const before = await main();
    await bench.sh('chattr +i /etc/systemd/system');
    const outcome = await bench.run('enter_safe_mode', { service: moody });
    await bench.sh('chattr -i /etc/systemd/system');
    expect(outcome).toMatchObject({ exitCode: 2, code: 'NOT_WRITABLE' });
    expect(await main()).toBe(before);
  });
});
