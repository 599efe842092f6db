import { type Operation, SsmError } from './protocol.ts';
import {
  getAutomationExecutionRequest,
  readRequest,
  startAutomationExecutionRequest,
  stopAutomationExecutionRequest,
} from './requests.ts';

/** An Automation document, by what its run takes and results in. */
export interface AutomationDefinition {
  /** Names of its parameters, and whether each has a default. */
  readonly parameters: Readonly<Record<string, { readonly hasDefault: boolean }>>;
  /** Carries out an execution; called once for each. What it throws is the failure message. */
  readonly run: (execution: AutomationRun) => Promise<void>;
}

/** An execution as its document sees it. */
export interface AutomationRun {
  readonly executionId: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Aborted when the execution is cancelled. */
  readonly signal: AbortSignal;
}

export type AutomationStatus = 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'Cancelling' | 'Cancelled';

interface Execution {
  readonly executionId: string;
  readonly document: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly startedAt: Date;
  readonly cancel: AbortController;
  status: AutomationStatus;
  endedAt?: Date;
  failureMessage?: string;
}

export interface AutomationEvent {
  readonly Source: 'aws.ssm';
  readonly DetailType: 'EC2 Automation Execution Status-change Notification';
  readonly Resources: readonly string[];
  readonly Detail: Readonly<Record<string, unknown>>;
}

export interface AutomationDeps {
  /** By document name. */
  readonly definitions: Readonly<Record<string, AutomationDefinition>>;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Does work after the current call has answered. */
  readonly later: (work: () => void) => void;
  /** How long after its start the API does not know an execution. */
  readonly visibleAfterMs: number;
  readonly publish: (event: AutomationEvent) => void;
  readonly place: { readonly region: string; readonly account: string };
}

/**
 * SSM Automation: executions in memory, of documents that are given as functions.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html
 */
export function createAutomation(
  deps: AutomationDeps,
): Record<'StartAutomationExecution' | 'GetAutomationExecution' | 'StopAutomationExecution', Operation> {
  const executions = new Map<string, Execution>();
  const byToken = new Map<string, { readonly request: string; readonly executionId: string }>();

  const find = (executionId: string): Execution => {
    const execution = executions.get(executionId);
    const isVisible =
      execution && deps.now().getTime() >= execution.startedAt.getTime() + deps.visibleAfterMs;
    if (execution === undefined || !isVisible)
      throw new SsmError(
        'AutomationExecutionNotFoundException',
        `There is no automation execution with ID ${executionId}`,
      );
    return execution;
  };

  return {
    StartAutomationExecution: (input) => {
      const { ClientToken, ...request } = readRequest(startAutomationExecutionRequest, input);
      const key = JSON.stringify(request);
      const earlier = ClientToken === undefined ? undefined : byToken.get(ClientToken.toLowerCase());
      if (earlier) {
        if (earlier.request === key) return { AutomationExecutionId: earlier.executionId };
        throw new SsmError(
          'IdempotentParameterMismatch',
          'The request has the client token of another one, and other parameters.',
        );
      }
      const definition = definitionOf(deps, request.DocumentName, request.Parameters);
      const execution: Execution = {
        executionId: deps.newId(),
        document: request.DocumentName,
        version: request.DocumentVersion ?? '$DEFAULT',
        parameters: request.Parameters,
        startedAt: deps.now(),
        cancel: new AbortController(),
        status: 'Pending',
      };
      executions.set(execution.executionId, execution);
      if (ClientToken !== undefined)
        byToken.set(ClientToken.toLowerCase(), { request: key, executionId: execution.executionId });
      deps.later(() => void run(deps, definition, execution));
      return { AutomationExecutionId: execution.executionId };
    },
    GetAutomationExecution: (input) => {
      const request = readRequest(getAutomationExecutionRequest, input);
      return { AutomationExecution: described(find(request.AutomationExecutionId)) };
    },
    StopAutomationExecution: (input) => {
      const request = readRequest(stopAutomationExecutionRequest, input);
      const execution = find(request.AutomationExecutionId);
      if (hasEnded(execution))
        throw new SsmError(
          'InvalidAutomationStatusUpdateException',
          `Execution ${execution.executionId} is in status ${execution.status} and cannot be stopped.`,
        );
      change(deps, execution, 'Cancelling');
      execution.cancel.abort();
      return {};
    },
  };
}

function definitionOf(
  { definitions }: AutomationDeps,
  document: string,
  given: Readonly<Record<string, readonly string[]>>,
): AutomationDefinition {
  const definition = Object.hasOwn(definitions, document) ? definitions[document] : undefined;
  if (definition === undefined)
    throw new SsmError(
      'AutomationDefinitionNotFoundException',
      `There is no Automation document with name ${document}`,
    );
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(definition.parameters, name));
  const missing = Object.entries(definition.parameters).find(
    ([name, { hasDefault }]) => !hasDefault && !Object.hasOwn(given, name),
  );
  const fault =
    unknown === undefined ? missing && `${missing[0]} needs a value` : `${unknown} is not declared`;
  if (fault !== undefined)
    throw new SsmError(
      'InvalidAutomationExecutionParametersException',
      `Parameters of ${document}: ${fault}`,
    );
  return definition;
}

async function run(
  deps: AutomationDeps,
  definition: AutomationDefinition,
  execution: Execution,
): Promise<void> {
  const { executionId, parameters, cancel } = execution;
  if (!cancel.signal.aborted) {
    change(deps, execution, 'InProgress');
    try {
      await definition.run({ executionId, parameters, signal: cancel.signal });
    } catch (error) {
      execution.failureMessage = error instanceof Error ? error.message : String(error);
    }
  }
  execution.endedAt = deps.now();
  if (cancel.signal.aborted) change(deps, execution, 'Cancelled');
  else change(deps, execution, execution.failureMessage === undefined ? 'Success' : 'Failed');
}

function hasEnded({ status }: Execution): boolean {
  return status === 'Success' || status === 'Failed' || status === 'Cancelled';
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
function change(deps: AutomationDeps, execution: Execution, status: AutomationStatus): void {
  execution.status = status;
  const { executionId, document, startedAt, endedAt } = execution;
  const { region, account } = deps.place;
  deps.publish({
    Source: 'aws.ssm',
    DetailType: 'EC2 Automation Execution Status-change Notification',
    Resources: [
      `arn:aws:ssm:${region}:${account}:automation-execution/${executionId}`,
      `arn:aws:ssm:${region}:${account}:automation-definition/${document}:1`,
    ],
    Detail: {
      ExecutionId: executionId,
      Definition: document,
      DefinitionVersion: 1,
      Status: status,
      StartTime: startedAt.toISOString(),
      ...(endedAt && { EndTime: endedAt.toISOString(), Time: endedAt.getTime() - startedAt.getTime() }),
      ExecutedBy: `arn:aws:sts::${account}:assumed-role/selfheal/function`,
    },
  });
}

function described(execution: Execution) {
  return {
    AutomationExecutionId: execution.executionId,
    DocumentName: execution.document,
    DocumentVersion: '1',
    ExecutionStartTime: execution.startedAt,
    ...(execution.endedAt && { ExecutionEndTime: execution.endedAt }),
    AutomationExecutionStatus: execution.status,
    StepExecutions: [],
    StepExecutionsTruncated: false,
    Parameters: execution.parameters,
    Outputs: {},
    ...(execution.failureMessage !== undefined && { FailureMessage: execution.failureMessage }),
    Mode: 'Auto',
    Targets: [],
  };
}
