import type { Command } from 'commander';
import { type OperationStory, operationStory } from '../../functions/app/queries/operation-story.ts';
import { timelineOf } from '../../functions/app/queries/timeline.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { connect } from '../connection.ts';
import type { Context, End } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { followOperation } from '../follow-operation.ts';
import { type CommonOptions, withConnection } from '../options.ts';
import { storyLines } from '../presenters/story.ts';

/** A mistaken id is looked for among this many. */
const SEARCHED_AT_MOST = 200;

interface ShowOptions extends CommonOptions {
  readonly watch?: true;
}

export function addShow(program: Command, context: Context, end: End): void {
  withConnection(program.command('show'))
    .summary('show the timeline of an operation')
    .description(
      'Shows what happened in an operation: signal, admission, diagnosis, steps, rollback, result. With --watch, it follows the operation until it ends, and exits with 1 if it failed; with --json, it then prints one entry per line.',
    )
    .argument('<operation>', 'its id')
    .option('-w, --watch', 'follow it until it ends')
    .action(async (operationId: string, options: ShowOptions) => {
      const { store } = await connect(options);
      const story = await operationStory({ store }, operationId);
      if (!story) throw await unknownOperation(store, operationId);
      if (options.watch) {
        const last = await followOperation({ store, context, json: options.json === true }, story);
        if (last.operation.state === 'FAILED') end('problem');
      } else if (options.json) {
        context.out(JSON.stringify(withTimeline(story), null, 2));
      } else {
        for (const line of storyLines(context, story)) context.out(line);
      }
    });
}

function withTimeline(story: OperationStory) {
  const { operation, plan, containment } = story;
  return { operation, plan, timeline: timelineOf(story), containment };
}

async function unknownOperation(
  store: Pick<OperationStore, 'listOperations'>,
  given: string,
): Promise<CommandFailed> {
  const last = await store.listOperations(SEARCHED_AT_MOST);
  const meant = last.find(
    ({ operationId, component }) =>
      component === given || (given.length > 3 && operationId.startsWith(given)),
  );
  const remedy =
    meant === undefined
      ? '`selfheal operations` lists those on record'
      : `the last operation ${meant.component === given ? 'of that component' : 'that begins like that'} is ${meant.operationId}`;
  return new CommandFailed('usage', `there is no operation ${given}: ${remedy}`);
}
