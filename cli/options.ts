import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION, formatDuration, parseDurationSeconds } from '../functions/core/configuration/duration.ts';
import { DEFAULT_CONFIG } from './configuration-file.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Context } from './context.ts';

/** Options of every command that reads the deployment. */
export interface CommonOptions extends ConnectionOptions {
  readonly config: string;
  readonly json?: true;
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON, for programs');
}

const CONFIG_BY_DEFAULT = `SELFHEAL_CONFIG, or ${DEFAULT_CONFIG}`;

export function withConfig(
  command: Command,
  { config }: Context,
  what = 'the configuration that is deployed',
): Command {
  return command.addOption(new Option('--config <file>', what).default(config, CONFIG_BY_DEFAULT));
}

/** For commands that look at a file alone. */
export function configArgument({ config }: Context): Argument {
  return new Argument('[file]', 'the configuration file').default(config, CONFIG_BY_DEFAULT);
}

/** The names that the AWS CLI has for them. */
export function withConnection(command: Command): Command {
  return withJson(command)
    .option('--region <region>', 'default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile')
    .option('--profile <name>', 'a profile of the shared AWS configuration; default: AWS_PROFILE')
    .option(
      '--endpoint-url <url>',
      'the address of all services, for an emulator; default: AWS_ENDPOINT_URL',
      address,
    )
    .option('--table <name>', 'default: the output TableName of the stack SelfhealState');
}

/** @throws InvalidArgumentError naming the limits */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** @throws InvalidArgumentError with an example */
function address(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new InvalidArgumentError('It must be an address such as http://localhost:4566.');
}

/** @throws InvalidArgumentError with examples */
export function duration(least: number, most: number): (text: string) => number {
  return (text) => {
    const seconds = /^\d+$/.test(text) ? Number(text) : parseDurationSeconds(text);
    if (seconds === undefined) throw new InvalidArgumentError(`It must be ${DURATION}.`);
    if (seconds < least || seconds > most) {
      throw new InvalidArgumentError(
        `It must be from ${formatDuration(least)} to ${formatDuration(most)}, such as 2h.`,
      );
    }
    return seconds;
  };
}
