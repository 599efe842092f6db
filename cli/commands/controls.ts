import { Argument, type Command, Option } from 'commander';
import { type ControlDetail, sendControl } from '../../functions/app/operate/send-control.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { modeOf } from '../../functions/core/configuration/mode-of.ts';
import { isStricter, MODES, type Mode } from '../../functions/core/configuration/modes.ts';
import { withNearest } from '../../functions/core/configuration/nearest-name.ts';
import {
  EXCLUDED_FOR_SECONDS,
  HELD_OPEN_FOR_SECONDS,
  LONGEST_CONTROL_SECONDS,
  MODE_SET_FOR_SECONDS,
  SHORTEST_CONTROL_SECONDS,
} from '../../functions/core/signal/control-event.ts';
import { configurationIfAny } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { eventSource } from '../event-source.ts';
import { duration } from '../options.ts';
import { controlText } from '../presenters/control.ts';
import { reasonOf, type SendingOptions, withSending } from '../sending.ts';

interface ControlOptions extends SendingOptions {
  readonly for?: number;
  readonly group?: string;
}

interface ModeOptions extends ControlOptions {
  readonly component?: string;
}

const CONFIRMED = 'Exits with 0 only when that has been read back from the table.';

export function addControls(program: Command, context: Context, end: End): void {
  const sender = (options: ControlOptions) => async (detail: ControlDetail) =>
    await send(context, end, options, { ...detail, reason: reasonOf(options) });

  withSending(program.command('pause'), context)
    .summary('start no more operations')
    .description(`Pauses healing: no operation starts, those in flight finish. ${CONFIRMED}`)
    .option('--group <name>', 'pause only this group')
    .addOption(forOption('until it is resumed'))
    .action(async (options: ControlOptions) => {
      await sender(options)({ command: 'pause', ...groupOf(options), ...endOf(options) });
    });

  withSending(program.command('resume'), context)
    .summary('lift a pause')
    .description(`Lifts a pause. ${CONFIRMED}`)
    .option('--group <name>', 'lift only the pause of this group')
    .action(async (options: ControlOptions) => {
      await sender(options)({ command: 'resume', ...groupOf(options) });
    });

  withSending(program.command('exclude'), context)
    .summary('leave one component alone')
    .description(`Leaves a component alone for a time: no operation on it starts. ${CONFIRMED}`)
    .argument('<component>')
    .addOption(forOption('1d', EXCLUDED_FOR_SECONDS))
    .action(async (component: string, options: ControlOptions) => {
      await sender(options)({ command: 'exclude', component, ...endOf(options) });
    });

  withSending(program.command('include'), context)
    .summary('lift an exclusion')
    .description(`Lifts an exclusion. ${CONFIRMED}`)
    .argument('<component>')
    .action(async (component: string, options: ControlOptions) => {
      await sender(options)({ command: 'include', component });
    });

  withSending(program.command('open-window'), context)
    .summary('hold a window open')
    .description(
      `Holds a window open for a time, whatever its hours, closed days and calendars say. ${CONFIRMED}`,
    )
    .argument('<window>', 'its name under `windows`')
    .addOption(forOption('2h', HELD_OPEN_FOR_SECONDS))
    .action(async (window: string, options: ControlOptions) => {
      await sender(options)({ command: 'open_window', window, ...endOf(options) });
    });

  withSending(program.command('close-window'), context)
    .summary('no longer hold a window open')
    .description(`Ends an \`open-window\` early: the window follows its hours again. ${CONFIRMED}`)
    .argument('<window>', 'its name under `windows`')
    .action(async (window: string, options: ControlOptions) => {
      await sender(options)({ command: 'close_window', window });
    });

  withSending(program.command('mode'), context)
    .summary('have repairs only observed, or proposed, for a time')
    .description(
      `Sets a mode for a time, for all components or a part of them. The strictest of this and the configuration applies, so it never lets more be done than was deployed. \`auto\` lifts it. ${CONFIRMED}`,
    )
    .addArgument(new Argument('<mode>', 'what happens to repairs').choices([...MODES]))
    .addOption(new Option('--component <name>', 'only for this component').conflicts('group'))
    .option('--group <name>', 'only for this group')
    .addOption(forOption('1d'))
    .action(async (mode: Mode, options: ModeOptions) => {
      if (mode === 'auto' && options.for !== undefined)
        throw new CommandFailed('usage', '--for: `auto` lifts the mode at once; leave --for out');
      const { component } = options;
      const part = { ...groupOf(options), ...(component !== undefined && { component }) };
      const end = mode === 'auto' ? {} : { for: options.for ?? MODE_SET_FOR_SECONDS };
      await sender(options)({ command: 'set_mode', mode, ...part, ...end });
    });
}

function forOption(standard: string, seconds?: number): Option {
  const option = new Option('--for <duration>', 'such as 2h; 1 minute to 30 days').argParser(
    duration(SHORTEST_CONTROL_SECONDS, LONGEST_CONTROL_SECONDS),
  );
  if (seconds !== undefined) return option.default(seconds, standard);
  option.description += `; default: ${standard}`;
  return option;
}

const groupOf = ({ group }: ControlOptions) => (group === undefined ? {} : { group });
const endOf = (options: ControlOptions) => (options.for === undefined ? {} : { for: options.for });

async function send(
  context: Context,
  end: End,
  options: SendingOptions,
  detail: ControlDetail,
): Promise<void> {
  const configuration = configurationIfAny(options.config);
  if (configuration) checkNames(detail, configuration, options.config);
  const source = eventSource('Selfheal Control', configuration, options.source);
  const { store, events } = await connect(options);
  const deps = { store, events, clock: context.clock };
  const result = await sendControl(deps, { source, detail, timeoutMs: options.timeout * 1_000 });
  if (result.outcome !== 'confirmed') end(result.outcome === 'unanswered' ? 'unconfirmed' : 'problem');
  if (options.json) {
    context.out(JSON.stringify(result, null, 2));
    return;
  }
  context.out(controlText(context, detail, source, result));
  if (result.outcome !== 'confirmed') return;
  if (detail.command === 'resume' && detail.group === undefined && configuration?.settings.paused)
    context.out('The configuration still pauses it: deploy without settings.paused: true.');
  if (detail.command === 'include' && configuration?.components[detail.component]?.excluded)
    context.out('The configuration still excludes it: deploy without excluded: true.');
  if (detail.command === 'set_mode' && configuration && changesNothing(detail, configuration))
    context.out('The configuration is as strict without it.');
}

/** Whether every strategy has this mode, or a stricter one, by the configuration alone. */
function changesNothing(
  { mode, group, component }: Extract<ControlDetail, { readonly command: 'set_mode' }>,
  configuration: CompiledConfiguration,
): boolean {
  if (mode === 'auto') return false;
  const names = Object.entries(configuration.components)
    .filter(([name, own]) => (component ?? name) === name && (group ?? own.group) === own.group)
    .map(([name]) => name);
  return names.every((name) =>
    configuration.strategies.every((strategy) => !isStricter(mode, modeOf(configuration, name, [strategy]))),
  );
}

/** @throws CommandFailed for a name that the configuration does not have */
function checkNames(detail: ControlDetail, configuration: CompiledConfiguration, file: string): void {
  const { groups, components, windows } = configuration;
  const named = {
    ...('group' in detail && { group: [detail.group, groups] as const }),
    ...('component' in detail && { component: [detail.component, components] as const }),
    ...('window' in detail && { window: [detail.window, windows] as const }),
  };
  for (const [kind, [name, declared]] of Object.entries(named)) {
    if (name === undefined || Object.hasOwn(declared, name)) continue;
    const { nearest } = withNearest(name, Object.keys(declared));
    const remedy =
      nearest === undefined
        ? `Declared: ${Object.keys(declared).join(', ') || 'none'}.`
        : `Did you mean ${nearest}?`;
    throw new CommandFailed('usage', `${file} has no ${kind} ${name}. ${remedy}`);
  }
}
