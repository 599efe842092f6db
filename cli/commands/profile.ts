import type { Command } from 'commander';
import { profileOf } from '../../functions/app/queries/profile.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, withConfig, withConnection } from '../options.ts';
import { profileLines } from '../presenters/profile.ts';

export function addProfile(program: Command, context: Context): void {
  withConnection(withConfig(program.command('profile'), context))
    .summary('show what the hosts of a component measured last')
    .description(
      'Shows the profile of a component’s service on each host: what was measured last, what was expected of what is watched, and what could not be measured.',
    )
    .argument('<component>', 'whose profile')
    .action(async (component: string, options: CommonOptions) => {
      const configuration = readConfigurationFile(options.config);
      checkComponent(component, configuration, options.config);
      if (configuration.components[component]?.profile === undefined)
        throw new CommandFailed('usage', `${component} has no \`profile\` in ${options.config}.`);
      const { baselines } = await connect(options);
      const hosts = await profileOf({ baselines, configuration }, component);
      if (options.json) context.out(JSON.stringify(hosts, null, 2));
      else for (const line of profileLines(context, hosts, context.clock.nowMs())) context.out(line);
    });
}
