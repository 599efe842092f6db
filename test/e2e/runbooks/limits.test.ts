import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, newOperationId, startBench } from './bench.ts';

const MIB = 1_048_576;
const LADDER = '64/,128/50,256/100,512/200';
const web = { service: 'web.service', component: 'web', ladder: LADDER };
const undone = { stepId: 'rollback-0', phase: 'undo' };

describe.skipIf(!requirement('hosts'))('increase_resources on a host', { timeout: 120_000 }, () => {
  let bench: Bench;
  const limits = async () => {
    const [memory, cpu] = (
      await bench.sh(
        'systemctl show -p MemoryMax --value web; systemctl show -p CPUQuotaPerSecUSec --value web',
      )
    ).split('\n');
    return [memory === 'infinity' ? memory : Number(memory) / MIB, cpu];
  };
  const main = () => bench.sh('systemctl show -p MainPID --value web');
  const dropIns = () => bench.sh('ls /run/systemd/system.control/web.service.d 2>/dev/null || true');
  const unit = async (service: string) => {
    await bench.installUnit('web.service', `[Service]\nExecStart=/bin/sleep infinity\n${service}`);
    await bench.sh('systemctl restart web');
  };

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.sh(
      'rm -rf /run/systemd/system.control/web* /etc/systemd/system.control /var/lib/selfheal/limits',
    );
    await unit('MemoryMax=64M\nCPUQuota=50%\n');
  });

  it('raises what limits a running unit to the next size, and sets it back on undo', async () => {
    const pid = await main();
    const key = { ...web, operationId: newOperationId() };
    const raised = await bench.run('increase_resources', key);
    expect(raised.result).toEqual({
      ...{ memoryMax: String(128 * MIB), cpuQuota: '500ms', until: 'the next reboot' },
    });
    expect(await limits()).toEqual([128, '500ms']);
    expect(await bench.run('increase_resources', key)).toEqual(raised);
    await bench.run('increase_resources', { ...key, stepId: 'heal-1' });
    expect(await limits()).toEqual([256, '1s']);
    expect((await bench.run('increase_resources', { ...key, ...undone })).result).toMatchObject({
      changed: true,
    });
    expect([await limits(), await dropIns(), await main()]).toEqual([[64, '500ms'], '', pid]);
    const again = { ...key, ...undone, stepId: 'rollback-1' };
    expect((await bench.run('increase_resources', again)).result).toEqual({ changed: false });
  });

  it.each([
    ['MemoryMax=100M', 'limited-memory.slice, which web.service is in, allows MemoryMax=100M'],
    ['CPUQuota=60%', 'limited-memory.slice, which web.service is in, allows CPUQuota=60%'],
  ])('raises nothing beyond %s of a slice above the unit', async (limit, message) => {
    await bench.installUnit('limited-memory.slice', `[Slice]\n${limit}\n`);
    await unit('MemoryMax=128M\nCPUQuota=50%\nSlice=limited-memory-web.slice\n');
    expect(await bench.run('increase_resources', web)).toMatchObject({
      exitCode: 2,
      code: 'OVERRULED',
      message: expect.stringContaining(message),
    });
    expect(await limits()).toEqual([128, '500ms']);
  });

  it('sets back what a step that was cut off has set', async () => {
    const key = { ...web, operationId: newOperationId() };
    await bench.run('increase_resources', key);
    // What the step writes before it sets anything.
    await bench.sh(`echo '${key.operationId}|${64 * MIB}||500ms|' >/var/lib/selfheal/limits/web/limits`);
    const back = await bench.run('increase_resources', { ...key, ...undone });
    expect(back.result).toMatchObject({ changed: true });
    expect([await limits(), await dropIns()]).toEqual([[64, '500ms'], '']);
  });

  it('goes on from what an earlier operation has set, and goes back to that', async () => {
    await bench.run('increase_resources', web);
    const key = { ...web, operationId: newOperationId() };
    await bench.run('increase_resources', key);
    expect(await limits()).toEqual([256, '1s']);
    await bench.run('increase_resources', { ...key, ...undone });
    expect(await limits()).toEqual([128, '500ms']);
  });

  it('limits nothing that has no limit', async () => {
    await unit('CPUQuota=50%\n');
    await bench.run('increase_resources', web);
    expect(await limits()).toEqual(['infinity', '1s']);
    await unit('');
    await bench.sh('rm -rf /run/systemd/system.control/web*; systemctl daemon-reload');
    expect(await bench.run('increase_resources', web)).toMatchObject({ code: 'NO_LIMIT', exitCode: 2 });
  });

  it('ends at the top of the ladder', async () => {
    const top = await bench.run('increase_resources', { ...web, ladder: '64/50' });
    expect(top).toMatchObject({ code: 'LADDER_ENDS', exitCode: 2 });
    expect(top.message).toContain('has MemoryMax 64 MiB and CPUQuota 50 %, and the ladder');
    expect(await limits()).toEqual([64, '500ms']);
  });

  it('takes no memory that the host does not have', async () => {
    const much = await bench.run('increase_resources', { ...web, ladder: '9000000/' });
    expect(much).toMatchObject({ code: 'HOST_TOO_SMALL', exitCode: 2 });
  });

  it('does not set what a lasting setting overrules', async () => {
    await bench.sh('systemctl set-property web MemoryMax=96M');
    expect(await bench.run('increase_resources', web)).toMatchObject({ code: 'OVERRULED', exitCode: 2 });
    expect(await limits()).toEqual([96, '500ms']);
  });

  it('does not set what a later drop-in overrules', async () => {
    const directory = '/etc/systemd/system/web.service.d';
    await bench.sh(`mkdir ${directory}; printf '[Service]\\nMemoryMax=96M\\n' >${directory}/override.conf`);
    await bench.sh('systemctl daemon-reload');
    const overruled = await bench.run('increase_resources', web);
    await bench.sh(`mv ${directory}/override.conf ${directory}/10-first.conf; systemctl daemon-reload`);
    const raised = await bench.run('increase_resources', { ...web, operationId: newOperationId() });
    const reached = await limits();
    await bench.sh(`rm -r ${directory}`);
    expect(overruled).toMatchObject({ code: 'OVERRULED', exitCode: 2 });
    expect(overruled.message).toContain(`${directory}/override.conf overrules`);
    expect([raised.exitCode, reached]).toEqual([0, [128, '500ms']]);
  });

  it('keeps limits that someone else has set since', async () => {
    const key = { ...web, operationId: newOperationId() };
    await bench.run('increase_resources', key);
    await bench.sh('systemctl set-property --runtime web MemoryMax=300M');
    const back = await bench.run('increase_resources', { ...key, ...undone });
    expect(back).toMatchObject({ code: 'CHANGED_MEANWHILE', exitCode: 2 });
    expect(await limits()).toEqual([300, '500ms']);
  });
});
