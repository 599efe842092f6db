import { sentValues, takesList, userDocument } from '../../core/actions/user-document.ts';
import { automationInspection, hasAutomationEnded } from '../../core/operation/automation-outcome.ts';
import { clientToken } from '../../core/operation/client-token.ts';
import { isStepId } from '../../core/operation/operation.ts';
import type { Automations } from '../../ports/automations.ts';
import { isForGood } from '../../ports/errors.ts';
import type { Begin, Cancel, Inspect } from './executor.ts';

export interface AutomationBeginDeps {
  readonly automations: Pick<Automations, 'start'>;
}
export interface AutomationInspectDeps {
  readonly automations: Pick<Automations, 'get'>;
}
export interface AutomationCancelDeps {
  readonly automations: Pick<Automations, 'get' | 'stop'>;
}

/**
 * Starts an Automation. It may be asked for twice: the service knows the step's token, and answers a repetition with the
 * first execution. It has no way to look for one whose answer was lost, so there is no `find`.
 */
export const begin: Begin<'automation', AutomationBeginDeps> = async ({ automations }, definition, call) => {
  const { operation, fence } = call.subject;
  const params = definition.params.parse(call.params);
  if (!isStepId(call.stepId)) throw new TypeError(`${call.stepId} is not a step: an automation cannot look`);
  const { targetsParameter, role } = params;
  const document = userDocument(params);
  const ids = call.targets.map(({ id }) => id);
  const accepted = document.accepts[String(targetsParameter)];
  if (accepted && !takesList(accepted) && ids.length !== 1) {
    const detail = `${document.name} takes one target as \`${targetsParameter}\`, and ${ids.length} are to be acted on`;
    return { outcome: 'FAILED', detail };
  }
  const id = await automations.start({
    document: document.name,
    version: String(params['version']),
    parameters: {
      ...sentValues(document, {
        operationId: operation.operationId,
        stepId: call.stepId,
        fence: String(fence),
        component: operation.component,
        executionTimeout: String(call.timeoutSeconds),
      }),
      ...(role !== undefined && { AutomationAssumeRole: String(role) }),
      ...(targetsParameter !== undefined && { [String(targetsParameter)]: ids }),
    },
    clientToken: clientToken(operation.operationId, call.stepId),
  });
  return { reference: { executor: 'automation', id } };
};

export const inspect: Inspect<AutomationInspectDeps> = async ({ automations }, id) => {
  const execution = await automations.get(id);
  return execution && automationInspection(execution);
};

export const cancel: Cancel<AutomationCancelDeps> = async ({ automations }, id) => {
  try {
    await automations.stop(id);
  } catch (error) {
    if (!isForGood(error)) throw error;
    // One that is over cannot be stopped.
    const execution = await automations.get(id);
    if (execution === undefined || !hasAutomationEnded(execution.status)) throw error;
  }
};
