import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, newOperationId, startBench } from './bench.ts';

const counting = 'import time\nopen("/run/starts", "a").write("x")\ntime.sleep(3600)\n';

describe.skipIf(!requirement('hosts'))('the ledger and the fence on the host', { timeout: 60_000 }, () => {
  let bench: Bench;
  const service = 'counting.service';
  const starts = async () => (await bench.sh('cat /run/starts 2>/dev/null || true')).length;
  const restart = { service, mode: 'restart', settleSeconds: '0' };

  beforeAll(async () => {
    bench = await startBench();
    await installService(bench.host, 'counting', counting);
  }, 300_000);
  afterAll(() => bench.close());

  it('answers a repeated request with the first answer and does nothing again', async () => {
    const request = { ...restart, operationId: newOperationId() };
    const before = await starts();
    const first = await bench.run('start_component', request);
    const second = await bench.run('start_component', request);
    expect(first.status).toBe('Success');
    expect(second).toEqual(first);
    await expect.poll(starts).toBe(before + 1);
  });

  it('repeats a failure too, even if it would succeed by now', async () => {
    const request = { service: 'late.service', settleSeconds: '0', operationId: newOperationId() };
    const first = await bench.run('start_component', request);
    await installService(bench.host, 'late', counting);
    expect(await bench.run('start_component', request)).toEqual(first);
    expect(first.code).toBe('UNIT_MISSING');
  });

  it('acts once when the same request comes several times at once: the later ones wait for the first', async () => {
    const request = { ...restart, settleSeconds: '1', operationId: newOperationId() };
    const before = await starts();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => bench.run('start_component', request)));
    expect(new Set(outcomes.map((outcome) => outcome.stdout)).size).toBe(1);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['Success', 'Success', 'Success', 'Success']);
    await expect.poll(starts).toBe(before + 1);
  });

  it('does not act again after an execution that was cut short, and says so', async () => {
    const request = {
      ...restart,
      settleSeconds: '30',
      operationId: newOperationId(),
      executionTimeout: '10',
    };
    const before = await starts();
    expect(await bench.run('start_component', request)).toMatchObject({
      status: 'ExecutionTimedOut',
      exitCode: -1,
    });
    const again = await bench.run('start_component', request);
    expect(again).toMatchObject({ status: 'Failed', exitCode: 3, code: 'INTERRUPTED' });
    expect(await starts()).toBe(before + 1);
  });

  it('looks again after a check that was cut short, as checks change nothing', async () => {
    const request = {
      service,
      stableSeconds: '5',
      timeoutSeconds: '1',
      operationId: newOperationId(),
      executionTimeout: '1',
    };
    expect((await bench.run('verify_health', request)).status).toBe('ExecutionTimedOut');
    const again = await bench.run('verify_health', {
      ...request,
      executionTimeout: '60',
      stableSeconds: '0',
    });
    expect(again.status).toBe('Success');
  });

  it('treats another step of the same operation as another request', async () => {
    const operationId = newOperationId();
    const before = await starts();
    await bench.run('start_component', { ...restart, operationId, stepId: 'heal-0' });
    await bench.run('start_component', { ...restart, operationId, stepId: 'rollback-0' });
    await expect.poll(starts).toBe(before + 2);
  });

  it('refuses an older fence than the highest seen for the component, but an equal or newer one acts', async () => {
    const fenced = { ...restart, component: 'fenced' };
    expect((await bench.run('start_component', { ...fenced, fence: '7' })).status).toBe('Success');
    const before = await starts();
    const old = await bench.run('start_component', { ...fenced, fence: '6' });
    expect(old).toMatchObject({ status: 'Failed', exitCode: 2, code: 'STALE_FENCE' });
    expect(await starts()).toBe(before);
    expect((await bench.run('start_component', { ...fenced, fence: '7' })).status).toBe('Success');
    expect((await bench.run('start_component', { ...fenced, fence: '0000010' })).status).toBe('Success');
    expect((await bench.run('start_component', { ...fenced, fence: '9' })).code).toBe('STALE_FENCE');
    expect((await bench.run('start_component', { ...fenced, fence: '9', component: 'other' })).status).toBe(
      'Success',
    );
  });

  it('lets a newer fence wait until an older one that is acting has ended', async () => {
    // A name of its own each time: hosts forget no fence.
    const component = `slow-${newOperationId()}`;
    const older = { ...restart, component, fence: '1', settleSeconds: '2', operationId: newOperationId() };
    const newer = { ...restart, component, fence: '2', operationId: newOperationId() };
    const slow = bench.run('start_component', older);
    await expect
      .poll(() => bench.sh(`cat /var/lib/selfheal/fence/${component} || true`), { timeout: 20_000 })
      .toBe('1');
    expect((await bench.run('start_component', newer)).status).toBe('Success');
    expect((await slow).status).toBe('Success');
    const entry = ({ operationId }: typeof older) => `/var/lib/selfheal/ledger/${operationId}/heal-0`;
    await bench.sh(`[ ! ${entry(newer)}/started -ot ${entry(older)}/result ]`);
  });

  it('forgets operations after 30 days, and no sooner', async () => {
    await bench.sh(
      'mkdir -p /var/lib/selfheal/ledger/old-operation/heal-0 /var/lib/selfheal/ledger/recent-operation/heal-0',
    );
    await bench.sh(
      'touch -d "31 days ago" /var/lib/selfheal/ledger/old-operation; touch -d "29 days ago" /var/lib/selfheal/ledger/recent-operation',
    );
    await bench.run('start_component', restart);
    const left = await bench.sh('ls /var/lib/selfheal/ledger');
    expect(left).toContain('recent-operation');
    expect(left).not.toContain('old-operation');
  });

  it.each(['flock', 'systemctl', 'journalctl'])('refuses to act without %s', async (tool) => {
    const before = await starts();
    await bench.sh(`mv $(command -v ${tool}) /root/hidden`);
    const outcome = await bench.run('start_component', restart);
    await bench.host.exec(`mv /root/hidden /usr/bin/${tool}`);
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 2, code: 'TOOL_MISSING' });
    expect(outcome.message).toContain(tool);
    expect(await starts()).toBe(before);
  });

  it('refuses to act when the state directory is full', async () => {
    await bench.sh(
      'mount -t tmpfs -o size=64k none /var/lib/selfheal; head -c 64K /dev/zero >/var/lib/selfheal/full || true',
    );
    const before = await starts();
    const outcome = await bench.run('start_component', restart);
    const kept = await bench.run('freeze_config', { paths: '/etc/nginx/nginx.conf' });
    await bench.sh('umount /var/lib/selfheal');
    for (const each of [outcome, kept]) expect(each).toMatchObject({ status: 'Failed', exitCode: 2 });
    expect(['DISK_FULL', 'STATE_UNWRITABLE']).toContain(outcome.code);
    expect(await starts()).toBe(before);
  });

  it('refuses to act when the state directory can hold no more files', async () => {
    await bench.sh('mount -t tmpfs -o nr_inodes=32 none /var/lib/selfheal');
    const before = await starts();
    const outcome = await bench.run('start_component', restart);
    await bench.sh('umount /var/lib/selfheal');
    expect(outcome).toMatchObject({ exitCode: 2, code: 'DISK_FULL' });
    expect(outcome.message).toContain('df -i');
    expect(await starts()).toBe(before);
  });

  it('refuses a host that systemd does not run', async () => {
    const outcome = await bench.runUnchecked('start_component', restart, (script) =>
      script.replace('/run/systemd/system ]', '/run/nosuch ]'),
    );
    expect(outcome).toMatchObject({ exitCode: 2, code: 'UNSUPPORTED_PLATFORM' });
  });
});
