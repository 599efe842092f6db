import {
  CancelCommandCommand,
  ListCommandsCommand,
  paginateListCommandInvocations,
  paginateListCommands,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SSMClient,
  type Command as SsmCommand,
  type CommandInvocation as SsmInvocation,
} from '@aws-sdk/client-ssm';
import { RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type {
  Command,
  CommandInvocation,
  RunbookRequest,
  RunbookRunner,
} from '../../ports/runbook-runner.ts';
import { translated } from '../aws/translate-error.ts';
import { findManagedNodes } from './managed-nodes.ts';

const MAXIMUM_PAGES = 10;
const PAGE_SIZE = 50;
const MAXIMUM_COMMENT = 100;

export interface SsmRunbookRunnerProps {
  readonly client: SSMClient;
  /** For what must not be sent twice: a client that does not retry. @default `client` */
  readonly once?: () => Pick<SSMClient, 'send'>;
  /** Without this tag on a node, the functions' roles may send it nothing. */
  readonly managedTag: { readonly key: string; readonly value: string };
}

/** RunbookRunner over SSM Run Command. @throws ServiceError */
export function createSsmRunbookRunner({
  client,
  once = () => client,
  managedTag,
}: SsmRunbookRunnerProps): RunbookRunner {
  return {
    resolveTargets: (selector) =>
      translated('ssm:DescribeInstanceInformation', () => findManagedNodes(client, selector)),

    send: async (request) => {
      const response = await translated('ssm:SendCommand', () =>
        namingTheTag(
          (request.isRepeatable === false ? once() : client).send(
            new SendCommandCommand(sendCommandInput(request)),
          ),
          managedTag,
        ),
      );
      const commandId = response.Command?.CommandId;
      if (commandId === undefined) throw new ServiceUnavailable('SendCommand answered without a command id');
      return commandId;
    },

    getCommand: async (commandId) => {
      const command = new ListCommandsCommand({ CommandId: commandId });
      const page = await translated('ssm:ListCommands', () => client.send(command));
      return page.Commands?.map(commandOf)[0];
    },

    findCommand: async (comment, afterMs, document) => {
      const after = new Date(afterMs - 1_000).toISOString().replace(/\.\d{3}/, '');
      const filters = [
        { key: 'InvokedAfter' as const, value: after },
        ...(document === undefined ? [] : [{ key: 'DocumentName' as const, value: document }]),
      ];
      return await translated('ssm:ListCommands', async () => {
        let pages = 0;
        for await (const page of paginateListCommands(
          { client, pageSize: PAGE_SIZE },
          { Filters: filters },
        )) {
          const found = page.Commands?.find((command) => command.Comment === comment);
          if (found) return commandOf(found);
          pages += 1;
          if (pages === MAXIMUM_PAGES && page.NextToken) throw tooManyToSearch(comment);
        }
        return undefined;
      });
    },

    listInvocations: async (commandId) => {
      const invocations: CommandInvocation[] = [];
      const input = { CommandId: commandId, Details: true };
      return await translated('ssm:ListCommandInvocations', async () => {
        for await (const page of paginateListCommandInvocations({ client, pageSize: PAGE_SIZE }, input)) {
          for (const invocation of page.CommandInvocations ?? []) {
            const described = invocationOf(invocation);
            if (described) invocations.push(described);
          }
        }
        return invocations;
      });
    },

    cancel: async (commandId) => {
      const command = new CancelCommandCommand({ CommandId: commandId });
      await translated('ssm:CancelCommand', () => client.send(command));
    },
  };
}

/** That a command was not found says nothing while there are more. */
function tooManyToSearch(comment: string): RequestRefused {
  const call = 'ssm:ListCommands';
  const message = `${call}: "${comment}" is not among the newest ${MAXIMUM_PAGES * PAGE_SIZE} commands since then, and not all were searched`;
  return new RequestRefused(message, { call });
}

/**
 * The condition on the managed tag is in the role's policy, and IAM says no more than that the node may not be sent
 * anything: the likely reason is put in front.
 */
async function namingTheTag<Result>(
  call: Promise<Result>,
  { key, value }: SsmRunbookRunnerProps['managedTag'],
): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
    const node = /:(?:managed-)?instance\/(m?i-[0-9a-f]+)/.exec(error.message)?.[1];
    if (node !== undefined)
      error.message = `${node} does not carry ${key}=${value}, or the function's role may not send it commands: ${error.message}`;
    throw error;
  }
}

/** The request as SendCommand takes it. */
function sendCommandInput(request: RunbookRequest): SendCommandCommandInput {
  return {
    DocumentName: request.document,
    InstanceIds: [...request.instanceIds],
    Parameters: Object.fromEntries(
      Object.entries(request.parameters).map(([name, value]) => [
        name,
        typeof value === 'string' ? [value] : [...value],
      ]),
    ),
    Comment: request.comment.slice(0, MAXIMUM_COMMENT),
    TimeoutSeconds: request.deliveryTimeoutSeconds,
    MaxConcurrency: String(request.maxConcurrency),
    MaxErrors: request.stopsAtError ? '0' : '100%',
  };
}

/** Amazon's own documents have several plugins, of which some may not apply; a runbook has one. */
function invocationOf({
  InstanceId: instanceId,
  Status: status,
  StatusDetails: statusDetails,
  CommandPlugins: plugins = [],
}: SsmInvocation): CommandInvocation | undefined {
  if (instanceId === undefined || status === undefined) return undefined;
  const exitCode = plugins.length === 1 ? plugins[0]?.ResponseCode : undefined;
  return {
    instanceId,
    status,
    output: printed(plugins.map(({ Output = '' }) => Output).join('\n')),
    ...(statusDetails !== undefined && { statusDetails }),
    hasBegun: plugins.some(({ ResponseStartDateTime }) => ResponseStartDateTime !== undefined),
    ...(exitCode !== undefined && { exitCode }),
  };
}

const ADDED_BY_AGENT = /^(-+(output|error) truncated-+|-+ERROR-+|failed to run commands: exit status \d+)$/i;

/** What a script printed, without the lines that the agent adds below it; these alone if it printed nothing. */
function printed(output: string): string {
  const own = output.split('\n').filter((line) => !ADDED_BY_AGENT.test(line.trim()));
  return own.some((line) => line.trim() !== '') ? own.join('\n') : output;
}

function commandOf(command: SsmCommand): Command {
  const parameters = Object.entries(command.Parameters ?? {}).flatMap(([name, values]) =>
    values[0] === undefined ? [] : [[name, values[0]] as const],
  );
  return {
    commandId: command.CommandId ?? '',
    document: command.DocumentName ?? '',
    status: command.Status ?? 'unknown',
    comment: command.Comment ?? '',
    targetCount: command.TargetCount ?? 0,
    parameters: Object.fromEntries(parameters),
  };
}
