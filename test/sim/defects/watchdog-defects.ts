import type { VantageReport } from '../../../functions/core/watchdog/votes.ts';
import type { Defect } from './defect.ts';
import { isCall } from './is-call.ts';

/** Mistakes of the watchdog. */
export const WATCHDOG_DEFECTS: readonly Defect[] = [
  {
    name: 'trusts a single vantage point',
    breaks: ['14'],
    caughtWith: 11,
    create: () => ({
      call: async (call, proceed) => {
        const answer = await proceed();
        if (!isCall(call, 'watch', 'watchdog', 'listReports')) return answer;
        const reports = answer as readonly VantageReport[];
        const missed = [...new Set(reports.flatMap((report) => report.missed))];
        return reports.map((report) => ({ ...report, missed }));
      },
    }),
  },
  {
    name: 'publishes none of the watchdog events',
    breaks: ['14'],
    caughtWith: 11,
    create: () => ({
      call: async (call, proceed) =>
        isCall(call, 'watch', 'watchdogEvents', 'publish') ? undefined : await proceed(),
    }),
  },
];
