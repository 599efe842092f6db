import type { Command } from 'commander';
import { examine } from '../../functions/app/doctor/doctor.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { doctorLines } from '../presenters/doctor.ts';

export function addDoctor(program: Command, context: Context, end: End): void {
  withConnection(withConfig(program.command('doctor'), context))
    .summary('compare what is deployed with the configuration')
    .description(
      'Looks at stacks, functions, rules, dead-letter queues, topics, alarms, runbooks, managed nodes, missing permissions and the watchdog, and names each fault with its remedy. Exits with 1 if there is a fault, and with 3 if something could not be checked, for example because you lack a permission. It changes nothing.',
    )
    .action(async (options: CommonOptions) => {
      const configuration = readConfigurationFile(options.config);
      const { store, watchdog, deployment } = await connect(options);
      const checked = await examine({ store, watchdog, deployment, configuration, clock: context.clock });
      if (options.json) context.out(JSON.stringify({ checks: checked }, null, 2));
      else for (const line of doctorLines(context, checked)) context.out(line);
      if (checked.some(({ faults }) => faults.length > 0)) end('problem');
      else if (checked.some(({ unable }) => unable)) end('aws');
    });
}
