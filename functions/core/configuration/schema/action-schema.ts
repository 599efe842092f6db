import * as z from 'zod/mini';
import { ACTIONS, type ActionType, actionDefinition } from '../../actions/action-table.ts';
import { ON_ERROR, type OnError } from '../../operation/on-error.ts';
import { durationSeconds } from '../duration.ts';

/** An action of one type, as a strategy lists it. */
export const actionOf = <Type extends ActionType>(type: Type) =>
  z
    .strictObject({
      type: z.literal(type),
      params: z.prefault(ACTIONS[type].params, {}),
      timeoutSeconds: z
        ._default(
          durationSeconds({ min: 5, max: actionDefinition(type).maximumTimeoutSeconds ?? 3_600 }),
          ACTIONS[type].defaultTimeoutSeconds,
        )
        .check(z.describe('Time limit of the whole action, on all targets of the batch.')),
      onError: z
        ._default(z.enum(ON_ERROR), 'abort')
        .check(
          z.describe(
            '`continue`: record the failure and go on. `abort`: stop and keep what earlier actions did. `rollback`: stop and undo what earlier actions did.',
          ),
        ),
    })
    .check(z.describe(ACTIONS[type].summary));

/** One typed step of a strategy. */
export interface Action {
  readonly type: ActionType;
  /** As the action's own schema gives them. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds: number;
  readonly onError: OnError;
}
