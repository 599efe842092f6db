import type { Command } from 'commander';
import { currentIssues } from '../../functions/app/queries/issues/current-issues.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { issueLines } from '../presenters/issues.ts';

export function addIssues(program: Command, context: Context, end: End): void {
  withConnection(withConfig(program.command('issues'), context))
    .summary('list what is wrong now, by priority')
    .description(
      'Lists what is wrong now, the most urgent first, and what happens next: alarms that are red, anomalies, peers, contained and failed operations, those in flight, proposals, refused signals, missing permissions and Selfheal’s own alarms. Exits with 1 if there is an issue, and with 3 if something could not be read.',
    )
    .action(async (options: CommonOptions) => {
      const configuration = readConfigurationFile(options.config);
      const connection = await connect(options);
      const current = await currentIssues({ ...connection, configuration, clock: context.clock });
      if (options.json) context.out(JSON.stringify(current, null, 2));
      else for (const line of issueLines(context, current)) context.out(line);
      if (current.issues.length > 0) end('problem');
      else if (current.unread.length > 0) end('aws');
    });
}
