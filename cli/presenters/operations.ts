import type { RecentOperations } from '../../functions/app/queries/recent-operations.ts';
import { hasEnded, type Operation } from '../../functions/core/operation/operation.ts';
import { outcomeOf } from '../../functions/core/report/outcome.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { coloured, count, moment, span } from './words.ts';

/** One line for each operation. */
export function operationLines(output: Output, recent: RecentOperations, nowMs: number): readonly string[] {
  const { operations, searched, isCut } = recent;
  const note = isCut ? [`Only the last ${count(searched, 'operation')} were searched.`] : [];
  if (operations.length === 0) return ['No operations on record.', ...note];
  return [
    ...columns(
      output,
      ['OPERATION', 'STARTED', 'COMPONENT', 'STRATEGY', 'STATE', 'RESULT', 'TOOK', 'WHY'],
      operations.map((operation) => operationRow(output, operation, nowMs)),
    ),
    ...note,
  ];
}

function operationRow(output: Output, operation: Operation, nowMs: number): readonly string[] {
  const { operationId, component, strategyId, attempt, state, startedAtMs, alert, failure } = operation;
  const { completedAtMs = nowMs } = operation;
  return [
    operationId,
    moment(startedAtMs),
    component,
    attempt === 1 ? strategyId : `${strategyId} #${attempt}`,
    coloured(output, state),
    hasEnded(operation) ? coloured(output, outcomeOf(operation)) : '–',
    span(completedAtMs - startedAtMs),
    failure ? failure.error : `${alert.metric}, ${alert.origin}`,
  ];
}
