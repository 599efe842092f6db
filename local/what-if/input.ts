import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CommandFailed } from '../../cli/errors.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { type AlarmHistory, joinHistories, readAlarmHistory } from './alarm-history.ts';
import { type ChangeHistory, joinChanges, readChangeHistory } from './change-history.ts';
import { decodeText, NotText } from './decode-text.ts';
import { time } from './wording.ts';

/** Reads all of standard input. */
export type ReadStandardInput = () => Promise<Uint8Array>;

export const readStandardInput: ReadStandardInput = async () => await buffer(process.stdin);

const STANDARD_INPUT = '-';

/** CloudWatch keeps thirty days; a year of history from elsewhere takes minutes to replay. */
const LONGEST_MS = 366 * 24 * 60 * 60_000;

/**
 * The histories of several files as one; `-` is standard input.
 *
 * @throws CommandFailed if all of them are empty, or too much time lies between the first and the last change
 * @throws InvalidHistory
 */
export async function readHistories(
  files: readonly string[],
  readInput: ReadStandardInput,
): Promise<AlarmHistory> {
  const histories: AlarmHistory[] = [];
  for (const file of files) {
    const isInput = file === STANDARD_INPUT;
    const text = isInput ? decoded(await readInput(), '--history -') : await readText(file, '--history');
    histories.push(readAlarmHistory(text, isInput ? 'standard input' : file));
  }
  const history = joinHistories(histories);
  const isCut = history.pages.some((page) => page.isCut);
  if (!isCut && history.transitions.length === 0 && Object.keys(history.ignoredItems).length === 0) {
    throw new CommandFailed(
      'problem',
      `--history ${files.join(', ')}: no items; ` +
        'are the region, the profile and the dates of `aws cloudwatch describe-alarm-history` the right ones?',
    );
  }
  const [firstMs, lastMs] = [history.transitions[0]?.atMs ?? 0, history.transitions.at(-1)?.atMs ?? 0];
  if (lastMs - firstMs > LONGEST_MS) {
    throw new CommandFailed(
      'problem',
      `--history ${files.join(', ')}: changes from ${time(firstMs)} to ${time(lastMs)}, more than 366 days; ` +
        'leave out the oldest, or correct the times',
    );
  }
  return history;
}

/**
 * The changes of several files as one.
 *
 * @throws CommandFailed
 * @throws InvalidChanges
 */
export async function readChanges(
  files: readonly string[],
  configuration: CompiledConfiguration,
): Promise<ChangeHistory> {
  const histories: ChangeHistory[] = [];
  for (const file of files)
    histories.push(readChangeHistory(await readText(file, '--changes'), file, configuration));
  return joinChanges(histories);
}

async function readText(file: string, option: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed('usage', `${option} ${file} can't be read (${code}); name a file that is there`, {
      cause: error,
    });
  }
  return decoded(bytes, `${option} ${file}`);
}

function decoded(bytes: Uint8Array, what: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    throw new CommandFailed('problem', `${what} can't be read: ${error.message}`, { cause: error });
  }
}
