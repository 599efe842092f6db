import { ACTIONS } from '../../actions/action-table.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Action } from '../schema/schema.ts';
import { componentsOf } from './strategy-checks.ts';

/** Rule files that a strategy moves aside on components that do not have them. */
export function checkRuleFiles({ components, strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap(({ index, strategy }) =>
    componentsOf(strategy, components).flatMap(([name, { rules }]) => {
      // checkStrategies reports components without rules.
      if (rules === undefined) return [];
      const root: DocumentPath = ['strategies', index];
      return [
        ...unknownFiles(strategy.actions, [...root, 'actions'], name, rules.files),
        ...unknownFiles(strategy.rollback.actions, [...root, 'rollback', 'actions'], name, rules.files),
      ];
    }),
  );
}

function unknownFiles(
  actions: readonly Action[],
  path: DocumentPath,
  component: string,
  known: readonly string[],
): readonly Finding[] {
  return actions.flatMap(({ type, params }, at) => {
    if (type !== ACTIONS.disable_rules.type) return [];
    return (params['files'] as readonly string[]).flatMap((file, fileAt): readonly Finding[] =>
      known.includes(file)
        ? []
        : [
            {
              severity: 'error',
              code: 'unknown-rule-file',
              path: [...path, at, 'params', 'files', fileAt],
              value: file,
              message: `\`${file}\` is not one of the rule files of component \`${component}\`, which has ${known.map((each) => `\`${each}\``).join(', ')}`,
              remedy: `Add it to components.${component}.rules.files, or name one of these.`,
            },
          ],
    );
  });
}
