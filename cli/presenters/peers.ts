import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { MeshStatus, PeerHealth } from '../../functions/core/watchdog/mesh-status.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { count, span } from './words.ts';

const HEADINGS = ['PEER', 'STATUS', 'LAST ANSWER', 'TOOK', 'MISSES', 'RESTARTS', 'ENDPOINT'];
/** A round or two may be late; after this many without an answer or a miss, the watchdog does not check the peer. */
const ROUNDS_TO_RELY_ON = 3;

/** One line for each peer, under what the watchdog has counted since it was first deployed. */
export function peerLines(
  output: Output,
  { peers, stats }: MeshStatus,
  { enabled, intervalSeconds }: CompiledConfiguration['watchdog'],
  nowMs: number,
): readonly string[] {
  if (!enabled) return ['The watchdog is switched off in this configuration (watchdog.enabled).'];
  if (peers.length === 0) return ['The watchdog has no peers: no component has a health.url.'];
  return [
    `${count(peers.length, 'peer')}; ${stats.total_misses} of ${count(stats.total_checks, 'check')} missed; ${count(stats.total_restarts, 'restart')} and ${count(stats.total_isolations, 'isolation')} requested`,
    '',
    ...columns(
      output,
      HEADINGS,
      peers.map((peer) => [
        peer.name,
        statusOf(output, peer, intervalSeconds, nowMs),
        peer.last_seen === undefined ? '–' : `${span(Math.max(0, nowMs - Date.parse(peer.last_seen)))} ago`,
        peer.response_time_ms === undefined ? '–' : span(peer.response_time_ms),
        String(peer.missed_count),
        String(peer.restart_count),
        peer.endpoint,
      ]),
    ),
  ];
}

/** A peer without misses that nobody has checked for a while is not called healthy. */
function statusOf(
  { paint }: Output,
  { status, missed_count, last_seen }: PeerHealth,
  intervalSeconds: number,
  nowMs: number,
): string {
  if (last_seen === undefined) return paint('yellow', 'not checked yet');
  const isStale = Date.parse(last_seen) < nowMs - ROUNDS_TO_RELY_ON * intervalSeconds * 1_000;
  if (status === 'HEALTHY' && missed_count === 0 && isStale) return paint('yellow', 'not checked now');
  return paint(status === 'HEALTHY' ? 'green' : status === 'DEGRADED' ? 'yellow' : 'red', status);
}
