import { hasLedger, sentValues, userDocument } from '../../core/actions/user-document.ts';
import { isStepId } from '../../core/operation/operation.ts';
import { RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { StepCall } from './action-call.ts';
import type { Begin, Find } from './executor.ts';
import {
  findCommand,
  type RunCommandBeginDeps,
  type RunCommandFindDeps,
  sendCommand,
} from './run-command.ts';
import { isFirstTry } from './sent-once.ts';

export interface DocumentBeginDeps {
  readonly runbooks: RunCommandBeginDeps['runbooks'] & RunCommandFindDeps['runbooks'];
}

/**
 * Sends a document of the user's to hosts. A document that declares `operationId` and `stepId` can tell a repetition, and
 * may be sent twice. Any other is sent once: if the answer is lost, its command is looked for, and never sent again.
 *
 * @throws ServiceUnavailable: also while nobody knows whether it was sent
 */
export const begin: Begin<'user_document', DocumentBeginDeps, StepCall> = async (
  { runbooks },
  definition,
  call,
) => {
  const document = userDocument(definition.params.parse(call.params));
  const { operation, fence } = call.subject;
  const { operationId, startedAtMs: sinceMs } = operation;
  const { stepId } = call;
  const isRepeatable = hasLedger(document);
  if (!isRepeatable && !(await isFirstTry(call.changes))) {
    if (!isStepId(stepId))
      throw new TypeError(
        `${stepId} is not a step: documents of the user carry out steps only; they cannot be used to check targets`,
      );
    const reference = await findSent(runbooks, { operationId, stepId, sinceMs }, document.name);
    if (reference) return { reference };
    throw new ServiceUnavailable(
      `${document.name} may have been sent by an earlier try, and SSM does not list it; it is not sent again, since it does not declare operationId and stepId`,
    );
  }
  return await sendCommand(runbooks, call, {
    document: document.name,
    isRepeatable,
    parameters: sentValues(document, {
      operationId,
      stepId,
      fence: String(fence),
      component: operation.component,
      executionTimeout: String(call.timeoutSeconds),
    }),
  });
};

/** A search that is given up finds nothing, and rules nothing out: what may have been sent has not been refused. */
async function findSent(...search: Parameters<typeof findCommand>): ReturnType<typeof findCommand> {
  try {
    return await findCommand(...search);
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    throw new ServiceUnavailable(error.message, { cause: error });
  }
}

/** Its name is not known here, only what it was sent for. */
export const find: Find<RunCommandFindDeps> = async ({ runbooks }, key) => await findCommand(runbooks, key);
