import type { Command } from 'commander';
import { injectMetric } from '../../functions/app/operate/inject-metric.ts';
import { watchedSeries } from '../../functions/core/analysis/component-series.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';

interface InjectOptions extends CommonOptions {
  readonly points: string;
}

/** A day in steps of 5 minutes. */
const POINTS_AT_MOST = 288;

export function addInject(program: Command, context: Context): void {
  withConnection(withConfig(program.command('inject'), context))
    .summary('replace the next measurements of a metric with a value')
    .description(
      'Replaces the next data points of a watched metric with a value, to try detection and strategies without a fault. The effect is real: an anomaly may start a repair. The baseline learns from the value as from any other.',
    )
    .argument('<component>', 'whose metric')
    .argument('<metric>', 'as strategies name it, such as memory_leak')
    .argument('<value>', 'a number; write -- before one below 0')
    .option('--points <number>', `how many data points, 1 to ${POINTS_AT_MOST}`, '1')
    .action(async (component: string, metric: string, text: string, options: InjectOptions) => {
      const configuration = readConfigurationFile(options.config);
      checkComponent(component, configuration, options.config);
      const own = watchedSeries(configuration.components).filter((each) => each.component === component);
      const known = [...new Set(own.map((each) => each.metric))].sort();
      if (!known.includes(metric))
        throw new CommandFailed(
          'usage',
          `${component} has no series of the metric ${metric}. It has: ${known.join(', ') || 'none'}.`,
        );
      const value = numberOf('<value>', text);
      const points = numberOf('--points', options.points);
      if (!Number.isInteger(points) || points < 1 || points > POINTS_AT_MOST)
        throw new CommandFailed(
          'usage',
          `--points: ${options.points} is not a whole number from 1 to ${POINTS_AT_MOST}.`,
        );
      const { baselines } = await connect(options);
      const injection = { metric, value, points };
      if (!(await injectMetric({ baselines, clock: context.clock }, component, injection)))
        throw new CommandFailed(
          'usage',
          `no value of ${component} has been read yet; try again after the next run.`,
        );
      if (options.json) context.out(JSON.stringify({ component, ...injection }, null, 2));
      else
        context.out(
          `The next ${points === 1 ? 'data point' : `${points} data points`} of ${component} ${metric} will be ${value}.`,
        );
    });
}

function numberOf(what: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new CommandFailed('usage', `${what}: ${text} is not a number.`);
}
