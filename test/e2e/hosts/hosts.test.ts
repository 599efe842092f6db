import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, startHost } from '../../../local/hosts/host.ts';
import { createHostMeter, type MetricBatch } from '../../../local/hosts/metrics.ts';
import { requirement } from '../../factories/requirements.ts';

const percentOf = (batch: MetricBatch, name: string) =>
  batch.MetricData.find((datum) => datum.MetricName === name)?.Value ?? Number.NaN;

describe.skipIf(!requirement('hosts'))('real hosts', { timeout: 60_000 }, () => {
  let first: Host;
  let second: Host;

  beforeAll(async () => {
    [first, second] = await Promise.all([
      startHost({
        name: 'first',
        instanceId: 'i-00000000000000001',
        diskMegabytes: 256,
        memoryMegabytes: 256,
      }),
      startHost({ name: 'second', instanceId: 'i-00000000000000002' }),
    ]);
  }, 300_000);
  afterAll(() => Promise.all([first.stop(), second.stop()]));

  it('run systemd, and share neither services nor files', async () => {
    await first.exec('systemctl start nginx; echo mine >/root/file');
    expect((await first.exec('hostname; systemctl is-active nginx')).stdout).toBe('first\nactive\n');
    expect((await second.exec('hostname; systemctl is-active nginx; cat /root/file')).stdout).toBe(
      'second\ninactive\n',
    );
  });

  it('reaches the hosts from this machine', async () => {
    expect((await fetch(`http://${first.ip}/`)).status).toBe(200);
    await expect(fetch(`http://${second.ip}/`)).rejects.toMatchObject({ name: 'TypeError' });
  });

  it('kill everything a script started when its time is up', async () => {
    const result = await first.exec('sleep 1234 & sleep 1234', { timeoutSeconds: 0.5 });
    expect(result).toMatchObject({ exitCode: null, timedOut: true });
    expect((await first.exec('pgrep -c sleep')).stdout).toBe('0\n');
  });

  it('show what fills the disk, holds memory or burns a processor, on that host alone', async () => {
    const meter = createHostMeter(first);
    const other = createHostMeter(second);
    const idle = await meter(new Date());
    await other(new Date());
    await first.exec('head -c 128M /dev/zero >/big');
    await first.exec(
      'systemd-run --quiet --unit=hold python3 -c "import time; held = bytearray(100_000_000); time.sleep(100)"',
    );
    await first.exec('systemd-run --quiet --unit=burn bash -c "while :; do :; done"');
    try {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const busy = await meter(new Date());
      const elsewhere = await other(new Date());
      expect(busy).toMatchObject({ Namespace: 'CWAgent' });
      expect(busy.MetricData[0]?.Dimensions).toEqual([{ Name: 'InstanceId', Value: first.instanceId }]);
      const grown = (metric: string) => percentOf(busy, metric) - percentOf(idle, metric);
      expect(grown('disk_used_percent')).toBeCloseTo(50, -1);
      expect(grown('mem_used_percent')).toBeGreaterThan(30);
      // How much of a processor it gets depends on what else the machine does.
      const [here, there] = [busy, elsewhere].map((figures) => percentOf(figures, 'cpu_usage_active'));
      expect(here).toBeGreaterThan(2 * (there ?? 0) + 5);
    } finally {
      await first.exec('systemctl stop burn hold; rm -f /big');
    }
  });

  it('end with the process that started them, even if it is killed', async () => {
    const hostModule = join(import.meta.dirname, '../../../local/hosts/host.ts');
    const program = `import { startHost } from ${JSON.stringify(hostModule)};
      const host = await startHost({ name: 'orphan', instanceId: 'i-1' });
      console.log(host.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
    );
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
  });

  it('refuse names that are not host names', async () => {
    await expect(startHost({ name: 'No Host', instanceId: 'i-1' })).rejects.toMatchObject({
      message: expect.stringContaining('must match'),
    });
  });
});
