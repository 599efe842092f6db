import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';

const RUNS = '[Service]\nType=exec\nExecStart=/bin/sleep infinity\n';
const needs = (name: string) => `[Unit]\nRequires=${name}\nAfter=${name}\n${RUNS}`;

describe.skipIf(!requirement('hosts'))('units that stop with a unit', { timeout: 60_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
    await bench.installUnit('base.service', RUNS);
  }, 300_000);
  afterAll(() => bench.close());

  it('come back although one of them does not, or is no longer wanted', async () => {
    const names = ['broken', 'deleted', 'masked', 'sound'];
    for (const name of names) await bench.installUnit(`${name}.service`, needs('base.service'));
    await bench.sh(`systemctl start ${names.join(' ')}`);
    expect((await bench.run('graceful_stop', { service: 'base.service' })).status).toBe('Success');
    await bench.sh(`cd /etc/systemd/system; rm deleted.service masked.service; ln -s /dev/null masked.service
      sed -i s,/bin/sleep,/bin/absent, broken.service; systemctl daemon-reload`);
    const started = await bench.run('start_component', { service: 'base.service' });
    expect(started).toMatchObject({ exitCode: 1, code: 'COMPANION_STOPPED' });
    expect(started.message).toContain('broken.service, which stopped with base.service');
    expect(await bench.unitStates('base', 'sound')).toBe('active active');
    await bench.sh(
      'sed -i s,/bin/absent,/bin/sleep, /etc/systemd/system/broken.service; systemctl daemon-reload',
    );
    const again = await bench.run('start_component', { service: 'base.service' });
    expect(again).toMatchObject({ status: 'Success', stderr: '' });
    expect(await bench.unitStates('base', 'broken')).toBe('active active');
  });

  it('come back when the stop has failed, as something else has started the unit again', async () => {
    await bench.installUnit('user.service', needs('base.service'));
    await bench.installUnit(
      'prodder.service',
      '[Service]\nExecStart=/bin/sh -c "while sleep 0.02; do systemctl start base; done"\n',
    );
    await bench.sh('systemctl start user prodder');
    const stopped = await bench.run('graceful_stop', { service: 'base.service', graceSeconds: '2' });
    await bench.sh('systemctl stop prodder');
    expect(stopped).toMatchObject({ exitCode: 1, code: 'STILL_RUNNING' });
    expect(await bench.unitStates('base', 'user')).toBe('active active');
    expect(await bench.sh('ls /var/lib/selfheal/stopped')).toBe('');
  });

  it.each([
    [
      'a timer that systemd-run has made',
      'UNIT_UNUSABLE',
      'base.timer',
      'systemd-run --quiet --on-calendar=yearly --unit=base',
    ],
    [
      'a unit that systemd-run has made',
      'UNIT_UNUSABLE',
      'leaf.service',
      'systemd-run --quiet --unit=leaf --property=Requires=base.service --property=After=base.service sleep infinity',
    ],
    [
      'a timer that may not be stopped by hand',
      'UNIT_REFUSES',
      'base.timer',
      `printf '[Unit]\nRefuseManualStop=yes\n[Timer]\nOnCalendar=yearly\n' >/etc/systemd/system/base.timer
       systemctl daemon-reload; systemctl start base.timer`,
    ],
    [
      'a unit that may not be started by hand',
      'UNIT_REFUSES',
      'driven.service',
      `printf '[Unit]\nRequires=base.service\nRefuseManualStart=yes\n${RUNS.replaceAll('\n', '\\n')}' >/etc/systemd/system/driven.service
       printf '[Unit]\nWants=driven.service\n${RUNS.replaceAll('\n', '\\n')}' >/etc/systemd/system/driver.service
       systemctl daemon-reload; systemctl start driver`,
    ],
  ])('are not stopped with it if among them is %s', async (_what, code, name, prepare) => {
    await bench.sh(`systemctl start base; ${prepare}`);
    const refused = await bench.run('graceful_stop', { service: 'base.service' });
    expect(refused).toMatchObject({ exitCode: 2, code, message: expect.stringContaining(name) });
    expect(await bench.unitStates('base', name)).toBe('active active');
    await bench.sh(`rm -f /etc/systemd/system/${name}; systemctl daemon-reload; systemctl stop ${name}`);
  });
});
