import { Argument, type Command } from 'commander';
import { changeLearned, type LearnedChange } from '../../functions/app/operate/change-learned.ts';
import { learnedStanding } from '../../functions/app/queries/learned.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { learnedLines } from '../presenters/learned.ts';
import { count } from '../presenters/words.ts';

const ACTIONS = ['reset', 'refresh', 'restore'] as const;
type Action = (typeof ACTIONS)[number];

interface LearnedOptions extends CommonOptions {
  readonly pattern?: readonly string[];
  readonly backup?: string;
}

export function addLearned(program: Command, context: Context): void {
  withConnection(withConfig(program.command('learned'), context))
    .summary('show what was learned from outcomes, or forget it')
    .description(
      'Shows each pattern with its success rate, what it suggests, and whether it still holds. `reset` forgets all patterns, or those that --pattern names; `refresh` forgets those that were not used within a half-life or no longer succeed; `restore` undoes such a change. No record is deleted.',
    )
    .addArgument(new Argument('[action]', 'what to change').choices(ACTIONS))
    .option('--pattern <pattern...>', 'for reset: only these patterns, named as shown')
    .option('--backup <id>', 'for restore: the backup to restore')
    .action(async (action: Action | undefined, options: LearnedOptions) => {
      const change = action && changeOf(action, options);
      const configuration = readConfigurationFile(options.config);
      const { learning, callerIdentity } = await connect(options);
      const deps = { learning, configuration, clock: context.clock };
      if (change) {
        const line = await changed(deps, change, await callerIdentity());
        context.out(options.json ? JSON.stringify({ changed: line }) : line);
        return;
      }
      const standing = await learnedStanding(deps);
      if (options.json) context.out(JSON.stringify(standing, null, 2));
      else for (const line of learnedLines(context, standing, context.clock.nowMs())) context.out(line);
    });
}

/** @throws CommandFailed for options that do not belong together */
function changeOf(action: Action, { pattern, backup }: LearnedOptions): LearnedChange {
  if (pattern && action !== 'reset')
    throw new CommandFailed('usage', `--pattern: ${action} takes none; it is for reset.`);
  if (action !== 'restore' && backup !== undefined)
    throw new CommandFailed('usage', `--backup: ${action} takes none; it is for restore.`);
  if (action === 'reset') return { kind: 'reset', patterns: pattern ?? 'all' };
  if (action === 'refresh') return { kind: 'refresh' };
  if (backup === undefined)
    throw new CommandFailed('usage', '--backup: name the backup to restore; `selfheal learned` lists them.');
  return { kind: 'restore', backupId: backup };
}

/** @throws CommandFailed unless what is learned now is what was asked for */
async function changed(
  deps: Parameters<typeof changeLearned>[0],
  change: LearnedChange,
  by: string,
): Promise<string> {
  const result = await changeLearned(deps, change, by);
  switch (result.outcome) {
    case 'changed':
      return `${count(result.changed.length, 'pattern')} changed. To undo it, run \`selfheal learned restore --backup ${result.backupId}\`.`;
    case 'nothing-to-forget':
      if (change.kind === 'refresh') return 'No pattern is outdated: nothing was changed.';
      throw new CommandFailed('usage', 'there is no such pattern: `selfheal learned` lists them.');
    case 'unknown-backup':
      throw new CommandFailed('usage', 'there is no such backup: `selfheal learned` lists them.');
    case 'overtaken':
      throw new CommandFailed(
        'unconfirmed',
        'someone else changed it at the same time: check with `selfheal learned`, and try again.',
      );
    case 'not-confirmed':
      throw new CommandFailed(
        'unconfirmed',
        `the change was written, but these patterns are not as expected: ${result.unexpected.join('; ')}. To undo it, run \`selfheal learned restore --backup ${result.backupId}\`.`,
      );
  }
}
