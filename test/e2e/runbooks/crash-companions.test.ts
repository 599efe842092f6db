import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';

const RUNS = '[Service]\nExecStart=/bin/sleep infinity\n';
const START = { service: 'base.service' };

describe.skipIf(!requirement('hosts'))('units that stop when a unit crashes', { timeout: 60_000 }, () => {
  let bench: Bench;
  const crash = () =>
    bench.sh(
      'systemctl kill --signal=KILL base; until systemctl is-failed --quiet base && [ -z "$(systemctl list-jobs --no-legend)" ]; do sleep 0.1; done',
    );
  const start = () => bench.run('start_component', START);

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  beforeEach(async () => {
    await bench.installUnit('base.service', RUNS);
    await bench.installUnit('bound.service', `[Unit]\nBindsTo=base.service\nAfter=base.service\n${RUNS}`);
    await bench.installUnit(
      'slow.service',
      `[Unit]\nRequires=bound.service\nAfter=bound.service\n${RUNS}ExecStop=/bin/sleep 2\n`,
    );
    await bench.installUnit('needing.service', `[Unit]\nRequires=base.service\nAfter=base.service\n${RUNS}`);
    await bench.installUnit('part.service', `[Unit]\nPartOf=base.service\n${RUNS}`);
    await bench.installUnit('alone.service', RUNS);
    await bench.sh('systemctl stop base alone; systemctl start base slow needing part alone');
  });

  it('are started again with it, those that need them included', async () => {
    await crash();
    expect(await bench.unitStates('base', 'bound', 'slow', 'needing')).toBe(
      'failed inactive inactive active',
    );
    const started = await start();
    expect(started).toMatchObject({
      status: 'Success',
      result: {
        remark: expect.stringContaining('slow.service, which stopped when base.service crashed, runs'),
      },
    });
    expect(await bench.unitStates('base', 'bound', 'slow')).toBe('active active active');
    expect((await start()).result).not.toHaveProperty('remark');
  });

  it('are started again by the start after a graceful_stop of the crashed unit', async () => {
    await crash();
    expect((await bench.run('graceful_stop', START)).status).toBe('Success');
    expect(await bench.unitStates('bound')).toBe('inactive');
    expect((await start()).status).toBe('Success');
    expect(await bench.unitStates('base', 'bound')).toBe('active active');
  });

  it('are started again if they ended with a restart that did not succeed, whether systemd began it or somebody', async () => {
    for (const begin of ['systemctl kill --signal=KILL base', 'systemctl restart base || true']) {
      await bench.installUnit(
        'base.service',
        '[Service]\nType=exec\nExecStart=/bin/absent\nRestart=on-failure\nRestartSec=1ms\n',
      );
      await bench.sh(
        `${begin}; sleep 0.1; until [ "$(systemctl is-active base)" = failed ]; do sleep 0.2; done`,
      );
      expect(await bench.unitStates('base', 'needing')).toBe('failed inactive');
      await bench.installUnit('base.service', RUNS);
      expect((await start()).status).toBe('Success');
      expect(await bench.unitStates('base', 'needing', 'part')).toBe('active active active');
    }
  });

  it('are left stopped if somebody had stopped them, before the crash or since, or stops the unit', async () => {
    await bench.sh('systemctl stop slow; systemctl stop bound needing');
    await crash();
    await bench.sh('systemctl start base part; sleep 1.5; systemctl stop part alone');
    await crash();
    expect((await start()).result).not.toHaveProperty('remark');
    expect(await bench.unitStates('bound', 'slow', 'needing', 'part', 'alone')).toBe(
      'inactive inactive inactive inactive inactive',
    );
    await bench.sh('systemctl start bound; systemctl stop base');
    expect((await start()).result).not.toHaveProperty('remark');
    expect(await bench.unitStates('bound')).toBe('inactive');
  });

  it('are not repeated if they have done their work since', async () => {
    await bench.installUnit(
      'part.service',
      '[Unit]\nPartOf=base.service\n[Service]\nExecStart=/bin/sleep 1\n',
    );
    await bench.sh('systemctl restart base; systemctl stop bound; sleep 1.5');
    await crash();
    expect((await start()).result).not.toHaveProperty('remark');
    expect(await bench.unitStates('part')).toBe('inactive');
  });

  it.each([
    ['no longer start', 'Type=exec\nExecStart=/bin/absent'],
    ['take their time', 'Type=notify\nExecStart=/bin/sleep infinity'],
  ])('do not fail the start of the unit if they %s, and are named', async (_what, lines) => {
    await crash();
    await bench.installUnit(
      'bound.service',
      `[Unit]\nBindsTo=base.service\nAfter=base.service\n[Service]\n${lines}\n`,
    );
    const started = await start();
    expect(started).toMatchObject({
      status: 'Success',
      result: { remark: expect.stringMatching(/bound[.]service, .* does not run yet/) },
    });
    expect(await bench.unitStates('base')).toBe('active');
  });
});
