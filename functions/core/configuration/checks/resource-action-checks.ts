import { type ActionType, actionDefinition } from '../../actions/action-table.ts';
import { deliveryOf } from '../../operation/action-effects.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Action, Component } from '../schema/schema.ts';
import { describeTargets, targetKindOf } from '../target-selector.ts';
import { componentsOf } from './strategy-checks.ts';

/** Actions on AWS’s resources that AWS would refuse, or whose `params` mean nothing to the targets of a component. */
export function checkResourceActions({ components, strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap((indexed) => {
    const applicable = componentsOf(indexed.strategy, components);
    return [
      ...applicable.flatMap(([name, component]) => unfitParams(indexed, name, component)),
      ...applicable.flatMap(([name, component]) => missingTaskRoles(indexed, name, component)),
    ];
  });
}

function listsOf({
  index,
  strategy,
}: IndexedStrategy): readonly (readonly [readonly Action[], DocumentPath])[] {
  return [
    [strategy.actions, ['strategies', index, 'actions']],
    [strategy.rollback.actions, ['strategies', index, 'rollback', 'actions']],
  ];
}

function unfitParams(indexed: IndexedStrategy, name: string, { targets }: Component): readonly Finding[] {
  return listsOf(indexed).flatMap(([actions, path]) =>
    actions.flatMap(({ type, params }, at): readonly Finding[] => {
      const definition = actionDefinition(type);
      const kind = targetKindOf(targets);
      // checkStrategies reports kinds that an action cannot be done on.
      if (definition.executor !== 'resource' || !definition.targetKinds.includes(kind)) return [];
      const unfit = definition.unfitParams?.(kind, params);
      if (unfit === undefined) return [];
      return [
        {
          severity: 'error',
          code: 'parameter-refused',
          path: [...path, at, 'type'],
          value: type,
          message: `${type} cannot be done with these \`params\` on component \`${name}\`, which has ${describeTargets(targets)}: ${unfit}`,
          remedy: 'Correct `params` of the action, or list the strategy’s `components` and leave it out.',
        },
      ];
    }),
  );
}

/** What deploys a revision that has roles, as nearly every one has on Fargate. */
const DEPLOYS: ReadonlySet<ActionType> = new Set(['rollback_deployment', 'increase_resources']);

/** A warning: a revision without roles needs none. */
function missingTaskRoles(
  indexed: IndexedStrategy,
  name: string,
  { targets, taskRoles = [] }: Component,
): readonly Finding[] {
  if (targetKindOf(targets) !== 'ecs_service' || taskRoles.length > 0) return [];
  return listsOf(indexed).flatMap(([actions, path]) =>
    actions.flatMap(({ type, params }, at): readonly Finding[] =>
      DEPLOYS.has(type) && deliveryOf({ type, params }) === undefined
        ? [
            {
              severity: 'warning',
              code: 'missing-component-fact',
              path: [...path, at, 'type'],
              value: type,
              message: `strategy \`${indexed.strategy.id}\` uses ${type} on component \`${name}\`, which declares no \`taskRoles\`: ECS refuses a revision that has a task role or an execution role, unless selfheal-act may pass it`,
              remedy: `Add \`taskRoles:\` with the ARNs of both roles to components.${name}, unless its task definitions have none.`,
            },
          ]
        : [],
    ),
  );
}
