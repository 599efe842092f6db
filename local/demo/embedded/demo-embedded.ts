import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { createJsonReport } from '../report/json-lines.ts';
import type { DemoReport } from '../report/report.ts';
import { createTerminalReport } from '../report/terminal.ts';
import { playEmbeddedIncidents } from './play-embedded.ts';

const USAGE = `npm run demo -- [--target embedded|ministack] [--json]

Plays incidents on real services, from the alarm to the verified repair.
  --target  embedded: in this process, with processes of yours as hosts, in about a minute (the default)
            ministack: deployed by cdk to an AWS emulator, with booted Debian hosts; needs root on Debian
  --json    one JSON object a line on standard output; progress goes to standard error

Exit codes: 0 all ended as they must, 1 some did not, 2 this machine lacks something, 130 interrupted.
`;

const CLEAN_UP_MS = 20_000;
const TOOLS = ['bash', 'flock', 'setsid', 'stat', 'sha256sum', 'timeout'];

/** The demo without an emulator and without root. @returns the exit code */
export async function demoEmbedded(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const missing = missingHere();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 2;
  }
  return await play(
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
    if (target === 'embedded') return { json, help };
    process.stderr.write(`--target is "${target}"; it must be embedded or ministack\n\n${USAGE}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
  return undefined;
}

/** What this machine lacks, in one line. */
function missingHere(): string | undefined {
  if (process.platform !== 'linux') return 'The demo needs Linux: runbooks are for Linux hosts.';
  const missing = TOOLS.filter((tool) => spawnSync('which', [tool], { stdio: 'ignore' }).status !== 0);
  return missing.length === 0 ? undefined : `The demo needs ${missing.join(', ')}.`;
}

async function play(report: DemoReport): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    // Whoever asks twice does not want to wait.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(new Error(`interrupted by ${signal}`));
    report.failure(`${signal}: taking everything down`);
    setTimeout(() => process.exit(130), CLEAN_UP_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    const results = await playEmbeddedIncidents(report, interruption.signal);
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
