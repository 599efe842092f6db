import { readdir } from 'node:fs/promises';
import { beginEpisode } from '../../incidents/episode.ts';
import type { IncidentOutcome } from '../../incidents/incident.ts';
import { answers } from '../../measurements.ts';
import { repeat } from '../../repeat.ts';
import { isAlarm, isEnd } from '../../timeline.ts';
import { memoryPercent } from '../measurements.ts';
import { type EmbeddedIncident, type EmbeddedStage, url } from '../stage.ts';

const ORDER_EVERY_MS = 50;
const ALARM_LIMIT_PERCENT = 80;

/** A service that remembers every order for ever: memory runs full, a clean restart frees it. */
export const memoryLeak: EmbeddedIncident = {
  incident: 'memory leak',
  component: 'orders',
  expected: 'COMPLETED',
  play,
};

async function play(stage: EmbeddedStage): Promise<IncidentOutcome> {
  const host = stage.hosts.orders;
  const pidBefore = await host.pid();
  const episode = beginEpisode(stage, 'orders', 'a rush of orders, each leaks 2 MB');
  let [memoryBefore, spooledBefore] = [0, 0];
  const rush = repeat(ORDER_EVERY_MS, async () => {
    await answers(url(host, '/order'));
    memoryBefore = (await memoryPercent(host)) ?? memoryBefore;
    spooledBefore = Math.max(spooledBefore, (await readdir(host.path)).length);
  });
  try {
    const alarm = await episode.first('memory alarm', 60, isAlarm);
    await rush.stop();
    const end = await episode.first('end of the operation', 60, isEnd);
    const memoryAfter = (await memoryPercent(host)) ?? 100;
    const spooledAfter = (await readdir(host.path)).length;
    const pidAfter = await host.pid();
    return {
      got: end.state,
      detectMs: alarm.atMs - episode.brokenAtMs,
      healMs: end.atMs - alarm.atMs,
      checks: [
        {
          what: `memory of the host, measured: ${Math.round(memoryBefore)} % before, ${Math.round(memoryAfter)} % after`,
          ok: memoryAfter < ALARM_LIMIT_PERCENT && memoryAfter < memoryBefore,
        },
        {
          what: `files in its spool: ${spooledBefore} before, ${spooledAfter} after`,
          ok: spooledBefore > 0 && spooledAfter === 0,
        },
        {
          what: `orders is another process: ${pidBefore} before, ${pidAfter} after`,
          ok: pidAfter !== 0 && pidAfter !== pidBefore,
        },
        { what: '/health answers 200', ok: await answers(url(host, '/health')) },
      ],
    };
  } finally {
    await rush.stop();
  }
}
