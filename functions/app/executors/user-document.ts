import { sentValues, userDocument } from '../../core/actions/user-document.ts';
import type { Begin, Find } from './executor.ts';
import {
  findCommand,
  type RunCommandBeginDeps,
  type RunCommandFindDeps,
  sendCommand,
} from './run-command.ts';

/**
 * Sends a document of the user's to hosts. It may be sent twice: a document that declares `operationId` and `stepId`
 * can tell.
 */
export const begin: Begin<'user_document', RunCommandBeginDeps> = async ({ runbooks }, definition, call) => {
  const document = userDocument(definition.params.parse(call.params));
  const { operation, fence } = call.subject;
  return await sendCommand(runbooks, call, {
    document: document.name,
    parameters: sentValues(document, {
      operationId: operation.operationId,
      stepId: call.stepId,
      fence: String(fence),
      component: operation.component,
      executionTimeout: String(call.timeoutSeconds),
    }),
  });
};

/** Its name is not known here, only what it was sent for. */
export const find: Find<RunCommandFindDeps> = async ({ runbooks }, key) => await findCommand(runbooks, key);
