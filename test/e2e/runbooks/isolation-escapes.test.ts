import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';

const TALKER = `
import socket, sys, time
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 5) as connection:
    while True:
        connection.send(sys.argv[3].encode())
        time.sleep(0.1)
`;

describe.skipIf(!requirement('hosts'))('what an isolation does not see', { timeout: 60_000 }, () => {
  let bench: Bench;
  let server: Server;
  let heard: string;
  const sockets = new Set<Socket>();
  const port = () => (server.address() as { port: number }).port;
  const hears = (what: string) => {
    heard = '';
    return expect.poll(() => heard, { timeout: 10_000 }).toContain(what);
  };
  /** This machine as it is seen on the host's link, without an address of the host's own. */
  const onLink = () =>
    Object.values(networkInterfaces())
      .find((addresses) => addresses?.some(({ address }) => address === bench.host.gatewayIp))
      ?.find(({ address }) => address.startsWith('fe80:'))?.address;
  const talk = (namespace: string, address: string) =>
    bench.sh(`systemd-run --quiet --collect --unit=talker-${namespace} --property=NetworkNamespacePath=/run/netns/${namespace} \
      python3 /opt/talk.py ${address} ${port()} ${namespace}`);
  const isolate = () => bench.run('isolate_network', { managementCidrs: '' });

  beforeAll(async () => {
    bench = await startBench();
    server = createServer((socket) => {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('data', (data) => {
          heard += data.toString();
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    await bench.host.writeFile('/opt/talk.py', TALKER);
  }, 300_000);
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await bench.close();
  });
  afterEach(async () => {
    await bench.run('restore_network');
    await bench.sh('systemctl stop "talker-*"; ip -all netns delete');
  });

  it('includes no container behind the host, and its connections are cut', async () => {
    await bench.sh(`ip netns add behind; ip link add outer type veth peer name inner netns behind
      ip address add 10.99.0.1/24 dev outer; ip link set outer up; sysctl --quiet --write net.ipv4.ip_forward=1
      ip -n behind address add 10.99.0.2/24 dev inner; ip -n behind link set inner up; ip -n behind route add default via 10.99.0.1
      nft 'add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }; add rule ip nat out oifname host0 masquerade'`);
    await talk('behind', bench.host.gatewayIp);
    await hears('behind');
    const isolated = await isolate();
    expect(isolated).toMatchObject({ status: 'Success' });
    expect(isolated.result).not.toHaveProperty('remark');
    heard = '';
    await bench.sh('sleep 1');
    expect(heard).toBe('');
  });

  it('is a network namespace with an interface on top of the host’s, which the verdict names', async () => {
    await bench.sh(`ip netns add beside; ip link add own link host0 type macvlan mode bridge; ip link set own netns beside
      ip -n beside link set own up; until ip -n beside -6 address show dev own | grep -q 'fe80.*link $'; do sleep 0.1; done`);
    await talk('beside', `${onLink()}%own`);
    await hears('beside');
    expect(await isolate()).toMatchObject({
      status: 'Success',
      result: { remark: expect.stringContaining('own of network namespace beside') },
    });
    await hears('beside');
  });

  it('is a connection that a flowtable forwards, which the verdict mentions', async () => {
    // Not every kernel has flowtables.
    await bench.host.writeFile(
      '/usr/local/sbin/nft',
      `#!/bin/sh
[ "$*" != 'list flowtables' ] || { printf 'table inet fw {\n\tflowtable fast {\n\t\thook ingress priority filter\n\t}\n}\n'; exit; }
exec /usr/sbin/nft "$@"
`,
      0o755,
    );
    expect(await isolate()).toMatchObject({
      status: 'Success',
      result: { remark: 'connections that the flowtable fast already forwards may go on' },
    });
    await bench.sh('rm /usr/local/sbin/nft');
  });
});
