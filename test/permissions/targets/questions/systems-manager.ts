import { ACCOUNT, REGION } from '../../../../local/embedded/cloudformation/stack-resources.ts';
import type { ManagedNode } from '../../../../local/ssm/host-runner.ts';
import { questionsOf as commandQuestions } from '../../../../local/ssm/permissions.ts';
import { type Asking, type Askings, arnOf, on } from './resource-arn.ts';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export function systemsManager(nodes: () => readonly ManagedNode[]): Askings {
  const command =
    (operation: string): Asking =>
    (input) =>
      commandQuestions(operation, input, nodes(), { region: REGION, account: ACCOUNT });
  const onExecution =
    (action: string): Asking =>
    ({ AutomationExecutionId }) =>
      on(action, arnOf('ssm', `automation-execution/${AutomationExecutionId}`));
  return {
    ...Object.fromEntries(
      [
        'SendCommand',
        'CancelCommand',
        'ListCommands',
        'ListCommandInvocations',
        'DescribeInstanceInformation',
      ].map((operation) => [operation, command(operation)]),
    ),
    StartAutomationExecution: ({ DocumentName, DocumentVersion, Parameters }) => {
      const { AutomationAssumeRole: [role] = [] } = Parameters as { AutomationAssumeRole?: string[] };
      const context = { 'iam:PassedToService': 'ssm.amazonaws.com' };
      return [
        ...on(
          'ssm:StartAutomationExecution',
          arnOf('ssm', `automation-definition/${DocumentName}:${DocumentVersion}`),
          arnOf('ssm', `document/${DocumentName}`),
          arnOf('ssm', 'automation-execution/4a3c2d10-1f2e-4b5a-9c8d-7e6f5a4b3c2d'),
        ),
        ...(role === undefined ? [] : [{ action: 'iam:PassRole', resource: role, context }]),
      ];
    },
    GetAutomationExecution: onExecution('ssm:GetAutomationExecution'),
    StopAutomationExecution: onExecution('ssm:StopAutomationExecution'),
  };
}
