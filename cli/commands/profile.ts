import type { Command } from 'commander';
import { lookAtKernel, type ObservedUnit } from '../../functions/app/queries/kernel-look.ts';
import { profileOf } from '../../functions/app/queries/profile.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { describeTargets, selectsHosts } from '../../functions/core/configuration/target-selector.ts';
import { checkComponent, readConfigurationFile } from '../configuration-file.ts';
import { connect, connectToHosts } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { kernelLines } from '../presenters/kernel.ts';
import { profileLines } from '../presenters/profile.ts';

interface ProfileOptions extends CommonOptions {
  readonly kernel?: true;
  readonly seconds: number;
  readonly host?: readonly string[];
}

export function addProfile(program: Command, context: Context): void {
  withConnection(withConfig(program.command('profile'), context))
    .summary('show what the hosts of a component measured last')
    .description(
      'Shows the profile of a component’s service on each host: what was measured last, what was expected of what is watched, and what could not be measured. With `--kernel`, looks at what the kernel does with the service’s processes now: the component needs no `profile` for that, and nothing on its hosts is changed.',
    )
    .argument('<component>', 'whose profile')
    .option('--kernel', 'look at CPU, waiting, disk and TCP of its processes on its hosts now')
    .option('--seconds <number>', 'how long to look, 1 to 30; with --kernel', wholeNumber(1, 30), 10)
    .option('--host <id...>', 'look at these hosts alone; with --kernel')
    .action(async (component: string, options: ProfileOptions) => {
      const configuration = readConfigurationFile(options.config);
      checkComponent(component, configuration, options.config);
      const show = (found: unknown, lines: () => readonly string[]) => {
        if (options.json) context.out(JSON.stringify(found, null, 2));
        else for (const line of lines()) context.out(line);
      };
      if (options.kernel) {
        const unit = observedUnit(component, configuration, options.config);
        const runbooks = await connectToHosts(options, configuration);
        if (!options.json) context.err(`Looking at ${unit.service} for ${options.seconds} s…`);
        const deps = { runbooks, clock: context.clock };
        const hosts = await lookAtKernel(deps, unit, options.seconds, options.host);
        show(hosts, () => kernelLines(context, hosts));
        return;
      }
      if (configuration.components[component]?.profile === undefined)
        throw new CommandFailed(
          'usage',
          `${component} has no \`profile\` in ${options.config}: add one and deploy, or look at its processes now with --kernel.`,
        );
      const { baselines } = await connect(options);
      const hosts = await profileOf({ baselines, configuration }, component);
      show(hosts, () => profileLines(context, hosts, context.clock.nowMs()));
    });
}

/** @throws CommandFailed if it has no unit of systemd on hosts */
function observedUnit(name: string, { components }: CompiledConfiguration, path: string): ObservedUnit {
  const component = components[name];
  const lacks = (what: string) =>
    new CommandFailed('usage', `--kernel looks at a systemd unit on hosts, and ${name} ${what} in ${path}.`);
  if (!component || !selectsHosts(component.targets))
    throw lacks(`has ${component ? describeTargets(component.targets) : 'no targets'}`);
  if (component.service === undefined) throw lacks('has no `service`');
  if (component.serviceManager !== 'systemd') throw lacks('has `serviceManager: sysv`');
  return { component: name, service: component.service, targets: component.targets };
}
