import { actionDefinition } from '../actions/action-table.ts';
import type { DocumentPath, Finding } from './problem.ts';
import type { ReadableParts } from './readable-parts.ts';
import type { Action } from './schema.ts';

/** Actions that their own time-out ends before their `params` let them succeed, or give up by themselves. */
export function checkActionTimes({ strategies }: ReadableParts): readonly Finding[] {
  return strategies.flatMap(({ index, strategy: { actions, rollback } }) => [
    ...tooShort(actions, ['strategies', index, 'actions']),
    ...tooShort(rollback.actions, ['strategies', index, 'rollback', 'actions']),
  ]);
}

function tooShort(actions: readonly Action[], path: DocumentPath): readonly Finding[] {
  return actions.flatMap(({ type, params, timeoutSeconds }, at): readonly Finding[] => {
    const definition = actionDefinition(type);
    const duration = definition.kind === 'runbook' ? definition.duration?.(params) : undefined;
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
          ? `${type} takes ${leastSeconds} s or more by its \`params\`, and its time-out of ${timeoutSeconds} s ends it before`
          : `${type} may take ${mostSeconds} s by its \`params\`, and its time-out of ${timeoutSeconds} s may end it before`,
        remedy: `Raise \`timeoutSeconds\` above ${mostSeconds}, or lower the times in \`params\`.`,
      },
    ];
  });
}
