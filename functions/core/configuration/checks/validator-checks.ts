import type { DocumentPath, Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Action } from '../schema/schema.ts';
import { componentsOf } from './strategy-checks.ts';

/** What `systemd-analyze verify` takes: unit files by their suffixes, systemd.unit(5). */
const UNIT_FILE = /\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/** Configuration files that a step's `validator` refuses on every host, whatever they contain. */
export function checkValidators({ components, strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap((indexed) =>
    stepsOf(indexed).flatMap(([action, path]) => {
      if (action.type !== 'verify_config' || action.params['validator'] !== 'systemd') return [];
      return componentsOf(indexed.strategy, components).flatMap(([name, { configPaths, serviceManager }]) => {
        const other = configPaths?.find((file) => !UNIT_FILE.test(file));
        if (serviceManager === 'systemd' && other === undefined) return [];
        const finding: Finding = {
          severity: 'error',
          code: 'parameter-refused',
          path: [...path, 'params', 'validator'],
          value: 'systemd',
          message:
            other === undefined
              ? `\`validator: systemd\` needs systemd, which the hosts of component \`${name}\` are not said to have`
              : `\`validator: systemd\` takes unit files only, and component \`${name}\` has \`${other}\``,
          remedy:
            'Use another validator, or `none`, and give the components that need it a strategy of their own.',
        };
        return [finding];
      });
    }),
  );
}

function stepsOf({ index, strategy }: IndexedStrategy): readonly (readonly [Action, DocumentPath])[] {
  const steps = (actions: readonly Action[], path: DocumentPath) =>
    actions.map((action, at) => [action, [...path, at]] as const);
  return [
    ...steps(strategy.actions, ['strategies', index, 'actions']),
    ...steps(strategy.rollback.actions, ['strategies', index, 'rollback', 'actions']),
  ];
}
