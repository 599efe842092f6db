import { sentValues, takesList, userDocument } from '../../core/actions/user-document.ts';
import { automationInspection, hasAutomationEnded } from '../../core/operation/automation-outcome.ts';
import { clientToken } from '../../core/operation/client-token.ts';
import { isStepId } from '../../core/operation/operation.ts';
import type { AutomationRequest, Automations } from '../../ports/automations.ts';
import { isForGood, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
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

/** The service has seen the token, with other values: the first start happened. */
const STARTED_OTHERWISE = 'IdempotentParameterMismatch';

/**
 * Starts an Automation. It may be asked twice: the service knows the step's token, and answers a repetition with the first
 * execution. Executions cannot be searched by token, so there is no `find`.
 */
export const begin: Begin<'automation', AutomationBeginDeps> = async ({ automations }, definition, call) => {
  const { operation, fence } = call.subject;
  const params = definition.params.parse(call.params);
  if (!isStepId(call.stepId))
    throw new TypeError(
      `${call.stepId} is not a step: automations carry out steps only; they cannot be used to check targets`,
    );
  const { targetsParameter, role } = params;
  const document = userDocument(params);
  const ids = call.targets.map(({ id }) => id);
  const accepted = document.accepts[String(targetsParameter)];
  if (accepted && !takesList(accepted) && ids.length !== 1) {
    const detail = `${document.name} takes one target as \`${targetsParameter}\`, and ${ids.length} are to be acted on`;
    return { outcome: 'FAILED', detail };
  }
  const request: AutomationRequest = {
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
  };
  return { reference: { executor: 'automation', id: await start(automations, request) } };
};

/** @throws ServiceUnavailable: also where an earlier try has started it with other values, and nobody knows its id */
async function start(
  automations: AutomationBeginDeps['automations'],
  request: AutomationRequest,
): Promise<string> {
  try {
    return await automations.start(request);
  } catch (error) {
    if (!(error instanceof RequestRefused && error.serviceCode === STARTED_OTHERWISE)) throw error;
    throw new ServiceUnavailable(
      `${request.document} was started by an earlier try with other values, and its id is not known`,
      { serviceCode: STARTED_OTHERWISE, cause: error },
    );
  }
}

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
