import { execFileSync } from 'node:child_process';

/** A point-to-point link between this machine (`gatewayIp`) and one host (`hostIp`), a /30 of 10.213.0.0/16. */
export interface HostLink {
  interfaceName: string;
  gatewayIp: string;
  hostIp: string;
}

const maximumLinks = 256;

/**
 * Links a booted host to this machine and gives both ends an address. A free number is found by creating the interface,
 * which the kernel lets only one process do. The link disappears with the host's network namespace.
 * @throws Error if all 256 links are taken, or `ip` refuses.
 */
export function createHostLink(leader: number): HostLink {
  for (let index = 0; index < maximumLinks; index++) {
    const interfaceName = `shveth${index}`;
    const prefix = `10.213.${Math.floor(index / 64)}`;
    const base = (index % 64) * 4;
    const link = { interfaceName, gatewayIp: `${prefix}.${base + 1}`, hostIp: `${prefix}.${base + 2}` };
    if (!tryCreate(interfaceName, leader)) continue;
    ip('addr', 'add', `${link.gatewayIp}/30`, 'dev', interfaceName);
    ip('link', 'set', interfaceName, 'up');
    inNetwork(leader, 'addr', 'add', `${link.hostIp}/30`, 'dev', 'host0');
    inNetwork(leader, 'link', 'set', 'host0', 'up');
    inNetwork(leader, 'link', 'set', 'lo', 'up');
    return link;
  }
  throw new Error(
    `all ${maximumLinks} host links (shveth0…) are taken; stop hosts that are no longer needed`,
  );
}

function tryCreate(interfaceName: string, leader: number): boolean {
  try {
    ip('link', 'add', interfaceName, 'type', 'veth', 'peer', 'name', 'host0', 'netns', String(leader));
    return true;
  } catch (error) {
    if (String((error as { stderr?: unknown }).stderr).includes('File exists')) return false;
    throw error;
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function inNetwork(leader: number, ...args: string[]): void {
  execFileSync('nsenter', ['-t', String(leader), '-n', '--', 'ip', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
