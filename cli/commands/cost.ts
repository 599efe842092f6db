import type { Command } from 'commander';
import { plannedAlarms } from '../../functions/core/configuration/planned-alarms.ts';
import { monthlyCost } from '../../functions/core/cost/monthly-cost.ts';
import { readValidFile } from '../configuration-file.ts';
import type { Context } from '../context.ts';
import { configArgument, wholeNumber, withJson } from '../options.ts';
import { costLines, costReport } from '../presenters/cost.ts';

const MOST_REPAIRS = 1_000_000;

interface CostOptions {
  readonly json?: true;
  readonly repairs: number;
}

export function addCost(program: Command, context: Context): void {
  withJson(program.command('cost'))
    .summary('show what a configuration costs in a month')
    .description(
      'Adds up what a configuration costs in a month, without AWS: US dollars in us-east-1, without free tiers, while everything is healthy, and with a number of repairs.',
    )
    .addArgument(configArgument(context))
    .option('--repairs <number>', 'how many in a month', wholeNumber(0, MOST_REPAIRS), 10)
    .action((file: string, { json, repairs }: CostOptions) => {
      const { configuration, compiled } = readValidFile(file);
      const planned = plannedAlarms(configuration);
      const report = costReport(monthlyCost({ configuration: compiled, planned, repairs }));
      if (json) context.out(JSON.stringify(report, null, 2));
      else for (const line of costLines(context, report)) context.out(line);
    });
}
