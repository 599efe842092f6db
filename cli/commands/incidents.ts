import type { Command } from 'commander';
import { correlatedIncidents } from '../../functions/app/queries/correlated-incidents.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { incidentDetail, incidentLines } from '../presenters/incidents.ts';
import { DEFAULT_DAYS, MOST_DAYS } from './history.ts';

interface IncidentsOptions extends CommonOptions {
  readonly days: number;
}

export function addIncidents(program: Command, context: Context): void {
  withConnection(withConfig(program.command('incidents'), context))
    .summary('show which alerts of several components were one incident')
    .description(
      'Shows the incidents of components that depend on each other or share changes, the newest first: which component is at fault, how many components and alerts it explains, the operations, and the score. With an id, everything on record about one.',
    )
    .argument('[incident]', 'its id')
    .option('--days <number>', 'how many days back', wholeNumber(1, MOST_DAYS), DEFAULT_DAYS)
    .action(async (incidentId: string | undefined, options: IncidentsOptions) => {
      const configuration = readConfigurationFile(options.config);
      const { correlation } = await connect(options);
      const { clock } = context;
      const { days } = options;
      const found = await correlatedIncidents({ correlation, configuration, clock }, { days });
      if (incidentId === undefined) {
        if (options.json) context.out(JSON.stringify(found, null, 2));
        else for (const line of incidentLines(context, found, days, clock.nowMs())) context.out(line);
        return;
      }
      const incident = found.find((each) => [each.incidentId, ...each.absorbed].includes(incidentId));
      if (!incident)
        throw new CommandFailed(
          'usage',
          `there is no incident ${incidentId} in the last ${days} days: \`selfheal incidents\` lists them, and --days looks further back`,
        );
      if (options.json) context.out(JSON.stringify(incident, null, 2));
      else for (const line of incidentDetail(context, incident, clock.nowMs())) context.out(line);
    });
}
