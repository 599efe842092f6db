import { parseArgs } from 'node:util';
import { endChildren } from './end-children.ts';
import { missingOnThisMachine } from './machine.ts';
import { playIncidents } from './play.ts';
import { createJsonReport } from './report/json-lines.ts';
import type { DemoReport } from './report/report.ts';
import { createTerminalReport } from './report/terminal.ts';

const USAGE = `npm run demo -- [--json]

Plays four incidents on real services, on hosts and in a cloud that it builds on this machine.
  --json   one JSON object a line on standard output; progress goes to standard error

Exit codes: 0 all ended as they must, 1 some did not, 2 this machine lacks something, 130 interrupted.
`;

const CLEAN_UP_MS = 20_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const missing = missingOnThisMachine();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 2;
  }
  const report = options.json
    ? createJsonReport(process.stdout, process.stderr)
    : createTerminalReport(process.stdout);
  return await play(report);
}

function readOptions(
  args: readonly string[],
): { readonly json: boolean; readonly help: boolean } | undefined {
  try {
    const { json = false, help = false } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values;
    return { json, help };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

async function play(report: DemoReport): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    // Whoever asks twice does not want to wait: what runs still is killed on the way out.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(new Error(`interrupted by ${signal}`));
    report.failure(`${signal}: taking everything down`);
    endChildren();
    setTimeout(() => process.exit(130), CLEAN_UP_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    const results = await playIncidents(report, interruption.signal);
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
