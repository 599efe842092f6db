// @thorough
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { answersOutside, type Bench, isIsolated, startBench } from './bench.ts';

describe.skipIf(!requirement('hosts'))('an isolation', { timeout: 60_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
    await bench.sh('systemctl start nginx');
  }, 300_000);
  afterAll(() => bench.close());

  it.each([
    ['restart of nftables.service', 'systemctl restart nftables'],
    ['stop of nftables.service', 'systemctl stop nftables'],
  ])('restores the isolation after a %s, and restore_network reports it', async (_what, command) => {
    await bench.sh('systemctl start nftables');
    await bench.run('isolate_network');
    await bench.sh(command);
    expect(await isIsolated(bench)).toBe('yes');
    expect(await answersOutside(bench)).toBe('no answer');
    const { result } = await bench.run('restore_network');
    expect(result).toMatchObject({ isolated: false, changed: true });
    expect(result?.['putBack']).toBeGreaterThan(0);
    await bench.sh(command.replace(/reload|restart|stop/, 'stop'));
    expect(await isIsolated(bench)).toBe('no');
  });

  it('restores the isolation after anything else has flushed the rules, until restore_network lifts it', async () => {
    await bench.run('isolate_network');
    await bench.sh('nft flush ruleset');
    await expect.poll(() => isIsolated(bench), { timeout: 10_000 }).toBe('yes');
    await sleep(3_500);
    expect(bench.host.agentConnected()).toBe(true);
    expect((await bench.run('restore_network')).result).toMatchObject({ changed: true });
    await sleep(6_000);
    expect(await isIsolated(bench)).toBe('no');
  });

  it('reports what had lifted it even if the host was isolated again since', async () => {
    await bench.run('isolate_network', { component: 'one' });
    const since = /since \S+/.exec(await bench.sh('cat /var/lib/selfheal/isolation/isolated'))?.[0];
    await bench.sh('nft flush ruleset');
    await expect.poll(() => isIsolated(bench), { timeout: 10_000 }).toBe('yes');
    await bench.run('isolate_network', { component: 'two' });
    await bench.run('restore_network', { component: 'two' });
    const { result } = await bench.run('restore_network', { component: 'one' });
    expect(result).toMatchObject({ isolated: false, changed: true, putBack: 1 });
    expect(result?.['history']).toContain(
      `isolated ${since}; something else lifted or changed the isolation`,
    );
  });

  it('reports what had lifted it even if only isolate_network has put it back', async () => {
    await bench.run('isolate_network');
    await bench.sh('systemctl stop selfheal-isolation-watch; nft flush ruleset');
    await bench.run('isolate_network');
    expect((await bench.run('restore_network')).result).toMatchObject({ changed: true, putBack: 1 });
  });

  it('is restored where the file system is read-only by then', async () => {
    await bench.run('isolate_network');
    await bench.sh(`cd /var/lib; mount --bind selfheal selfheal; mount -o remount,bind,ro selfheal
      nft flush ruleset`);
    await expect.poll(() => isIsolated(bench), { timeout: 10_000 }).toBe('yes');
    // The watch looks every five seconds, and is busy there for a moment.
    await bench.sh('until umount /var/lib/selfheal; do sleep 0.2; done');
    expect((await bench.run('restore_network')).result).toMatchObject({ isolated: false, changed: true });
  });

  it('is restored after the host was led to another target', async () => {
    await bench.run('isolate_network');
    await bench.sh('systemctl isolate multi-user.target; systemctl start nginx; nft flush ruleset');
    await expect.poll(() => isIsolated(bench), { timeout: 10_000 }).toBe('yes');
    expect((await bench.run('restore_network')).result).toMatchObject({ isolated: false, changed: true });
  });

  it.each([
    ['its rules were deleted', 'nft flush table inet selfheal'],
    [
      'a chain was deleted, and nft cannot monitor tables',
      `sed -i 's/monitor destroy/no-such-command/' /var/lib/selfheal/isolation/watch
      systemctl restart selfheal-isolation-watch; sleep 12
      nft flush chain inet selfheal input; nft delete chain inet selfheal input`,
    ],
    ['it was switched off', "nft add table inet selfheal '{ flags dormant; }'"],
    ['it was opened to every network', "nft add element inet selfheal management4 '{ 0.0.0.0/0 }'"],
    ['a rule was added that lets everything in', 'nft insert rule inet selfheal input accept'],
  ])('restores the isolation after %s, and restore_network reports it', async (_what, harm) => {
    const rules = () => bench.sh('nft --stateless list table inet selfheal || true');
    await bench.run('isolate_network');
    const before = await rules();
    await bench.sh(harm);
    await expect.poll(rules, { timeout: 10_000 }).toBe(before);
    expect(await answersOutside(bench)).toBe('no answer');
    await expect.poll(() => bench.host.agentConnected(), { timeout: 10_000 }).toBe(true);
    const { result } = await bench.run('restore_network');
    expect(result).toMatchObject({ isolated: false, changed: true, putBack: 1 });
    expect(result?.['history']).toContain('something else lifted or changed the isolation');
  });

  it('reports an isolation that was changed just before it is lifted', async () => {
    await bench.run('isolate_network');
    await bench.sh(
      "systemctl stop selfheal-isolation-watch; nft add table inet selfheal '{ flags dormant; }'",
    );
    const { result } = await bench.run('restore_network');
    expect(result).toMatchObject({ isolated: false, changed: true, putBack: 0 });
    expect(result?.['history']).toContain('found with other rules');
  });

  it.each([
    [
      'an agent that is stopped and started',
      'systemctl stop amazon-ssm-agent; sleep 6; systemctl start amazon-ssm-agent',
    ],
    [
      'rules that another release of nft lists otherwise',
      `cd /var/lib/selfheal/isolation; echo '# in another way' >>loaded
      until ! grep -q 'in another way' loaded; do sleep 0.2; done`,
    ],
  ])('does not take %s for a change of the isolation', async (_what, event) => {
    await bench.run('isolate_network');
    await bench.sh(event);
    await expect.poll(() => bench.host.agentConnected(), { timeout: 10_000 }).toBe(true);
    await sleep(6_000);
    expect((await bench.run('restore_network')).result).toMatchObject({ changed: true, putBack: 0 });
  });

  it('lasts until the last of several components on the host has lifted it', async () => {
    await bench.run('isolate_network', { component: 'one', managementCidrs: `${bench.host.gatewayIp}/32` });
    await bench.run('isolate_network', { component: 'two' });
    expect(await answersOutside(bench)).toBe(200);
    expect((await bench.run('restore_network', { component: 'one' })).result).toMatchObject({
      isolated: true,
      changed: false,
      heldBy: 'two',
    });
    expect(await isIsolated(bench)).toBe('yes');
    expect((await bench.run('restore_network', { component: 'two' })).result).toMatchObject({
      isolated: false,
      changed: true,
    });
    expect(await bench.sh('ls /var/lib/selfheal/isolation')).toBe('lock\nput-back.lock');
  });

  it('stays as it was if another component cannot isolate the host as well', async () => {
    await bench.run('isolate_network', { component: 'one' });
    const outcome = await bench.runUnchecked('isolate_network', { component: 'two' }, (script) =>
      script.replace(
        /socket cgroupv2 level \$agent_level \\"\$agent_cgroup\\" accept"; fi/,
        'tcp dport 1 accept"; fi',
      ),
    );
    expect(outcome).toMatchObject({ exitCode: 1, code: 'CHANNEL_LOST' });
    expect(outcome.message).toContain('the host stays isolated as it was before');
    expect(await isIsolated(bench)).toBe('yes');
    expect(await answersOutside(bench)).toBe('no answer');
    expect((await bench.run('restore_network', { component: 'one' })).result).toMatchObject({
      isolated: false,
      changed: true,
    });
  });

  it.each([
    ['the guard has undone that', '2', () => undefined],
    ['the network is restored for that one', '60', () => bench.run('restore_network', { component: 'two' })],
  ])('lasts if the isolation for another component is killed, once %s', async (_what, seconds, deed) => {
    await bench.run('isolate_network', { component: 'one' });
    const loaded = await bench.sh('cat /var/lib/selfheal/isolation/loaded');
    const killed = await bench.runUnchecked('isolate_network', { component: 'two' }, (script) =>
      script
        .replace('--on-active=60', `--on-active=${seconds}`)
        .replace(/^nft --file "\$new_table".*$/m, (line) => `${line}\nkill -KILL 0`),
    );
    expect(killed.exitCode).not.toBe(0);
    await deed();
    const watched = () => bench.sh('systemctl is-active selfheal-isolation-watch || true');
    await expect.poll(watched, { timeout: 10_000 }).toBe('active');
    await bench.sh('nft flush ruleset');
    await expect.poll(() => isIsolated(bench), { timeout: 10_000 }).toBe('yes');
    expect(await bench.sh('cat /var/lib/selfheal/isolation/loaded')).toBe(loaded);
    expect((await bench.run('restore_network', { component: 'one' })).result).toMatchObject({
      isolated: false,
      changed: true,
    });
  });

  it('reports an isolation as lifted if it could not be put back', async () => {
    await bench.run('isolate_network');
    await bench.sh('systemctl stop selfheal-isolation-watch; nft flush ruleset');
    const { result } = await bench.run('restore_network');
    expect(result).toMatchObject({ isolated: false, changed: false });
    expect(result?.['history']).toContain('found open: something else has lifted the isolation');
  });
});
