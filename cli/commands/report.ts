import { type Command, Option } from 'commander';
import { correlatedIncidents } from '../../functions/app/queries/correlated-incidents.ts';
import { periodRecords } from '../../functions/app/queries/period-records.ts';
import { reportOf } from '../../functions/core/report/report.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { REPORT_FORMATS, type ReportFormat, reportLines } from '../presenters/report/report.ts';
import { DEFAULT_DAYS, MOST_DAYS } from './history.ts';

interface ReportOptions extends CommonOptions {
  readonly days: number;
  readonly format: ReportFormat;
}

export function addReport(program: Command, context: Context): void {
  withConnection(withConfig(program.command('report'), context))
    .summary('say how well healing works: MTTD, MTTA, MTTR, success, uptime')
    .description(
      'Reports the mean times to detect, acknowledge and recover, success and error rates and uptime, by strategy, error type, severity, component and action, and what recovered without a repair. docs/reports.md defines each figure.',
    )
    .option('--days <number>', 'how many days back', wholeNumber(1, MOST_DAYS), DEFAULT_DAYS)
    .addOption(
      new Option('--format <format>', 'the format; --json is short for json')
        .choices(REPORT_FORMATS)
        .default('text'),
    )
    .action(async ({ days, config, json, format, ...options }: ReportOptions) => {
      const configuration = readConfigurationFile(config);
      const { store, correlation } = await connect(options);
      const { clock } = context;
      const [records, incidents] = await Promise.all([
        periodRecords({ store, configuration, clock }, { days }),
        correlatedIncidents({ correlation, configuration, clock }, { days }),
      ]);
      for (const line of reportLines(context, reportOf(records, incidents), json ? 'json' : format))
        context.out(line);
    });
}
