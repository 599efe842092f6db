import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standingOf } from '../../../functions/core/operation/standing-look.ts';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, isIsolated, type Outcome, startBench } from './bench.ts';

const forever = 'import time\nwhile True: time.sleep(1)';
const LIMITS = { stableSeconds: '1', timeoutSeconds: '2' };

describe.skipIf(!requirement('hosts'))('verify_containment', { timeout: 60_000 }, () => {
  let bench: Bench;
  let unit: string;
  const isolation = () => bench.run('verify_containment', { containment: 'isolation', ...LIMITS });
  const safeMode = (service = unit) =>
    bench.run('verify_containment', { containment: 'safe-mode', service, ...LIMITS });
  const standing = ({ status, stdout, stderr }: Outcome) => standingOf({ status, output: stdout + stderr });

  beforeAll(async () => {
    bench = await startBench();
    unit = await installService(bench.host, 'patient', forever);
    await bench.sh(`systemctl start ${unit}`);
  }, 300_000);
  afterAll(() => bench.close());

  it('sees that a host is isolated, and that it is not before and after', async () => {
    expect(await isolation()).toMatchObject({ status: 'Failed', code: 'NOT_CONTAINED' });
    expect((await bench.run('isolate_network')).status).toBe('Success');
    const isolated = await isolation();
    expect(isolated.result).toMatchObject({ contained: 'isolation', stableSeconds: 1, putBack: 0 });
    expect(standing(isolated)).toMatchObject({
      state: 'isolated',
      history: expect.stringMatching(/^isolated since 20\S+Z$/),
    });
    expect((await bench.run('restore_network')).status).toBe('Success');
    const restored = await isolation();
    expect(restored).toMatchObject({ code: 'NOT_CONTAINED' });
    expect(standing(restored)).toEqual({ state: 'open', history: 'not isolated, as far as the host knows' });
  });

  it.each([
    "nft add table inet selfheal '{ flags dormant; }'",
    "nft add element inet selfheal management4 '{ 0.0.0.0/0 }'",
  ])('sees that something else has opened the isolation: %s', async (harm) => {
    await bench.run('isolate_network');
    await bench.sh(`systemctl stop selfheal-isolation-watch; ${harm}`);
    const opened = await isolation();
    await bench.run('restore_network');
    expect(opened).toMatchObject({ status: 'Failed', code: 'NOT_CONTAINED' });
    expect(opened.message).toContain('other rules than were loaded');
    expect(standing(opened)).toMatchObject({
      state: 'changed',
      history: expect.stringContaining('found with other rules: something else has changed the isolation'),
    });
  });

  it('reports how often something else has lifted an isolation that was put back', async () => {
    await bench.run('isolate_network');
    for (const putBack of [1, 2]) {
      await bench.sh('nft delete table inet selfheal');
      await expect.poll(() => isIsolated(bench), { timeout: 10_000 }).toBe('yes');
      expect(standing(await isolation())).toMatchObject({
        ...{ state: 'isolated', putBack },
        history: expect.stringMatching(
          /; something else lifted or changed the isolation, last at \S+, and it/,
        ),
      });
    }
    await bench.run('restore_network');
  });

  it.each([
    ['something else', 'true'],
    ['a reboot', "sed -i 's/^boot=\\S*/boot=an-earlier-one/' /var/lib/selfheal/isolation/isolated"],
  ])('reports that the host is open, and that %s has lifted the isolation', async (what, deed) => {
    await bench.run('isolate_network');
    await bench.sh(`systemctl stop selfheal-isolation-watch; nft delete table inet selfheal; ${deed}`);
    const opened = await isolation();
    await bench.run('restore_network');
    expect(standing(opened)).toMatchObject({
      state: 'open',
      history: expect.stringMatching(new RegExp(`; found open: ${what} has lifted the isolation$`)),
    });
  });

  it('does not take an isolation for one that holds while it is not known what was loaded', async () => {
    await bench.run('isolate_network');
    await bench.sh('systemctl stop selfheal-isolation-watch; rm /var/lib/selfheal/isolation/loaded');
    const unknown = await isolation();
    // Version 0.1.0 did not keep that.
    await bench.sh('echo : >/var/lib/selfheal/isolation/put-back');
    const older = await isolation();
    await bench.run('restore_network');
    expect(unknown).toMatchObject({ status: 'Failed', code: 'NOT_CONTAINED' });
    expect(unknown.message).toContain('loaded is missing');
    expect(older.result).toMatchObject({ contained: 'isolation' });
  });

  it('does not mistake a table whose chains let everything through for an isolation', async () => {
    const chain = (hook: string) =>
      `nft add chain inet selfheal ${hook} '{ type filter hook ${hook} priority -10; policy accept; }'`;
    await bench.sh(['nft add table inet selfheal', ...['input', 'output', 'forward'].map(chain)].join('; '));
    expect(await isolation()).toMatchObject({ code: 'NOT_CONTAINED' });
    await bench.sh('nft delete table inet selfheal');
  });

  it('sees safe mode in the environment of the process, and not in what the unit is to have', async () => {
    expect(await safeMode()).toMatchObject({ status: 'Failed', code: 'NOT_CONTAINED' });
    await bench.run('enter_safe_mode', { service: unit });
    expect((await safeMode()).result).toMatchObject({ contained: 'safe-mode' });
    await bench.run('leave_safe_mode', { service: unit });
    // A drop-in that no start has read yet.
    await bench.sh(
      `mkdir -p /run/systemd/system/${unit}.d; printf '[Service]\\nEnvironment=SELFHEAL_SAFE_MODE=1\\n' >/run/systemd/system/${unit}.d/x.conf; systemctl daemon-reload`,
    );
    expect(await safeMode()).toMatchObject({ code: 'NOT_CONTAINED' });
  });

  it('refuses a missing unit', async () => {
    expect(await safeMode('no.service')).toMatchObject({ exitCode: 2, code: 'UNIT_MISSING' });
  });
});
