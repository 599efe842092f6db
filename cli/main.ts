import { systemClock } from '../functions/adapters/system/clock.ts';
import { DEFAULT_CONFIG } from './configuration-file.ts';
import { terminalOutput } from './output.ts';
import { runCommand } from './run-command.ts';

// A reader that has seen enough, such as `head`, ends the output; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommand(process.argv.slice(2), {
  ...terminalOutput(process.stdout, process.stderr, process.env),
  clock: systemClock,
  config: process.env['SELFHEAL_CONFIG'] || DEFAULT_CONFIG,
  // Loaded when it is asked for: no other command needs the embedded cloud.
  whatIf: async (request, output) => {
    const { whatIf } = await import('../local/what-if/what-if.ts');
    await whatIf(request, output);
  },
});
