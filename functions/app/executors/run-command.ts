import type { Runbook, RunCommandAction } from '../../core/actions/action-definition.ts';
import type { ActionReference } from '../../core/actions/action-reference.ts';
import { actionDefinition } from '../../core/actions/action-table.ts';
import { documentsOf, runbookFor } from '../../core/actions/runbook-of.ts';
import { commandComment } from '../../core/operation/command-comment.ts';
import { commandInspection, isTerminal } from '../../core/operation/command-outcome.ts';
import { isForGood } from '../../ports/errors.ts';
import type { RunbookRequest, RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionCall, ActionKey, Begun } from './action-call.ts';
import type { Cancel, Find, Inspect } from './executor.ts';

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
export async function begin(
  { runbooks }: RunCommandBeginDeps,
  definition: Runbook & Pick<RunCommandAction, 'params'>,
  call: ActionCall,
): Promise<Begun> {
  const { operation, component, fence } = call.subject;
  // Parsed again: parameters that reach a host have passed the action's schema here, and the document's patterns there.
  const params = definition.params.parse(call.params);
  const { document, parameters } = runbookFor(definition, component);
  return await sendCommand(runbooks, call, {
    document,
    parameters: {
      ...parameters(component, params, operation.alert),
      operationId: operation.operationId,
      stepId: call.stepId,
      fence: String(fence),
      component: operation.component,
      // The documents' own default, and so not said.
      ...(component.serviceManager === 'sysv' && { serviceManager: component.serviceManager }),
      executionTimeout: String(call.timeoutSeconds),
    },
  });
}

/** Sends a document to the targets of a call, as many at a time as the component allows. */
export async function sendCommand(
  runbooks: RunCommandBeginDeps['runbooks'],
  call: ActionCall,
  what: Pick<RunbookRequest, 'document' | 'parameters' | 'isRepeatable'>,
): Promise<Begun> {
  const { operation, component } = call.subject;
  const instanceIds = call.targets.map(({ id }) => id);
  const id = await runbooks.send({
    ...what,
    instanceIds,
    comment: commandComment(operation.operationId, call.stepId),
    deliveryTimeoutSeconds: call.fetchSeconds ?? Math.max(MINIMUM_DELIVERY_SECONDS, call.timeoutSeconds),
    maxConcurrency: call.everywhereAtOnce ? instanceIds.length : component.maxConcurrentTargets,
    stopsAtError: call.acceptsPartial !== true,
  });
  return { reference: { executor: 'run_command', id } };
}

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

export const find: Find<RunCommandFindDeps> = async ({ runbooks }, key) => {
  const documents = key.action ? documentsOf(actionDefinition(key.action)) : [];
  if (documents.length === 0) return await findCommand(runbooks, key);
  for (const document of documents) {
    const found = await findCommand(runbooks, key, document);
    if (found) return found;
  }
  return undefined;
};

/** @param document narrows the search */
export async function findCommand(
  runbooks: RunCommandFindDeps['runbooks'],
  { operationId, stepId, sinceMs }: ActionKey,
  document?: string,
): Promise<ActionReference | undefined> {
  const command = await runbooks.findCommand(commandComment(operationId, stepId), sinceMs, document);
  return command && { executor: 'run_command', id: command.commandId };
}
