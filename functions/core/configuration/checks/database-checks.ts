import { ACTIONS } from '../../actions/action-table.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import { componentsOf } from './strategy-checks.ts';

/** What only PostgreSQL can do. */
const NEEDS_POSTGRESQL: ReadonlySet<string> = new Set([
  ACTIONS.switch_to_readonly.type,
  ACTIONS.resume_writes.type,
]);

/** Actions on databases whose engine cannot do them. */
export function checkDatabases({ components, strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap(({ index, strategy }) => {
    const lists = [
      [strategy.actions, ['strategies', index, 'actions']],
      [strategy.rollback.actions, ['strategies', index, 'rollback', 'actions']],
    ] as const;
    return componentsOf(strategy, components)
      .filter(([, { database }]) => database !== undefined && database.engine !== 'postgresql')
      .flatMap(([name, { database }]) =>
        lists.flatMap(([actions, path]) =>
          actions.flatMap(({ type }, at): readonly Finding[] =>
            NEEDS_POSTGRESQL.has(type)
              ? [
                  {
                    severity: 'error',
                    code: 'missing-component-fact',
                    path: [...path, at, 'type'],
                    value: type,
                    message: `${type} needs PostgreSQL, and the database of component \`${name}\` has \`engine: ${database?.engine}\``,
                    remedy: `Remove the action, or list the strategy’s \`components\` and leave out \`${name}\`.`,
                  },
                ]
              : [],
          ),
        ),
      );
  });
}
