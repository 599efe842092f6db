import { type Command, Option } from 'commander';
import { recentOperations } from '../../functions/app/queries/recent-operations.ts';
import { OPERATION_STATES, type OperationState } from '../../functions/core/operation/operation.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { type CommonOptions, wholeNumber, withConnection } from '../options.ts';
import { operationLines } from '../presenters/operations.ts';

const DEFAULT_LIMIT = 20;

/** The others are announced on the bus only. */
const STATES = OPERATION_STATES.filter((state) => state !== 'DIAGNOSING' && state !== 'VERIFYING');

interface OperationsOptions extends CommonOptions {
  readonly limit: number;
  readonly component?: string;
  readonly state?: OperationState;
}

export function addOperations(program: Command, context: Context): void {
  withConnection(program.command('operations'))
    .summary('list the last operations')
    .description('Lists the last operations, newest first.')
    .option('-n, --limit <number>', 'how many', wholeNumber(1, 1_000), DEFAULT_LIMIT)
    .option('--component <name>', 'only those of one component')
    .addOption(new Option('--state <state>', 'only those in one state').choices(STATES))
    .action(async (options: OperationsOptions) => {
      const { limit, component, state, json } = options;
      const { store } = await connect(options);
      const filter = { ...(component !== undefined && { component }), ...(state !== undefined && { state }) };
      const recent = await recentOperations({ store }, { limit, ...filter });
      if (json) context.out(JSON.stringify(recent, null, 2));
      else for (const line of operationLines(context, recent, context.clock.nowMs())) context.out(line);
    });
}
