import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { configurationIfAny } from '../configuration-file.ts';
import type { Context } from '../context.ts';

/** Commands whose first argument is a component. */
const WITH_COMPONENT = ['check', 'why', 'heal'];

/** `completion <shell>` prints the script; the script asks the hidden command `complete`. */
export function addCompletion(program: Command, context: Context): void {
  const root = tab(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary('print the script that completes commands in a shell');
  for (const command of program.commands) {
    const completed = root.commands.get(command.name());
    if (completed) completed.description = command.summary() || command.description();
  }
  for (const name of WITH_COMPONENT) {
    const argument = root.commands.get(name)?.arguments.get('component');
    if (!argument) continue;
    argument.handler = (complete) => {
      const { components = {} } = configurationIfAny(context.config) ?? {};
      for (const component of Object.keys(components)) complete(component, '');
    };
  }
}
