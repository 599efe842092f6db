import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { answersOutside, type Bench, installService, isIsolated, startBench } from './bench.ts';

const echo = `
import socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
Server(("0.0.0.0", 7000), Handler).serve_forever()
`;

// What EC2 says to an instance in Beijing.
const instanceMetadata = `
import http.server
SAYS = {"/latest/meta-data/placement/region": "cn-north-1", "/latest/meta-data/services/domain": "amazonaws.com.cn"}
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, text):
        self.send_response(200 if text else 404)
        self.end_headers()
        self.wfile.write(text.encode())
    def do_PUT(self):
        self.answer("token")
    def do_GET(self):
        self.answer(SAYS.get(self.path, "") if self.headers["X-aws-ec2-metadata-token"] == "token" else "")
http.server.HTTPServer(("169.254.169.254", 80), Handler).serve_forever()
`;

/** Sends a line over an open connection; true if it comes back within a second. */
async function echoes(socket: Socket): Promise<boolean> {
  socket.write('hello\n');
  return Promise.race([
    new Promise<boolean>((resolve) => socket.once('data', () => resolve(true))),
    sleep(1000).then(() => false),
  ]);
}

describe.skipIf(!requirement('hosts'))('isolate_network and restore_network', { timeout: 60_000 }, () => {
  let bench: Bench;
  let inbound: Socket;

  beforeAll(async () => {
    bench = await startBench();
    await installService(bench.host, 'echo', echo);
    await bench.sh('systemctl start nginx echo; sleep 0.5');
    await bench.sh(
      'nft add table ip mine; nft add chain ip mine output "{ type filter hook output priority 0; }"; nft add rule ip mine output counter',
    );
    inbound = connect(7000, bench.host.ip);
    inbound.on('error', () => {});
  }, 300_000);
  afterAll(async () => {
    inbound.destroy();
    await bench.close();
  });

  it('cuts connections that are established, in both directions, and keeps loopback and the agent', async () => {
    const outer = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(
      0,
      bench.host.gatewayIp,
    );
    await new Promise((resolve) => outer.once('listening', resolve));
    const { port } = outer.address() as { port: number };
    await bench.sh(
      `systemd-run --quiet --unit=outbound bash -c 'exec 3<>/dev/tcp/${bench.host.gatewayIp}/${port}; n=0; while sleep 0.2; do echo $n >&3; read -r -t 5 n <&3 || exit 1; n=$((n+1)); echo $n >/run/outbound; done'`,
    );
    await sleep(600);
    expect(await echoes(inbound)).toBe(true);
    expect(await answersOutside(bench)).toBe(200);

    const outcome = await bench.run('isolate_network');
    expect(outcome).toMatchObject({
      status: 'Success',
      result: { isolated: true, changed: true, channel: 'agent' },
    });

    expect(await echoes(inbound)).toBe(false);
    expect(await answersOutside(bench)).toBe('no answer');
    await sleep(500);
    const count = await bench.sh('cat /run/outbound');
    await sleep(1000);
    expect(await bench.sh('cat /run/outbound')).toBe(count);
    expect(await bench.sh('curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1/')).toBe('200');
    await sleep(3000);
    expect(bench.host.agentConnected()).toBe(true);
    outer.close();
  });

  it('stays isolated, and reachable, when the agent restarts', async () => {
    await bench.sh('systemctl restart amazon-ssm-agent');
    await sleep(4000);
    expect(bench.host.agentConnected()).toBe(true);
    expect(await isIsolated(bench)).toBe('yes');
    expect(await answersOutside(bench)).toBe('no answer');
  });

  it('isolates again when asked to, and keeps the state from before the first time', async () => {
    const outcome = await bench.run('isolate_network');
    expect(outcome.result).toMatchObject({ isolated: true, changed: false });
    expect(await bench.sh('cat /var/lib/selfheal/isolation/ruleset-before')).toContain('table ip mine');
    expect(await bench.sh('cat /var/lib/selfheal/isolation/ruleset-before')).not.toContain('inet selfheal');
  });

  it('lifts the isolation, leaves every other rule as it was, and may do so twice', async () => {
    expect((await bench.run('restore_network')).result).toMatchObject({ isolated: false, changed: true });
    expect(await isIsolated(bench)).toBe('no');
    expect(await bench.sh('nft list ruleset')).toContain('table ip mine');
    expect(await answersOutside(bench)).toBe(200);
    expect((await bench.run('restore_network')).result).toMatchObject({ isolated: false, changed: false });
    expect(
      await bench.sh('ls /run/systemd/system/*.d; systemctl list-timers --all; systemctl list-units --all'),
    ).not.toContain('selfheal-isolation');
  });

  it('stays isolated when the host’s own rules are reloaded, and restore_network reports that', async () => {
    await bench.host.writeFile('/etc/nftables.conf', '#!/usr/sbin/nft -f\nflush ruleset\n');
    await bench.sh('nft list ruleset >/root/rules; systemctl start nftables');
    await bench.run('isolate_network');
    await bench.sh('systemctl reload nftables');
    expect(await isIsolated(bench)).toBe('yes');
    expect(await answersOutside(bench)).toBe('no answer');
    const { result } = await bench.run('restore_network');
    expect(result).toMatchObject({ isolated: false, changed: true });
    expect(result?.['putBack']).toBeGreaterThan(0);
    await bench.sh('systemctl stop nftables; nft -f /root/rules');
  });

  it('keeps management networks open both ways', async () => {
    await bench.run('isolate_network', { managementCidrs: `${bench.host.gatewayIp}/32,2001:db8::/32` });
    expect(await answersOutside(bench)).toBe(200);
    await bench.run('restore_network');
  });

  it('lifts the isolation and says whether other rules have changed since, which is no failure', async () => {
    await bench.sh(
      'nft add table ip changing; nft add chain ip changing c; nft add rule ip changing c counter',
    );
    await bench.run('isolate_network');
    expect((await bench.run('restore_network')).result).toMatchObject({
      isolated: false,
      changed: true,
      otherRules: 'unchanged',
    });
    await bench.run('isolate_network');
    await bench.sh('nft add table ip meanwhile');
    const changed = await bench.run('restore_network');
    expect(changed).toMatchObject({ status: 'Success', result: { isolated: false, otherRules: 'changed' } });
    expect(await isIsolated(bench)).toBe('no');
    await bench.sh('nft delete table ip meanwhile; nft delete table ip changing');
    expect((await bench.run('restore_network')).result).toMatchObject({
      changed: false,
      otherRules: 'unknown',
    });
  });

  it('mistakes neither elapsed bans nor counted packets for changed rules', async () => {
    await bench.sh(`nft -f - <<'RULES'
table inet living {
  set banned { type ipv4_addr; flags timeout; elements = { 192.0.2.7 timeout 2s, 192.0.2.8 timeout 1h, 192.0.2.9 timeout 1h }; }
  set addresses { type ipv4_addr; size 128; flags dynamic; }
  counter sent { }
  chain output {
    type filter hook output priority 0;
    counter name sent
    ip daddr @banned drop
    add @addresses { ip daddr }
  }
}
RULES`);
    await bench.run('isolate_network');
    await bench.sh('sleep 2.5; nft add element inet living banned "{ 192.0.2.10 timeout 1h }"');
    expect((await bench.run('restore_network')).result).toMatchObject({ otherRules: 'unchanged' });
    await bench.sh('nft delete table inet living');
  });

  it('keeps the endpoints of the region’s own partition open if the agent has no control group', async () => {
    const ip = bench.host.gatewayIp;
    const endpoint = createServer((socket) => socket.on('error', () => {}).end()).listen(443, ip);
    await installService(bench.host, 'metadata', instanceMetadata);
    await bench.sh(`systemctl stop amazon-ssm-agent nginx; ip address add 169.254.169.254/32 dev lo
      for name in ssm ssmmessages; do echo "${ip} $name.cn-north-1.amazonaws.com.cn"; done >>/etc/hosts
      systemctl start metadata
      until curl -s -o /dev/null http://169.254.169.254/; do sleep 0.1; done`);
    const outcome = await bench.runUnchecked('isolate_network', {});
    expect(outcome).toMatchObject({
      stderr: '',
      result: { isolated: true, channel: 'endpoints', confirmed: `${ip} 443` },
    });
    expect(await isIsolated(bench)).toBe('yes');
    await bench.runUnchecked('restore_network', {});
    await bench.sh(
      'systemctl stop metadata; ip address delete 169.254.169.254/32 dev lo; systemctl start nginx amazon-ssm-agent; sleep 2',
    );
    endpoint.close();
  });

  it('refuses networks that nft does not take', async () => {
    expect(await bench.run('isolate_network', { managementCidrs: '999.1.1.1/32' })).toMatchObject({
      exitCode: 2,
    });
    expect(await isIsolated(bench)).toBe('no');
  });

  it('does not isolate if it cannot tell the channel', async () => {
    await bench.sh('systemctl stop amazon-ssm-agent');
    const outcome = await bench.runUnchecked('isolate_network', {});
    expect(outcome).toMatchObject({ exitCode: 2, code: 'CHANNEL_UNKNOWN' });
    expect(await isIsolated(bench)).toBe('no');
    await bench.sh('systemctl start amazon-ssm-agent; sleep 2');
  });

  it('opens the host again if the channel turns out to be cut', async () => {
    const outcome = await bench.runUnchecked('isolate_network', {}, (script) =>
      script.replace(
        /socket cgroupv2 level \$agent_level \\"\$agent_cgroup\\" accept"; fi/,
        'tcp dport 1 accept"; fi',
      ),
    );
    expect(outcome).toMatchObject({ exitCode: 1, code: 'CHANNEL_LOST' });
    expect(await isIsolated(bench)).toBe('no');
    expect(await answersOutside(bench)).toBe(200);
  });
});
