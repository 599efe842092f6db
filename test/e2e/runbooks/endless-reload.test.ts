import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';
import { ROLLBACK, type TwoFiles, twoFilesOn } from './two-files.ts';

const SERVICE = { component: 'two', service: 'two.service' };

describe.skipIf(!requirement('hosts'))('a unit whose reload does not end', { timeout: 60_000 }, () => {
  let bench: Bench;
  let two: TwoFiles;
  const identity = () => bench.sh('systemctl show --property=ActiveState,MainPID --value two | tr "\\n" " "');

  beforeAll(async () => {
    bench = await startBench();
    two = await twoFilesOn(bench);
    await bench.installUnit(
      'beside-two.service',
      '[Unit]\nRequires=two.service\n[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/sleep 1000\n',
    );
  }, 300_000);
  afterAll(() => bench.close());

  beforeEach(async () => {
    await two.reset();
    await two.keep();
    await two.unit('ExecStart=/bin/sleep infinity\nExecReload=/bin/sleep 1000');
    await bench.sh('echo a2 >/etc/two/a.conf; systemctl reload --no-block two; sleep 0.5');
  });

  it.each([
    ['rollback_config', ROLLBACK],
    ['start_component', SERVICE],
  ])('has %s refused at once, before anything is changed', async (action, parameters) => {
    const before = await identity();
    expect(before).toContain('reloading');
    expect(await bench.run(action, { ...parameters, executionTimeout: '40' })).toMatchObject({
      exitCode: 2,
      code: 'STILL_RELOADING',
      message: expect.stringContaining('two.service is still reloading after 15 s; wait until it is done'),
    });
    expect(await identity()).toBe(before);
    expect(await two.content()).toBe('a2\nb1');
  });

  it('is restarted by a rollback that restarts it, and started again with the files from before if that fails', async () => {
    await bench.sh('systemctl start beside-two');
    const restart = { ...ROLLBACK, apply: 'restart' };
    expect(await bench.run('rollback_config', restart)).toMatchObject({ status: 'Success' });
    expect(await two.content()).toBe('a1\nb1');
    expect(await bench.unitStates('two', 'beside-two')).toBe('active active');

    await two
      .unit(
        'Type=exec\nExecStart=/bin/sleep infinity\nExecStartPre=/bin/sh -c "! grep a1 /etc/two/a.conf"\nExecReload=/bin/sleep 1000',
      )
      .catch(() => undefined);
    await bench.sh(
      'echo a2 >/etc/two/a.conf; systemctl restart two; systemctl reload --no-block two; sleep 0.5',
    );
    const failed = await bench.run('rollback_config', restart);
    expect(failed).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
    expect(failed.message).toContain('two.service was restarted with them');
    expect(await two.content()).toBe('a2\nb1');
    expect(await bench.unitStates('two')).toBe('active');
  });

  it('may be one that stops with another, and is then started again with that', async () => {
    await bench.sh('systemctl start beside-two; systemctl reload --no-block beside-two; sleep 0.5');
    expect(await bench.unitStates('two', 'beside-two')).toBe('reloading reloading');
    expect((await bench.run('graceful_stop', SERVICE)).status).toBe('Success');
    expect((await bench.run('start_component', SERVICE)).status).toBe('Success');
    expect(await bench.unitStates('two', 'beside-two')).toBe('active active');
  });
});
