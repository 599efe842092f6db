import type { Command } from 'commander';
import { periodRecords } from '../../functions/app/queries/period-records.ts';
import { faultsOf } from '../../functions/core/report/faults.ts';
import { reportOf } from '../../functions/core/report/report.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { historyLines } from '../presenters/history.ts';

export const DEFAULT_DAYS = 7;
export const MOST_DAYS = 3_650;

export function addHistory(program: Command, context: Context): void {
  withConnection(withConfig(program.command('history'), context))
    .summary('list faults: what was tried, how each ended')
    .description(
      'Lists the faults of the last days, newest first: when each began, its cause, what was tried, how it ended and after how long. It goes back as far as records are kept (settings.historyRetentionDays).',
    )
    .option('--days <number>', 'how many days back', wholeNumber(1, MOST_DAYS), DEFAULT_DAYS)
    .action(async ({ days, config, json, ...options }: CommonOptions & { readonly days: number }) => {
      const configuration = readConfigurationFile(config);
      const { store } = await connect(options);
      const records = await periodRecords({ store, configuration, clock: context.clock }, { days });
      const faults = faultsOf(records);
      const { sinceMs, untilMs, isCut } = records;
      if (json) context.out(JSON.stringify({ sinceMs, untilMs, isCut, faults }, null, 2));
      else for (const line of historyLines(context, faults, reportOf(records))) context.out(line);
    });
}
