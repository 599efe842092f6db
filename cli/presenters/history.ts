import { HISTORY_OUTCOMES, type History } from '../../functions/app/queries/history.ts';
import { STEP_OUTCOMES } from '../../functions/core/operation/operation.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { coloured, count, moment, span } from './words.ts';

type Counts = Readonly<Partial<Record<string, number>>>;

/** Counts by outcome, strategy and action. */
export function historyLines(output: Output, history: History): readonly string[] {
  const { sinceMs, operations, isCut, outcomes, meanRecoveryMs, strategies, actions } = history;
  const since = `${count(operations, 'operation')} since ${moment(sinceMs)}`;
  if (operations === 0) return [`${since}.`];
  return [
    `${since}: ${countsText(output, outcomes, HISTORY_OUTCOMES)}`,
    `Mean time from signal to verified recovery: ${meanText(meanRecoveryMs)}`,
    ...(isCut ? ['Older operations of this time were left out: name fewer days.'] : []),
    '',
    ...columns(
      output,
      ['STRATEGY', 'OPERATIONS', 'MEAN RECOVERY', 'OUTCOMES'],
      strategies.map((each) => [
        each.strategyId,
        String(each.operations),
        meanText(each.meanRecoveryMs),
        countsText(output, each.outcomes, HISTORY_OUTCOMES),
      ]),
    ),
    '',
    ...columns(
      output,
      ['ACTION', 'STEPS', 'OUTCOMES'],
      actions.map(({ action, steps, outcomes: own }) => [
        action,
        String(steps),
        countsText(output, own, [...STEP_OUTCOMES, 'RUNNING']),
      ]),
    ),
  ];
}

function meanText(meanMs: number | undefined): string {
  return meanMs === undefined ? '–' : span(meanMs);
}

function countsText(output: Output, counts: Counts, order: readonly string[]): string {
  return order
    .flatMap((name) => (counts[name] === undefined ? [] : [`${counts[name]} ${coloured(output, name)}`]))
    .join(', ');
}
