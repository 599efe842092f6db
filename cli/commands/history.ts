import type { Command } from 'commander';
import { history } from '../../functions/app/queries/history.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConnection } from '../options.ts';
import { historyLines } from '../presenters/history.ts';

const DEFAULT_DAYS = 7;

export function addHistory(program: Command, context: Context): void {
  withConnection(program.command('history'))
    .summary('count outcomes by strategy and action')
    .description(
      'Counts the outcomes of operations and actions, and the mean time from signal to verified recovery, over as many days as records are kept (settings.historyRetentionDays).',
    )
    .option('--days <number>', 'how many days back', wholeNumber(1, 3_650), DEFAULT_DAYS)
    .action(async (options: CommonOptions & { readonly days: number }) => {
      const { store } = await connect(options);
      const counts = await history({ store, clock: context.clock }, { days: options.days });
      if (options.json) context.out(JSON.stringify(counts, null, 2));
      else for (const line of historyLines(context, counts)) context.out(line);
    });
}
