import {
  type OperationStory,
  type OperationStoryDeps,
  operationStory,
} from '../functions/app/queries/operation-story.ts';
import { type TimelineEntry, timelineOf } from '../functions/app/queries/timeline.ts';
import { hasEnded } from '../functions/core/operation/operation.ts';
import type { Context } from './context.ts';
import { headLines, tailLines } from './presenters/story.ts';
import { entryLines } from './presenters/timeline.ts';

const POLL_EVERY_MS = 2_000;

export interface FollowDeps extends OperationStoryDeps {
  readonly context: Context;
  /** One entry a line instead of text. */
  readonly json: boolean;
}

/** Prints the timeline of an operation as it grows, until it has ended. A step is printed when it begins and when it ends. */
export async function followOperation(
  { store, context, json }: FollowDeps,
  first: OperationStory,
): Promise<OperationStory> {
  const printed = new Set<string>();
  if (!json) for (const line of headLines(context, first)) context.out(line);
  for (let story = first; ; ) {
    for (const entry of timelineOf(story)) {
      if (printed.has(identityOf(entry))) continue;
      printed.add(identityOf(entry));
      if (json) context.out(JSON.stringify(entry));
      else for (const line of entryLines(context, entry)) context.out(line);
    }
    if (hasEnded(story.operation)) {
      if (!json) for (const line of tailLines(story)) context.out(line);
      return story;
    }
    await context.clock.sleep(POLL_EVERY_MS);
    story = (await operationStory({ store }, first.operation.operationId)) ?? story;
  }
}

function identityOf(entry: TimelineEntry): string {
  return entry.kind === 'step' ? `${entry.stepId} ${entry.outcome}` : entry.kind;
}
