import { paintFor } from './paint.ts';
import { Progress } from './progress.ts';
import type { DemoReport } from './report.ts';

/**
 * The report for programs: one JSON object per line on `out`; the progress of the preparations goes to `progressOut`.
 */
export function createJsonReport(out: NodeJS.WriteStream, progressOut: NodeJS.WriteStream): DemoReport {
  const progress = new Progress(progressOut, paintFor(progressOut));
  const write = (type: string, fields: object): void => {
    out.write(`${JSON.stringify({ type, ...fields })}\n`);
  };
  let beganMs = Date.now();
  return {
    step: (name, work) => progress.step(name, work),
    leftOut: (incident, missing) => write('left-out', { incident, missing }),
    serving: (served) => write('serving', served),
    begin: () => {
      beganMs = Date.now();
      progress.wait('waiting');
    },
    entry: ({ atMs, eligibleAtMs, ...entry }) =>
      write('timeline', {
        at: new Date(atMs).toISOString(),
        elapsedMs: atMs - beganMs,
        ...entry,
        ...(eligibleAtMs !== undefined && { eligibleAt: new Date(eligibleAtMs).toISOString() }),
      }),
    summary: (results) => {
      progress.stop();
      for (const result of results) write('incident', result);
      write('summary', { ok: results.every(({ ok }) => ok), totalMs: Date.now() - beganMs });
    },
    awaiting: (whats) => progress.detail(whats.join(', ')),
    stop: () => progress.stop(),
    failure: (message) => {
      progress.mute();
      write('failure', { message });
    },
  };
}
