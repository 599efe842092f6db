import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, startBench } from './bench.ts';

const sleepy = 'import time\ntime.sleep(3600)\n';
const stubborn =
  'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("up")\ntime.sleep(3600)\n';
const crashing = 'import time\ntime.sleep(0.3)\nraise SystemExit("out of cheese")\n';

describe.skipIf(!requirement('hosts'))('graceful_stop and start_component', { timeout: 60_000 }, () => {
  let bench: Bench;
  const state = (service: string) => bench.sh(`systemctl show -p ActiveState --value ${service}`);

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  it('starts nginx, which then answers', async () => {
    const outcome = await bench.run('start_component', { service: 'nginx.service', settleSeconds: '0' });
    expect(outcome).toMatchObject({ status: 'Success', result: { before: 'inactive', state: 'active' } });
    expect((await fetch(`http://${bench.host.ip}/`)).status).toBe(200);
  });

  it('leaves a running unit alone with mode=start and replaces it with mode=restart', async () => {
    const pid = await bench.sh('systemctl show -p MainPID --value nginx');
    const start = await bench.run('start_component', { service: 'nginx.service', settleSeconds: '0' });
    expect(String(start.result?.['mainPid'])).toBe(pid);
    const restart = await bench.run('start_component', {
      service: 'nginx.service',
      settleSeconds: '0',
      mode: 'restart',
    });
    expect(restart.status).toBe('Success');
    expect(String(restart.result?.['mainPid'])).not.toBe(pid);
  });

  it('stops nginx without killing it, and says so of a stopped one', async () => {
    const first = await bench.run('graceful_stop', { service: 'nginx.service' });
    expect(first.result).toMatchObject({ before: 'active', state: 'inactive', killed: false });
    const second = await bench.run('graceful_stop', { service: 'nginx.service' });
    expect(second.result).toMatchObject({ before: 'inactive', state: 'inactive', killed: false });
    expect(await state('nginx')).toBe('inactive');
  });

  it('kills what does not stop within the grace period, and leaves it inactive rather than failed', async () => {
    const service = await installService(
      bench.host,
      'stubborn',
      stubborn,
      'Restart=always\nTimeoutStopSec=60',
    );
    await bench.sh(`systemctl start ${service}; sleep 0.5`);
    const outcome = await bench.run('graceful_stop', { service, graceSeconds: '1' });
    expect(outcome.result).toMatchObject({ killed: true, state: 'inactive' });
    expect(await state(service)).toBe('inactive');
  });

  it('brings a failed unit whose start limit is used up back', async () => {
    const service = await installService(bench.host, 'limited', crashing, 'StartLimitBurst=1');
    await bench.sh(
      `systemctl start ${service}; sleep 1; systemctl show -p ActiveState --value ${service} | grep failed`,
    );
    await bench.host.writeFile('/opt/limited.py', sleepy);
    const outcome = await bench.run('start_component', { service, settleSeconds: '1' });
    expect(outcome).toMatchObject({ status: 'Success', result: { before: 'failed', state: 'active' } });
  });

  it('fails with the journal when a unit ends while it settles', async () => {
    const service = await installService(bench.host, 'crashing', crashing);
    const outcome = await bench.run('start_component', { service, settleSeconds: '2' });
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 1, code: 'NOT_ACTIVE' });
    expect(outcome.stderr).toContain('out of cheese');
  });

  it('sees a restart loop although the unit is active now and then', async () => {
    const service = await installService(bench.host, 'looping', crashing, 'Restart=always\nRestartSec=100ms');
    const outcome = await bench.run('start_component', { service, settleSeconds: '2' });
    expect(outcome).toMatchObject({ status: 'Failed', code: 'RESTART_LOOP' });
    await bench.sh(`systemctl stop ${service}`);
  });

  it.each(['graceful_stop', 'start_component'])(
    '%s refuses a unit that is missing or masked',
    async (action) => {
      expect(await bench.run(action, { service: 'nosuch.service' })).toMatchObject({
        exitCode: 2,
        code: 'UNIT_MISSING',
      });
      await bench.sh('systemctl mask --quiet apt-daily.service');
      expect(await bench.run(action, { service: 'apt-daily.service' })).toMatchObject({
        exitCode: 2,
        code: 'UNIT_UNUSABLE',
      });
    },
  );
});
