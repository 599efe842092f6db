import type { Command } from 'commander';
import { checkComponent as lookAtComponent } from '../../functions/app/queries/issues/check-component.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { checkLines } from '../presenters/issues.ts';

export function addCheck(program: Command, context: Context, end: End): void {
  withConnection(withConfig(program.command('check'), context))
    .summary('look at everything that says whether a component is healthy')
    .description(
      'Looks at a component’s alarms, peers, anomalies, hosts and records now, and at the issues of what it depends on. It changes nothing. Exits with 0 only if something proves that the component is healthy and nothing says otherwise, with 1 if not, and with 3 if that can’t be said because something could not be read.',
    )
    .argument('<component>', 'its name')
    .action(async (component: string, options: CommonOptions) => {
      const configuration = readConfigurationFile(options.config);
      checkComponent(component, configuration, options.config);
      const connection = await connect(options);
      const check = await lookAtComponent({ ...connection, configuration, clock: context.clock }, component);
      if (options.json) context.out(JSON.stringify(check, null, 2));
      else for (const line of checkLines(context, check)) context.out(line);
      if (check.verdict === 'healthy') return;
      end(check.verdict === 'unknown' && check.unread.length > 0 ? 'aws' : 'problem');
    });
}
