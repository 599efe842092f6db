import { actionDefinition } from '../../core/actions/action-table.ts';
import { commandInspection, isTerminal } from '../../core/operation/command-outcome.ts';
import type { LookId } from '../../core/operation/look-id.ts';
import type { StepId } from '../../core/operation/operation.ts';
import { isForGood } from '../../ports/errors.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { Begin, Cancel, Find, Inspect } from './executor.ts';

const MINIMUM_DELIVERY_SECONDS = 30;

export interface RunCommandBeginDeps {
  readonly runbooks: Pick<RunbookRunner, 'send'>;
}
export interface RunCommandInspectDeps {
  readonly runbooks: Pick<RunbookRunner, 'getCommand' | 'listInvocations'>;
}
export interface RunCommandCancelDeps {
  readonly runbooks: Pick<RunbookRunner, 'cancel' | 'getCommand'>;
}
export interface RunCommandFindDeps {
  readonly runbooks: Pick<RunbookRunner, 'findCommand'>;
}

/**
 * Sends an SSM document to hosts. It may be sent twice: the runbook gets operation, step and fence, and the host's ledger
 * answers a repetition with the first result, and refuses an operation that was overtaken.
 */
export const begin: Begin<'run_command', RunCommandBeginDeps> = async ({ runbooks }, definition, call) => {
  const { operation, component, fence } = call.subject;
  // Parsed again: parameters that reach a host have passed the action's schema here, and the document's patterns there.
  const params = definition.params.parse(call.params);
  const instanceIds = call.targets.map(({ id }) => id);
  const id = await runbooks.send({
    document: definition.document,
    parameters: {
      ...definition.parameters(component, params),
      operationId: operation.operationId,
      stepId: call.stepId,
      fence: String(fence),
      component: operation.component,
      // The documents' own default, and so not said.
      ...(component.serviceManager === 'sysv' && { serviceManager: component.serviceManager }),
      executionTimeout: String(call.timeoutSeconds),
    },
    instanceIds,
    comment: commandComment(operation.operationId, call.stepId),
    deliveryTimeoutSeconds: Math.max(MINIMUM_DELIVERY_SECONDS, call.timeoutSeconds),
    maxConcurrency: call.everywhereAtOnce ? instanceIds.length : component.maxConcurrentTargets,
    stopsAtError: call.whereverPossible !== true,
  });
  return { reference: { executor: 'run_command', id } };
};

export const inspect: Inspect<RunCommandInspectDeps> = async ({ runbooks }, id) => {
  const command = await runbooks.getCommand(id);
  return command && commandInspection(command, await runbooks.listInvocations(id));
};

export const cancel: Cancel<RunCommandCancelDeps> = async ({ runbooks }, id) => {
  try {
    await runbooks.cancel(id);
  } catch (error) {
    if (!isForGood(error)) throw error;
    // A command that is over cannot be cancelled. One that SSM does not list yet may act all the same.
    const command = await runbooks.getCommand(id);
    if (command === undefined || !isTerminal(command.status)) throw error;
  }
};

export const find: Find<RunCommandFindDeps> = async (
  { runbooks },
  { operationId, stepId, sinceMs, action },
) => {
  const definition = action && actionDefinition(action);
  const document = definition?.executor === 'run_command' ? definition.document : undefined;
  const command = await runbooks.findCommand(commandComment(operationId, stepId), sinceMs, document);
  return command && { executor: 'run_command', id: command.commandId };
};
/** By this comment a command is found whose id was never recorded. */
function commandComment(operationId: string, stepId: StepId | LookId): string {
  return `selfheal ${operationId} ${stepId}`;
}
