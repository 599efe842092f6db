import type { LookId } from './look-id.ts';
import { isStepId, type StepId } from './operation.ts';

/** The comment of every command that is sent: by it a command is found whose id was never recorded. */
export function commandComment(operationId: string, stepId: StepId | LookId): string {
  return `selfheal ${operationId} ${stepId}`;
}

/** The step that a command was sent for, by its comment; `undefined` if it is someone else's command. */
export function stepInComment(
  comment: string,
): { readonly operationId: string; readonly stepId: StepId } | undefined {
  const [, operationId = '', stepId = ''] = /^selfheal (\S+) (\S+)$/.exec(comment) ?? [];
  return isStepId(stepId) ? { operationId, stepId } : undefined;
}
