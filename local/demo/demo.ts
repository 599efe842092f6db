import { type DemoOptions, readOptions, type TargetName, USAGE } from './options.ts';
import { playIncidents } from './play.ts';
import { playableIncidents } from './playable-incidents.ts';
import { createJsonReport } from './report/json-lines.ts';
import type { DemoReport } from './report/report.ts';
import { createTerminalReport } from './report/terminal.ts';
import type { Target } from './target.ts';

/** Only the requested target is loaded. */
const TARGETS: Readonly<Record<TargetName, () => Promise<Target>>> = {
  embedded: async () => (await import('./targets/embedded/target.ts')).embeddedTarget,
  ministack: async () => (await import('./targets/ministack/target.ts')).ministackTarget,
};

const CLEAN_UP_MS = 20_000;

// An interrupted run may still have timers, in a cloud that is no longer used.
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const target = await TARGETS[options.target]();
  const missing = target.missing(options);
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 2;
  }
  const report = options.json
    ? createJsonReport(process.stdout, process.stderr)
    : createTerminalReport(process.stdout);
  const incidents = playableIncidents(options.incidents, target, report);
  return incidents.length === 0 ? 2 : await play(target, { ...options, incidents }, report);
}

function optionsOf(args: readonly string[]): DemoOptions | undefined {
  try {
    return readOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

async function play(target: Target, { incidents, serve }: DemoOptions, report: DemoReport): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (why: string): void => {
    interruption.abort(new Error(`interrupted by ${why}`));
    report.failure(`${why}: taking everything down`);
    target.interrupt();
    setTimeout(() => process.exit(130), CLEAN_UP_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      // A second signal means not to wait: what is still running is killed on exit.
      if (interruption.signal.aborted) process.exit(130);
      interrupt(signal);
    });
  // The reader has gone, as with `| head`. Every further line that is written reports that again.
  process.stdout.on('error', ({ message }) => {
    if (!interruption.signal.aborted) interrupt(`standard output: ${message}`);
  });
  try {
    const results = await playIncidents(target, incidents, report, { signal: interruption.signal, serve });
    return results.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    report.failure(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    report.stop();
  }
}
