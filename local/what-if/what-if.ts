import { CommandFailed } from '../../cli/errors.ts';
import type { WhatIf } from '../../cli/what-if.ts';
import { inAutoMode } from '../../functions/core/configuration/mode-of.ts';
import { InvalidHistory } from './alarm-history.ts';
import { answerWhatIf, NothingToReplay } from './answer.ts';
import { jsonOf } from './answer-json.ts';
import { InvalidChanges } from './change-history.ts';
import { type ReadStandardInput, readChanges, readHistories, readStandardInput } from './input.ts';
import { withoutCalendars } from './landscape.ts';
import { reportLines } from './report.ts';

/** What `selfheal what-if` runs, on an embedded cloud in virtual time. */
export const whatIf = whatIfReading(readStandardInput);

/** The same, with the standard input given. */
export function whatIfReading(readInput: ReadStandardInput): WhatIf {
  return async ({ configuration, histories, changes, assumption, json }, { out, err }) => {
    try {
      const answer = await answerWhatIf(
        withoutCalendars(inAutoMode(configuration)),
        await readHistories(histories, readInput),
        assumption,
        changes.length === 0 ? undefined : await readChanges(changes, configuration),
      );
      for (const missing of answer.history.missing) err(`warning: ${missing}`);
      out(json ? JSON.stringify(jsonOf(answer), null, 2) : reportLines(answer).join('\n'));
    } catch (error) {
      if (isUnusable(error)) throw new CommandFailed('problem', error.message, { cause: error });
      throw error;
    }
  };
}

function isUnusable(error: unknown): error is Error {
  return [InvalidHistory, InvalidChanges, NothingToReplay].some((kind) => error instanceof kind);
}
