import type { VantageReport } from '../../../functions/core/watchdog/votes.ts';
import type { Defect } from './defect.ts';

/** Mistakes of the watchdog. */
export const WATCHDOG_DEFECTS: readonly Defect[] = [
  {
    name: 'believes a single vantage point',
    breaks: ['14'],
    create: () => ({
      call: async ({ functionName, port, method }, proceed) => {
        const answer = await proceed();
        if (!functionName.startsWith('selfheal-watch-') || port !== 'store' || method !== 'listReports')
          return answer;
        const reports = answer as readonly VantageReport[];
        const missed = [...new Set(reports.flatMap((report) => report.missed))];
        return reports.map((report) => ({ ...report, missed }));
      },
    }),
  },
  {
    name: 'announces nothing of the watchdog',
    breaks: ['14'],
    create: () => ({
      call: async ({ functionName, port }, proceed) =>
        functionName.startsWith('selfheal-watch-') && port === 'watchdogEvents' ? undefined : await proceed(),
    }),
  },
];
