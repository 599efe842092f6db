import { actionDefinition } from '../actions/action-table.ts';
import type { DocumentPath, Finding } from './problem.ts';
import type { ReadableParts } from './readable-parts.ts';
import type { Action } from './schema.ts';

/** Actions whose time-out ends them before their `params` let them succeed, or give up by themselves. */
export function checkActionTimes({ strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap(({ index, strategy: { actions, rollback } }) => [
    ...tooShort(actions, ['strategies', index, 'actions']),
    ...tooShort(rollback.actions, ['strategies', index, 'rollback', 'actions']),
  ]);
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
