import { type Command, Option } from 'commander';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { formatProblem } from '../../functions/core/configuration/problem.ts';
import { loadFile } from '../configuration-file.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { withConfig, withJson } from '../options.ts';
import { ASSUMPTIONS, type Assumption } from '../what-if.ts';

interface WhatIfOptions {
  readonly config: string;
  readonly history: readonly string[];
  readonly changes?: readonly string[];
  readonly assume: Assumption;
  readonly json?: true;
}

export function addWhatIf(program: Command, context: Context): void {
  withJson(withConfig(program.command('what-if'), context, 'the configuration to replay it against'))
    .summary('replay an alarm history, and show what would have been healed')
    .description(
      'Replays a recorded alarm history against a configuration, in virtual time, without AWS: what would have been healed, what refused and why, and how many operations at a time. With changes, also what they would have held back.',
    )
    .requiredOption(
      '--history <file>',
      'what `aws cloudwatch describe-alarm-history --output json` printed; may be repeated, - is standard input',
      repeated,
    )
    .option(
      '--changes <file>',
      'what `selfheal changes --json` printed, or events as EventBridge delivered them; may be repeated',
      repeated,
    )
    .addOption(
      new Option('--assume <outcome>', 'whether repairs succeed, or change nothing')
        .choices(ASSUMPTIONS)
        .default(ASSUMPTIONS[0]),
    )
    .action(async ({ config, history, changes = [], assume, json }: WhatIfOptions) => {
      if (history.filter((file) => file === '-').length > 1)
        throw new CommandFailed('usage', '--history - is given twice; standard input can be read once');
      const configuration = validConfiguration(config, context);
      await context.whatIf(
        { configuration, histories: history, changes, assumption: assume, json: json === true },
        context,
      );
    });
}

function repeated(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}

/** @throws CommandFailed with every problem, and not only their number: the file may be new, and not deployed yet */
function validConfiguration(path: string, { err }: Context): CompiledConfiguration {
  const loaded = loadFile(path);
  if (!loaded.ok)
    throw new CommandFailed(
      'problem',
      `${path} is invalid:\n\n${loaded.problems.map(formatProblem).join('\n\n')}`,
    );
  for (const warning of loaded.warnings) err(`${formatProblem(warning)}\n`);
  return loaded.compiled;
}
