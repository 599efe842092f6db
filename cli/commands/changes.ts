import type { Command } from 'commander';
import { recentChanges } from '../../functions/app/queries/recent-changes.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { changeLines, missingChanges } from '../presenters/changes.ts';

const DEFAULT_DAYS = 7;

interface ChangesOptions extends CommonOptions {
  readonly days: number;
}

export function addChanges(program: Command, context: Context): void {
  withConnection(withConfig(program.command('changes'), context))
    .summary('show deployments and other changes of the components')
    .description(
      'Shows the changes of the components that have `changes`, the newest first: who reported them, their status and how long they took.',
    )
    .argument('[component]', 'only its changes')
    .option('--days <number>', 'how many days back', wholeNumber(1, 3_650), DEFAULT_DAYS)
    .action(async (component: string | undefined, options: ChangesOptions) => {
      const configuration = readConfigurationFile(options.config);
      if (component !== undefined) checkComponent(component, configuration, options.config);
      const { changes } = await connect(options);
      const { clock } = context;
      const { changes: found, cutAtMs } = await recentChanges(
        { changes, configuration, clock },
        { days: options.days, ...(component !== undefined && { component }) },
      );
      if (options.json) context.out(JSON.stringify(found, null, 2));
      else for (const line of changeLines(context, found, options.days, clock.nowMs())) context.out(line);
      for (const line of missingChanges(cutAtMs)) context.err(line);
    });
}
