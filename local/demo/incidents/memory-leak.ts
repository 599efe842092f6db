import { answers } from '../measurements.ts';
import { repeat, waitFor } from '../repeat.ts';
import { installPythonService, succeed } from '../services/python-service.ts';
import { isAlarm, isEnd } from '../timeline.ts';
import { beginEpisode } from './episode.ts';
import type { Incident, IncidentOutcome, Stage } from './incident.ts';

const ORDER_EVERY_MS = 125;
const ALARM_LIMIT_PERCENT = 80;
const spooledFiles = 'find /var/tmp/orders -type f | wc -l';
const mainPid = 'systemctl show --property=MainPID --value orders.service';

/** A service that remembers every order for ever: memory runs full, a clean restart frees it. */
export const memoryLeak: Incident = {
  name: 'memory leak',
  component: 'orders',
  expected: 'COMPLETED',
  prepare: async ({ hosts }) => installPythonService(hosts.orders, 'orders'),
  play,
};

async function play(stage: Stage): Promise<IncidentOutcome> {
  const host = stage.hosts.orders;
  const pidBefore = await succeed(host, mainPid);
  const episode = beginEpisode(stage, 'orders', 'a rush of orders, each leaks 2 MB');
  const rush = repeat(ORDER_EVERY_MS, async () => {
    await answers(`http://${host.ip}:8080/order`);
  });
  try {
    const alarm = await episode.first('memory alarm', 90, isAlarm);
    await rush.stop();
    const memoryBefore = stage.measurements.memoryPercent(host) ?? 0;
    const spooledBefore = Number(await succeed(host, spooledFiles));
    const end = await episode.first('end of the operation', 120, isEnd);

    const memoryAfter = await waitFor('memory measured anew', 30, stage.signal, () => {
      const percent = stage.measurements.memoryPercent(host) ?? 100;
      return percent < ALARM_LIMIT_PERCENT ? percent : undefined;
    }).catch(() => stage.measurements.memoryPercent(host) ?? 100);
    const spooledAfter = Number(await succeed(host, spooledFiles));
    const pidAfter = await succeed(host, mainPid);
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
          what: `files in /var/tmp/orders: ${spooledBefore} before, ${spooledAfter} after`,
          ok: spooledBefore > 0 && spooledAfter === 0,
        },
        {
          what: `orders.service is another process: ${pidBefore} before, ${pidAfter} after`,
          ok: pidAfter !== '0' && pidAfter !== pidBefore,
        },
        { what: '/health answers 200', ok: await answers(`http://${host.ip}:8080/health`) },
      ],
    };
  } finally {
    await rush.stop();
  }
}
