import { answers } from '../measurements.ts';
import { waitFor } from '../repeat.ts';
import { isEnd, isHeartbeat, type TimelineEntry } from '../timeline-entry.ts';
import { byTimeAndCause } from '../timeline-order.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

/** A schedule starts when it is deployed. */
const FIRST_ROUND_SECONDS = 120;
const OFFLINE_SECONDS = 60;

/** A service that suddenly disappears, and that has no alarm: the watchdog misses it. */
export const killedService: Incident = {
  name: 'killed service',
  component: 'docs',
  expected: () => 'OFFLINE, COMPLETED, HEALTHY',
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const { watchdog, signal } = stage;
  const host = stage.hosts.docs;
  await waitFor('the first round of the watchdog', FIRST_ROUND_SECONDS, signal, () => watchdog.readShard(0));
  const pidBefore = await host.pid();
  const episode = beginEpisode(stage, 'docs', 'its process is killed; nothing on its host starts it again');
  await host.kill();

  const offline = await episode.first(
    'three missed heartbeats',
    OFFLINE_SECONDS,
    (entry) => isHeartbeat(entry) && entry.state === 'OFFLINE',
  );
  const end = await episode.first('end of the operation', 90, isEnd);
  const back = await episode.first(
    'its heartbeat',
    30,
    (entry) => isHeartbeat(entry) && entry.tone === 'good',
  );
  const pidAfter = await host.pid();
  // Counted at the end, because a busy queue may deliver an earlier miss after a later one.
  const misses = missesUntil(offline, stage.timeline.entries);
  return {
    got: `${offline.state}, ${end.state}, ${back.state}`,
    detectMs: offline.atMs - episode.brokenAtMs,
    healMs: end.atMs - offline.atMs,
    checks: [
      { what: `it missed ${misses} heartbeats before anything was done`, ok: misses === 3 },
      {
        what: `it is another process: ${pidBefore} before, ${pidAfter} after`,
        ok: pidAfter !== 0 && pidAfter !== pidBefore,
      },
      { what: '/ answers 200', ok: await answers(host.url('/')) },
    ],
  };
}

/**
 * How often a component missed its heartbeat since it last recovered. A miss has the time at which its round began, which may
 * be just before the fault.
 */
function missesUntil(offline: TimelineEntry, timeline: readonly TimelineEntry[]): number {
  const heartbeats = timeline
    .filter(
      (entry) => isHeartbeat(entry) && entry.component === offline.component && entry.atMs <= offline.atMs,
    )
    .toSorted(byTimeAndCause);
  return heartbeats.length - 1 - heartbeats.findLastIndex(({ tone }) => tone === 'good');
}
