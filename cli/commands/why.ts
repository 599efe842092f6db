import type { Command } from 'commander';
import { whyNotHealed } from '../../functions/app/queries/why-not-healed.ts';
import { NOBODY } from '../../functions/core/signal/named-component.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { REFUSAL_EXPLANATIONS } from '../presenters/refusal-reasons.ts';
import { whyLines } from '../presenters/why.ts';

const DEFAULT_LIMIT = 5;

interface WhyOptions extends CommonOptions {
  readonly limit: number;
}

export function addWhy(program: Command, context: Context): void {
  withConnection(withConfig(program.command('why'), context))
    .summary('say why a component was not healed, and when it may be')
    .description(
      'Says for each strategy of a component whether it could be used now, and lists the component’s refusals, newest first. Refusals of events that name no component are under `unknown`.',
    )
    .argument('<component>', 'its name, or another name that events gave')
    .option('-n, --limit <number>', 'how many refusals', wholeNumber(1, 1_000), DEFAULT_LIMIT)
    .action(async (component: string, options: WhyOptions) => {
      const configuration = readConfigurationFile(options.config);
      const { store, calendars } = await connect(options);
      const deps = { store, calendars, configuration, clock: context.clock };
      const why = await whyNotHealed(deps, { component, limit: options.limit });
      if (why.refusals.length === 0 && component !== NOBODY)
        checkComponent(component, configuration, options.config);
      if (!options.json) {
        for (const line of whyLines(context, component, why)) context.out(line);
        return;
      }
      const refusals = why.refusals.map((refusal) => ({
        ...refusal,
        explanation: REFUSAL_EXPLANATIONS[refusal.reason],
      }));
      context.out(JSON.stringify({ ...why, refusals }, null, 2));
    });
}
