import { parseArgs } from 'node:util';
import { playIncidents } from './play.ts';
import { createJsonReport } from './report/json-lines.ts';
import type { DemoReport } from './report/report.ts';
import { createTerminalReport } from './report/terminal.ts';
import type { Target } from './target.ts';

const USAGE = `npm run demo -- [--target embedded|ministack] [--json]

Plays four incidents on real services, from the first sign to the verified repair.
  --target  embedded: in this process, with processes of yours as hosts, in less than a minute (the default)
            ministack: deployed by cdk to an AWS emulator, with booted Debian hosts; needs root on Debian
  --json    one JSON object a line on standard output; progress goes to standard error

Exit codes: 0 all ended as they must, 1 some did not, 2 this machine lacks something, 130 interrupted.
`;

/** Only the one that is asked for is loaded. */
const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  embedded: async () => (await import('./targets/embedded/target.ts')).embeddedTarget,
  ministack: async () => (await import('./targets/ministack/target.ts')).ministackTarget,
};

const CLEAN_UP_MS = 20_000;

// What was cut short may still have timers, in a cloud that nobody uses any more.
process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const target = await options.load();
  const missing = target.missing();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 2;
  }
  return await play(
    target,
    options.json ? createJsonReport(process.stdout, process.stderr) : createTerminalReport(process.stdout),
  );
}

function readOptions(args: readonly string[]) {
  try {
    const {
      json = false,
      help = false,
      target = 'embedded',
    } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        target: { type: 'string' },
      },
    }).values;
    const load = Object.hasOwn(TARGETS, target) ? TARGETS[target] : undefined;
    if (load) return { json, help, load };
    process.stderr.write(`--target is "${target}"; it must be embedded or ministack\n\n${USAGE}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
  return undefined;
}

async function play(target: Target, report: DemoReport): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    // Whoever asks twice does not want to wait: what runs still is killed on the way out.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(new Error(`interrupted by ${signal}`));
    report.failure(`${signal}: taking everything down`);
    target.interrupt();
    setTimeout(() => process.exit(130), CLEAN_UP_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    const results = await playIncidents(target, report, interruption.signal);
    report.summary(results);
    return results.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    report.failure(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    report.stop();
  }
}
