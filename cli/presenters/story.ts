import type { OperationStory } from '../../functions/app/queries/operation-story.ts';
import { timelineOf } from '../../functions/app/queries/timeline.ts';
import type { Output } from '../output.ts';
import { entryLines } from './timeline.ts';
import { coloured } from './words.ts';

/** What an operation is, above its timeline. */
export function headLines(output: Output, { operation, plan }: OperationStory): readonly string[] {
  const { operationId, component, strategyId, state, result } = operation;
  const actions = plan?.strategy.actions.map(({ type }) => type).join(', ');
  return [
    `${output.paint('bold', operationId)}  ${coloured(output, state)}${result ? ` ${coloured(output, result)}` : ''}`,
    `component ${component}, strategy ${strategyId}${actions ? `: ${actions}` : ''}`,
    '',
  ];
}

/** What is left for people to do. */
export function tailLines({ containment }: OperationStory): readonly string[] {
  return containment ? ['', containment.message] : [];
}

export function storyLines(output: Output, story: OperationStory): readonly string[] {
  return [
    ...headLines(output, story),
    ...timelineOf(story).flatMap((entry) => entryLines(output, entry)),
    ...tailLines(story),
  ];
}
