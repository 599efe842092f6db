import type { AutomationExecution } from '../../../functions/core/operation/automation-outcome.ts';
import type { AutomationRequest, Automations } from '../../../functions/ports/automations.ts';

/** Automation without documents: it keeps what is started, and a test says how it ends. */
export interface RecordingAutomations extends Automations {
  /** Once for each token, as the service does. */
  readonly started: (AutomationRequest & { readonly executionId: string })[];
  readonly stopped: string[];
  /** Says how the newest execution ends. @returns its id */
  readonly ends: (status: string, failureMessage?: string) => string;
}

export function recordingAutomations(): RecordingAutomations {
  const executions = new Map<string, AutomationExecution>();
  const automations: RecordingAutomations = {
    started: [],
    stopped: [],
    ends: (status, failureMessage) => {
      const { executionId = '', document = '' } = automations.started.at(-1) ?? {};
      executions.set(executionId, {
        document,
        status,
        ...(failureMessage !== undefined && { failureMessage }),
      });
      return executionId;
    },
    start: async (request) => {
      const earlier = automations.started.find(({ clientToken }) => clientToken === request.clientToken);
      if (earlier) return earlier.executionId;
      const executionId = `execution-${automations.started.length + 1}`;
      automations.started.push({ ...request, executionId });
      executions.set(executionId, { document: request.document, status: 'InProgress' });
      return executionId;
    },
    get: async (executionId) => executions.get(executionId),
    stop: async (executionId) => {
      automations.stopped.push(executionId);
    },
  };
  return automations;
}
