import { CommanderError } from 'commander';
import type { Context } from './context.ts';
import { explain } from './errors.ts';
import { exitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';

/**
 * Runs the command.
 *
 * @param args what follows the program's name
 * @returns the exit code, see EXIT_CODES
 */
export async function runCommand(args: readonly string[], context: Context): Promise<number> {
  let ended: number = exitCode('ok');
  const program = createProgram(context, (exit) => {
    ended = exitCode(exit);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return ended;
  } catch (error) {
    // Help is thrown as well. Commander has printed the text.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode('ok') : exitCode('usage');
    const explained = explain(error);
    if (!explained) {
      context.err(`selfheal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return exitCode('defect');
    }
    context.err(`selfheal: ${explained.message}`);
    return exitCode(explained.exit);
  }
}
