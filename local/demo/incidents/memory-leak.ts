import { answers } from '../measurements.ts';
import { repeat, waitFor } from '../repeat.ts';
import { isAlarm, isEnd } from '../timeline-entry.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const LOOK_EVERY_MS = 500;
const ALARM_LIMIT_PERCENT = 80;

/** A service that keeps every order in memory: memory fills up, and a clean restart frees it. */
export const memoryLeak: Incident = {
  name: 'memory leak',
  component: 'orders',
  expected: () => 'COMPLETED',
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.orders;
  const pidBefore = await host.pid();
  const episode = beginEpisode(stage, 'orders', 'a rush of orders; each leaks 2 MB');
  const rush = repeat(host.orderEveryMs, async () => void (await answers(host.url('/order'))));
  let [memoryBefore, spooledBefore] = [0, 0];
  const look = repeat(LOOK_EVERY_MS, async () => {
    memoryBefore = Math.max(memoryBefore, (await host.memoryPercent()) ?? 0);
    spooledBefore = Math.max(spooledBefore, await host.spooledFiles());
  });
  try {
    const alarm = await episode.first('memory alarm', 90, isAlarm);
    await Promise.all([rush.stop(), look.stop()]);
    const end = await episode.first('end of the operation', 120, isEnd);
    const memoryAfter = await waitFor('memory measured again', 30, stage.signal, async () => {
      const percent = await host.memoryPercent();
      return percent !== undefined && percent < ALARM_LIMIT_PERCENT ? percent : undefined;
    }).catch(() => 100);
    const spooledAfter = await host.spooledFiles();
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
        { what: '/health answers 200', ok: await answers(host.url('/health')) },
      ],
    };
  } finally {
    await Promise.all([rush.stop(), look.stop()]);
  }
}
