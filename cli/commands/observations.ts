import type { Command } from 'commander';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConnection } from '../options.ts';
import { observationLines } from '../presenters/observations.ts';

const DEFAULT_LIMIT = 20;
/** A filter looks through this many, the newest first. */
const SEARCHED_AT_MOST = 1_000;

interface ObservationsOptions extends CommonOptions {
  readonly limit: number;
  readonly component?: string;
}

export function addObservations(program: Command, context: Context): void {
  withConnection(program.command('observations'))
    .summary('list what would have been done in observe mode')
    .description(
      'Lists the operations that observe mode recorded instead of carrying them out, newest first, and whether and when their components recovered without them.',
    )
    .option('-n, --limit <number>', 'how many', wholeNumber(1, SEARCHED_AT_MOST), DEFAULT_LIMIT)
    .option('--component <name>', 'only those of one component')
    .action(async ({ limit, component, json, ...options }: ObservationsOptions) => {
      const { store } = await connect(options);
      const searched = component === undefined ? limit : SEARCHED_AT_MOST;
      const observations = (await store.listObservations(searched))
        .filter(({ operation }) => component === undefined || operation.component === component)
        .slice(0, limit);
      if (json) context.out(JSON.stringify(observations, null, 2));
      else for (const line of observationLines(context, observations)) context.out(line);
    });
}
