import * as z from 'zod/mini';
import type { ActionParams } from './action-definition.ts';

/** Whether an action is done, or undone as far as it was. */
export const phase = z
  ._default(z.enum(['do', 'undo']), 'do')
  .check(
    z.describe(
      '`undo`: in `rollback.actions`, change back what this action changed, unless someone else has changed it since.',
    ),
  );

/** Of actions that are undone by themselves, with all that they were given. */
export const undoneBy = (type: string) =>
  ({
    undo: type,
    undoParams: (params: ActionParams) =>
      params['phase'] === 'do' ? { ...params, phase: 'undo' } : undefined,
    undoes: (params: ActionParams, done: ActionParams) =>
      params['phase'] === 'undo' && done['phase'] === 'do',
  }) as const;

/** Of actions that change a setting, and change it back. */
export const changesBack = (type: string) =>
  ({
    ...undoneBy(type),
    undoParams: (params: ActionParams) => (params['phase'] === 'do' ? { phase: 'undo' } : undefined),
  }) as const;
