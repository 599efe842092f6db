import type { Command } from 'commander';
import { resetBaseline } from '../../functions/app/operate/reset-baseline.ts';
import { baselineStandings } from '../../functions/app/queries/baselines.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { baselineLines } from '../presenters/baselines.ts';

interface BaselinesOptions extends CommonOptions {
  readonly reset?: string;
}

export function addBaselines(program: Command, context: Context): void {
  withConnection(withConfig(program.command('baselines'), context))
    .summary('show what was learned of the series watched for anomalies')
    .description(
      'Shows, for each series under `anomalies`, its detector, how much it has learned and since when, what was expected and its last score.',
    )
    .argument('[component]', 'only its series')
    .option('--reset <series>', 'forget what was learned of a series of the component')
    .action(async (component: string | undefined, options: BaselinesOptions) => {
      const configuration = readConfigurationFile(options.config);
      if (component !== undefined) checkComponent(component, configuration, options.config);
      if (options.reset !== undefined && component === undefined)
        throw new CommandFailed('usage', '--reset: name the component whose series it is.');
      const { baselines } = await connect(options);
      const { clock } = context;
      if (options.reset !== undefined && component !== undefined) {
        const series = options.reset;
        if (!(await resetBaseline({ baselines, clock }, { component, series })))
          throw new CommandFailed('usage', `${component} has no baseline of a series ${series}.`);
        context.out(`The baseline of ${component} ${series} starts over with the next run.`);
        return;
      }
      const standings = await baselineStandings({ baselines, configuration }, component);
      if (options.json) context.out(JSON.stringify(standings, null, 2));
      else for (const line of baselineLines(context, standings, clock.nowMs())) context.out(line);
    });
}
