import {
  GetAutomationExecutionCommand,
  type SSMClient,
  StartAutomationExecutionCommand,
  StopAutomationExecutionCommand,
} from '@aws-sdk/client-ssm';
import type { Automations } from '../../ports/automations.ts';
import { NotFound, ServiceUnavailable } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

/** Automations over Systems Manager. @throws ServiceError */
export function createAutomations(client: Pick<SSMClient, 'send'>): Automations {
  return {
    start: async ({ document, version, parameters, clientToken }) => {
      const command = new StartAutomationExecutionCommand({
        DocumentName: document,
        DocumentVersion: version,
        Parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, value]) => [
            name,
            typeof value === 'string' ? [value] : [...value],
          ]),
        ),
        ClientToken: clientToken,
      });
      const answer = await translated('ssm:StartAutomationExecution', () => client.send(command));
      if (answer.AutomationExecutionId === undefined)
        throw new ServiceUnavailable('StartAutomationExecution answered without an execution id');
      return answer.AutomationExecutionId;
    },

    get: async (executionId) => {
      const command = new GetAutomationExecutionCommand({ AutomationExecutionId: executionId });
      try {
        const { AutomationExecution: execution } = await translated('ssm:GetAutomationExecution', () =>
          client.send(command),
        );
        return (
          execution && {
            document: execution.DocumentName ?? '',
            status: execution.AutomationExecutionStatus ?? 'unknown',
            ...(execution.FailureMessage !== undefined && { failureMessage: execution.FailureMessage }),
          }
        );
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    stop: async (executionId) => {
      const command = new StopAutomationExecutionCommand({
        AutomationExecutionId: executionId,
        Type: 'Cancel',
      });
      await translated('ssm:StopAutomationExecution', () => client.send(command));
    },
  };
}
