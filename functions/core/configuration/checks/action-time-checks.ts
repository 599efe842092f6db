import { actionDefinition } from '../../actions/action-table.ts';
import { DELIVERIES } from '../../actions/deliveries.ts';
import { deliveryOf } from '../../operation/action-effects.ts';
import { formatDuration } from '../duration.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Action, Component } from '../schema/schema.ts';
import { describeTargets, targetKindOf } from '../target-selector.ts';
import { componentsOf } from './strategy-checks.ts';

/** Actions whose time-out is longer than anyone waits for them, or ends them before their `params` let them succeed, or give up by themselves. */
export function checkActionTimes({ strategies, components }: ReadableParts): readonly Finding[] {
  return strategies.flatMap(({ index, strategy }) => {
    const applicable = componentsOf(strategy, components);
    const lists = [
      [strategy.actions, ['strategies', index, 'actions']],
      [strategy.rollback.actions, ['strategies', index, 'rollback', 'actions']],
    ] as const;
    return lists.flatMap(([actions, path]) => [
      ...tooLong(actions, path),
      ...tooShort(actions, path),
      ...tooShortOnTargets(actions, path, applicable),
    ]);
  });
}

/** Time-outs that end an action before it is usually done on the targets of a component. */
function tooShortOnTargets(
  actions: readonly Action[],
  path: DocumentPath,
  components: readonly (readonly [string, Component])[],
): readonly Finding[] {
  return actions.flatMap(({ type, params, timeoutSeconds }, at) =>
    components.flatMap(([name, { targets }]): readonly Finding[] => {
      const definition = actionDefinition(type);
      const delivery = deliveryOf({ type, params });
      const onTargets =
        definition.executor === 'resource' ? definition.usualSeconds?.[targetKindOf(targets)] : 0;
      const usual = delivery === undefined ? onTargets : DELIVERIES[delivery].usualSeconds;
      if (usual === undefined || timeoutSeconds >= usual) return [];
      return [
        {
          severity: 'warning',
          code: 'action-timeout-too-short',
          path: [...path, at],
          value: timeoutSeconds,
          message: `${type} on component \`${name}\`, which has ${describeTargets(targets)}, usually takes ${usual} s or more, and its time-out of ${timeoutSeconds} s may end it first`,
          remedy: `Write \`timeoutSeconds: ${formatDuration(5 * usual)}\`, and raise \`settings.repairTimeoutSeconds\` accordingly.`,
        },
      ];
    }),
  );
}

/** Time-outs beyond what carries the action out can wait for. */
function tooLong(actions: readonly Action[], path: DocumentPath): readonly Finding[] {
  return actions.flatMap(({ type, params, timeoutSeconds }, at): readonly Finding[] => {
    const most = actionDefinition(type).maximumSecondsWith?.(params);
    if (most === undefined || timeoutSeconds <= most) return [];
    return [
      {
        severity: 'error',
        code: 'out-of-range',
        path: [...path, at, 'timeoutSeconds'],
        value: timeoutSeconds,
        message: `${type} is waited for ${most} s at most, and its time-out is ${timeoutSeconds} s`,
        remedy: `Write ${most} or less; or have the function answer \`running\` and add \`lasting: true\` to its \`params\`.`,
      },
    ];
  });
}

function tooShort(actions: readonly Action[], path: DocumentPath): readonly Finding[] {
  return actions.flatMap(({ type, params, timeoutSeconds }, at): readonly Finding[] => {
    const duration = actionDefinition(type).duration?.(params);
    if (duration === undefined || timeoutSeconds > duration.mostSeconds) return [];
    const { leastSeconds, mostSeconds } = duration;
    const isHopeless = timeoutSeconds <= leastSeconds;
    return [
      {
        severity: isHopeless ? 'error' : 'warning',
        code: 'action-timeout-too-short',
        path: [...path, at, 'timeoutSeconds'],
        value: timeoutSeconds,
        message: isHopeless
          ? `${type} takes ${leastSeconds} s or more according to its \`params\`, but its time-out of ${timeoutSeconds} s ends it first`
          : `${type} may take ${mostSeconds} s according to its \`params\`, but its time-out of ${timeoutSeconds} s may end it first`,
        remedy: `Raise \`timeoutSeconds\` above ${mostSeconds}, or lower the times in \`params\`.`,
      },
    ];
  });
}
