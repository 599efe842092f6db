import { describeCommand, describeInvocation, describePluginResult } from './answers.ts';
import { cancelCommand, type ExecutionDeps, executeCommand } from './command-execution.ts';
import type { Command, Invocation } from './commands.ts';
import type { DocumentStore } from './documents.ts';
import { describeInstanceInformation } from './managed-nodes.ts';
import { type Operation, SsmError } from './protocol.ts';
import { acceptCommand } from './send-command.ts';

export interface RunCommandDeps extends ExecutionDeps {
  documents: DocumentStore;
  newId: () => string;
  /** The tag that the caller's IAM policy demands of a node (`ssm:resourceTag`). @default none: every node may be sent to */
  requiredNodeTag?: { readonly key: string; readonly value: string };
  /** For so long after sending, GetCommandInvocation says InvocationDoesNotExist and lists are empty. */
  visibleAfterMs: number;
  /** Does work after the current call has answered. @default setImmediate */
  later?: (work: () => void) => void;
}

type RunCommandOperation =
  | 'SendCommand'
  | 'CancelCommand'
  | 'ListCommands'
  | 'ListCommandInvocations'
  | 'GetCommandInvocation'
  | 'DescribeInstanceInformation';

/** Run Command's operations over the commands that were sent to them, which are kept in memory. */
export function createRunCommand(deps: RunCommandDeps): Record<RunCommandOperation, Operation> {
  const commands = new Map<string, Command>();

  const find = (commandId: unknown): Command => {
    const command = commands.get(String(commandId));
    if (command === undefined)
      throw new SsmError('InvalidCommandId', `The command ID ${String(commandId)} isn't valid.`);
    return command;
  };
  const visible = (command: Command) =>
    deps.now().getTime() >= command.requestedAt.getTime() + deps.visibleAfterMs;
  const newestFirst = (commandId: unknown): Command[] => {
    if (commandId === undefined) return [...commands.values()].reverse();
    const command = commands.get(String(commandId));
    return command === undefined ? [] : [command];
  };

  return {
    SendCommand: (input) => {
      const command = acceptCommand({ ...deps, nodes: () => deps.runner.nodes() }, input);
      commands.set(command.commandId, command);
      const sent = describeCommand(command);
      if (command.invocations.length === 0) deps.onCommandChange(command);
      // The answer goes out before anything runs: whoever sent the command learns its id first, or not at all.
      (deps.later ?? setImmediate)(() => void executeCommand(deps, command));
      return { Command: sent };
    },
    CancelCommand: (input) => {
      cancelCommand(deps, find(input['CommandId']), (input['InstanceIds'] as string[] | undefined) ?? []);
      return {};
    },
    ListCommands: (input) => {
      const matching = newestFirst(input['CommandId'])
        .filter(visible)
        .filter(
          (command) => onNode(command, input['InstanceId']).length > 0 || input['InstanceId'] === undefined,
        );
      return page('Commands', matching.map(describeCommand), input);
    },
    ListCommandInvocations: (input) => {
      const details = input['Details'] === true;
      const matching = newestFirst(input['CommandId'])
        .filter(visible)
        .flatMap((command) =>
          onNode(command, input['InstanceId']).map((invocation) =>
            describeInvocation(command, invocation, details),
          ),
        );
      return page('CommandInvocations', matching, input);
    },
    GetCommandInvocation: (input) => {
      const command = commands.get(String(input['CommandId']));
      const invocation = command && visible(command) ? onNode(command, input['InstanceId'])[0] : undefined;
      if (command === undefined || invocation === undefined) {
        throw new SsmError(
          'InvocationDoesNotExist',
          'The command ID and managed node ID you specified did not match any invocations.',
        );
      }
      return describePluginResult(command, invocation, input['PluginName'] as string | undefined);
    },
    DescribeInstanceInformation: describeInstanceInformation(deps),
  };
}

function onNode(command: Command, instanceId: unknown): Invocation[] {
  return command.invocations.filter(
    (invocation) => instanceId === undefined || invocation.instanceId === instanceId,
  );
}

/** A page of at most MaxResults (50) items from where NextToken says. */
function page(name: string, items: unknown[], input: Record<string, unknown>) {
  const start = Number(input['NextToken'] ?? 0);
  if (!Number.isInteger(start) || start < 0)
    throw new SsmError('InvalidNextToken', "The specified token isn't valid.");
  const end = start + Math.min(50, Number(input['MaxResults'] ?? 50));
  return { [name]: items.slice(start, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}
