import { execFileSync, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Packets to some addresses that a vantage point's process sends, dropped by the kernel: no answer, no error. */
export interface NetworkCut {
  readonly heal: () => void;
}

const TABLE = `selfheal_cut_${process.pid}`;

/** A group of its own tells one vantage point's packets from everybody else's on this machine. */
export const CUT_GROUP_ID = 61_213;

let cuts = 0;
let isGuarded = false;

/** The rules must not outlive this process, however it ends: the next hosts get the same addresses. */
function guard(): void {
  if (isGuarded) return;
  isGuarded = true;
  const script = `cat >/dev/null; nft delete table inet ${TABLE} 2>/dev/null`;
  const guardian = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guardian.unref();
  (guardian.stdin as Socket).unref();
}

/**
 * Cuts the processes of `CUT_GROUP_ID` (or everybody but them) off from hosts, on this machine's side of their links.
 *
 * @param who `group` for that group's processes, `others` for all others, the deployed functions among them
 */
export function cutNetwork(who: 'group' | 'others', ips: readonly string[]): NetworkCut {
  guard();
  const chain = `cut${cuts++}`;
  const whose = `meta skgid ${who === 'group' ? '' : '!= '}${CUT_GROUP_ID}`;
  nft(`table inet ${TABLE} {
    chain ${chain} {
      type filter hook output priority filter; policy accept;
      ip daddr { ${ips.join(', ')} } tcp dport { 8080, 9100 } ${whose} drop
    }
  }`);
  return { heal: () => nft(`delete chain inet ${TABLE} ${chain}`) };
}

/** Heals whatever is cut still. */
export function healNetwork(): void {
  if (cuts > 0) nft(`delete table inet ${TABLE}`);
  cuts = 0;
}

function nft(script: string): void {
  execFileSync('nft', ['-f', '-'], { input: script, stdio: ['pipe', 'ignore', 'pipe'] });
}
