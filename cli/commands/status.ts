import type { Command } from 'commander';
import { fleetStatus } from '../../functions/app/queries/fleet-status.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { statusLines } from '../presenters/status.ts';

export function addStatus(program: Command, context: Context): void {
  withConnection(withConfig(program.command('status'), context))
    .summary('show components, groups and budgets')
    .description(
      'Shows what stops healing, what is in flight, the budgets of groups, and for each component what an alert would lead to now. It reads records and probes nothing.',
    )
    .action(async (options: CommonOptions) => {
      const configuration = readConfigurationFile(options.config);
      const { store, calendars } = await connect(options);
      const status = await fleetStatus({ store, calendars, configuration, clock: context.clock });
      if (options.json) context.out(JSON.stringify(status, null, 2));
      else for (const line of statusLines(context, status)) context.out(line);
    });
}
