import { inAutoMode } from '../../functions/core/configuration/mode-of.ts';
import { InvalidHistory } from './alarm-history.ts';
import { answerWhatIf, NothingToReplay } from './answer.ts';
import { jsonOf } from './answer-json.ts';
import { InvalidChanges } from './change-history.ts';
import {
  BadInput,
  type ReadStandardInput,
  readChanges,
  readConfiguration,
  readHistories,
  readStandardInput,
} from './input.ts';
import { withoutCalendars } from './landscape.ts';
import { readOptions, USAGE } from './options.ts';
import { reportLines } from './report.ts';

interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * `npm run what-if -- --history …`.
 *
 * @param argv what follows the program's name
 * @returns the exit code: 0 answered, 1 unusable file, 2 unusable options
 */
export async function whatIf(
  argv: readonly string[],
  { out, err }: Output = { out: console.log, err: console.error },
  readInput: ReadStandardInput = readStandardInput,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  try {
    const { config, history, changes, assumption, json, help } = readOptions(argv, environment);
    if (help) {
      out(USAGE);
      return 0;
    }
    const configuration = await readConfiguration(config, err);
    const answer = await answerWhatIf(
      withoutCalendars(inAutoMode(configuration)),
      await readHistories(history, readInput),
      assumption,
      changes.length === 0 ? undefined : await readChanges(changes, configuration),
    );
    for (const missing of answer.history.missing) err(`warning: ${missing}`);
    out(json ? JSON.stringify(jsonOf(answer), null, 2) : reportLines(answer).join('\n'));
    return 0;
  } catch (error) {
    if (error instanceof BadInput) err(error.message);
    else if (isUnusable(error)) err(error.message);
    else throw error;
    return error instanceof BadInput ? error.exitCode : 1;
  }
}

function isUnusable(error: unknown): error is Error {
  return [InvalidHistory, InvalidChanges, NothingToReplay].some((kind) => error instanceof kind);
}
