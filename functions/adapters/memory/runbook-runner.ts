import { selectorTags } from '../../core/configuration/target-selector.ts';
import type { Command, ManagedNode, RunbookRunner } from '../../ports/runbook-runner.ts';
import { translateCode } from '../aws/translate-error.ts';

type Operation = (input: Record<string, unknown>) => unknown;

/** SSM in this process: Run Command's operations, which take and give what the API does. */
export type RunCommandApi = Readonly<
  Record<
    | 'SendCommand'
    | 'CancelCommand'
    | 'ListCommands'
    | 'ListCommandInvocations'
    | 'DescribeInstanceInformation',
    Operation
  >
>;

interface ListedCommand {
  readonly CommandId: string;
  readonly DocumentName: string;
  readonly Comment: string;
  readonly Status: string;
  readonly TargetCount: number;
  readonly RequestedDateTime: Date;
  readonly Parameters: Readonly<Record<string, readonly string[]>>;
}

interface ListedInvocation {
  readonly InstanceId: string;
  readonly Status: string;
  readonly CommandPlugins: readonly { readonly Output: string }[];
}

interface ListedNode {
  readonly InstanceId: string;
  readonly PingStatus: string;
  readonly PlatformType: ManagedNode['platform'];
}

const MAXIMUM_PAGES = 10;

/** RunbookRunner over Run Command in this process. @throws ServiceError */
export function createMemoryRunbookRunner(api: RunCommandApi): RunbookRunner {
  return {
    resolveTargets: async (selector) => {
      const list = (Key: string, value: string) =>
        pages<ListedNode>(api, 'DescribeInstanceInformation', 'InstanceInformationList', {
          Filters: [{ Key, Values: [value] }],
          MaxResults: 50,
        });
      if ('instanceIds' in selector)
        return selector.instanceIds.flatMap((id) => list('InstanceIds', id)).map(managedNode);
      const tagged = Object.entries(selectorTags(selector)).map(([key, value]) => list(`tag:${key}`, value));
      const [first = [], ...others] = tagged;
      return first
        .filter(({ InstanceId }) =>
          others.every((nodes) => nodes.some((node) => node.InstanceId === InstanceId)),
        )
        .map(managedNode);
    },

    send: async (request) => {
      const parameters = Object.entries(request.parameters).map(([name, value]) => [name, [value]]);
      const { Command: sent } = refusing('SendCommand', () =>
        api.SendCommand({
          DocumentName: request.document,
          InstanceIds: [...request.instanceIds],
          Parameters: Object.fromEntries(parameters),
          Comment: request.comment,
          TimeoutSeconds: request.deliveryTimeoutSeconds,
          MaxConcurrency: String(request.maxConcurrency),
          MaxErrors: request.stopsAtError ? '0' : '100%',
        }),
      ) as { readonly Command: ListedCommand };
      return sent.CommandId;
    },

    getCommand: async (commandId) =>
      pages<ListedCommand>(api, 'ListCommands', 'Commands', { CommandId: commandId }).map(commandOf)[0],

    findCommand: async (comment, afterMs) =>
      pages<ListedCommand>(api, 'ListCommands', 'Commands', {}, MAXIMUM_PAGES)
        .filter((command) => command.Comment === comment)
        .filter((command) => command.RequestedDateTime.getTime() > afterMs - 1_000)
        .map(commandOf)[0],

    listInvocations: async (commandId) =>
      pages<ListedInvocation>(api, 'ListCommandInvocations', 'CommandInvocations', {
        CommandId: commandId,
        Details: true,
      }).map(({ InstanceId, Status, CommandPlugins }) => ({
        instanceId: InstanceId,
        status: Status,
        output: CommandPlugins.map(({ Output }) => Output).join('\n'),
      })),

    cancel: async (commandId) => {
      refusing('CancelCommand', () => api.CancelCommand({ CommandId: commandId }));
    },
  };
}

function managedNode({ InstanceId, PingStatus, PlatformType }: ListedNode): ManagedNode {
  return { instanceId: InstanceId, online: PingStatus === 'Online', platform: PlatformType };
}

function pages<Item>(
  api: RunCommandApi,
  operation: keyof RunCommandApi,
  field: string,
  input: Readonly<Record<string, unknown>>,
  maximumPages = Number.POSITIVE_INFINITY,
): readonly Item[] {
  const items: Item[] = [];
  let token: unknown;
  for (let page = 0; page < maximumPages; page += 1) {
    const answer = refusing(operation, () =>
      api[operation]({ ...input, ...(token === undefined ? {} : { NextToken: token }) }),
    ) as Readonly<Record<string, unknown>>;
    items.push(...(answer[field] as readonly Item[]));
    token = answer['NextToken'];
    if (token === undefined) break;
  }
  return items;
}

function commandOf(command: ListedCommand): Command {
  return {
    commandId: command.CommandId,
    document: command.DocumentName,
    status: command.Status,
    targetCount: command.TargetCount,
    parameters: Object.fromEntries(
      Object.entries(command.Parameters).flatMap(([name, [value]]) =>
        value === undefined ? [] : [[name, value] as const],
      ),
    ),
  };
}

function refusing<Result>(operation: keyof RunCommandApi, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (!(error instanceof Error) || typeof code !== 'string') throw error;
    throw translateCode(`ssm:${operation}`, code, error.message, { cause: error });
  }
}
