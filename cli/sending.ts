import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import type { Context } from './context.ts';
import { type CommonOptions, duration, withConfig, withConnection } from './options.ts';

const DEFAULT_TIMEOUT_SECONDS = 60;
const LONGEST_TIMEOUT_SECONDS = 3_600;

/** Options of commands that send an event and wait for what comes of it. */
export interface SendingOptions extends CommonOptions {
  readonly reason?: string;
  readonly source?: string;
  readonly timeout: number;
}

export function withSending(command: Command, context: Context): Command {
  return withConnection(withConfig(command, context))
    .option('--reason <text>', 'for the record; who runs the command is added')
    .option('--source <source>', 'the source of the event; default: the first of settings.sources')
    .addOption(
      new Option('--timeout <duration>', 'how long to wait for the effect')
        .default(DEFAULT_TIMEOUT_SECONDS, '60s')
        .argParser(duration(1, LONGEST_TIMEOUT_SECONDS)),
    );
}

/** The reason on record. It names who the machine says is asking; who really did is in CloudTrail. */
export function reasonOf({ reason }: SendingOptions): string {
  const who = `by ${userName()}, selfheal command`;
  return reason === undefined ? who : `${reason} (${who})`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
