import { describeCommand, describeInvocation, describePluginResult } from './answers.ts';
import { cancelCommand, type ExecutionDeps, executeCommand } from './command-execution.ts';
import { commandMatches, invocationMatches } from './command-filters.ts';
import type { Command, Invocation } from './commands.ts';
import type { DocumentStore } from './documents.ts';
import { describeInstanceInformation } from './managed-nodes.ts';
import { type Operation, SsmError } from './protocol.ts';
import {
  cancelCommandRequest,
  getCommandInvocationRequest,
  listCommandInvocationsRequest,
  listCommandsRequest,
  readRequest,
} from './requests.ts';
import { acceptCommand, refuseDuplicates } from './send-command.ts';

export interface RunCommandDeps extends ExecutionDeps {
  documents: DocumentStore;
  newId: () => string;
  /** The tag that the caller's IAM policy demands of a node (`ssm:resourceTag`). @default none: every node may be sent to */
  requiredNodeTag?: { readonly key: string; readonly value: string };
  /** How long after sending GetCommandInvocation answers InvocationDoesNotExist and lists are empty. */
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

/** Run Command's operations. The commands are kept in memory. */
export function createRunCommand(deps: RunCommandDeps): Record<RunCommandOperation, Operation> {
  const commands = new Map<string, Command>();

  const find = (commandId: string): Command => {
    const command = commands.get(commandId);
    if (command === undefined)
      throw new SsmError('InvalidCommandId', `The command ID ${commandId} isn't valid.`);
    return command;
  };
  const visible = (command: Command) =>
    deps.now().getTime() >= command.requestedAt.getTime() + deps.visibleAfterMs;
  const newestFirst = (commandId: string | undefined): Command[] => {
    if (commandId === undefined) return [...commands.values()].reverse();
    const command = commands.get(commandId);
    return command === undefined ? [] : [command];
  };

  return {
    SendCommand: (input) => {
      const command = acceptCommand({ ...deps, nodes: () => deps.runner.nodes() }, input);
      commands.set(command.commandId, command);
      const sent = describeCommand(command);
      if (command.invocations.length === 0) deps.onCommandChange(command);
      // The answer goes out before anything runs: the sender learns the command's id first, or not at all.
      (deps.later ?? setImmediate)(() => void executeCommand(deps, command));
      return { Command: sent };
    },
    CancelCommand: (input) => {
      const { CommandId, InstanceIds } = readRequest(cancelCommandRequest, input);
      refuseDuplicates(InstanceIds);
      const command = find(CommandId);
      const unknown = InstanceIds.find((id) => onNode(command, id).length === 0);
      if (unknown !== undefined)
        throw new SsmError('InvalidInstanceId', `The command was not sent to ${unknown}.`);
      cancelCommand(deps, command, InstanceIds);
      return {};
    },
    ListCommands: (input) => {
      const request = readRequest(listCommandsRequest, input);
      const matches = commandMatches(request.Filters ?? []);
      const matching = newestFirst(request.CommandId)
        .filter(visible)
        .filter(
          (command) => request.InstanceId === undefined || onNode(command, request.InstanceId).length > 0,
        )
        .filter(matches);
      return page('Commands', matching.map(describeCommand), request);
    },
    ListCommandInvocations: (input) => {
      const request = readRequest(listCommandInvocationsRequest, input);
      const matches = invocationMatches(request.Filters ?? []);
      const matching = newestFirst(request.CommandId)
        .filter(visible)
        .flatMap((command) =>
          onNode(command, request.InstanceId)
            .filter((invocation) => matches(command, invocation))
            .map((invocation) => describeInvocation(command, invocation, request.Details)),
        );
      return page('CommandInvocations', matching, request);
    },
    GetCommandInvocation: (input) => {
      const { CommandId, InstanceId, PluginName } = readRequest(getCommandInvocationRequest, input);
      const command = commands.get(CommandId);
      const invocation = command && visible(command) ? onNode(command, InstanceId)[0] : undefined;
      if (command === undefined || invocation === undefined) {
        throw new SsmError(
          'InvocationDoesNotExist',
          'The command ID and managed node ID you specified did not match any invocations.',
        );
      }
      return describePluginResult(command, invocation, PluginName);
    },
    DescribeInstanceInformation: describeInstanceInformation(deps),
  };
}

function onNode(command: Command, instanceId: string | undefined): Invocation[] {
  return command.invocations.filter(
    (invocation) => instanceId === undefined || invocation.instanceId === instanceId,
  );
}

/** A page of at most MaxResults items, from the position in NextToken. */
function page(
  name: string,
  items: readonly unknown[],
  { MaxResults, NextToken }: { readonly MaxResults: number; readonly NextToken: string },
) {
  const start = Number(NextToken);
  if (!Number.isInteger(start) || start < 0)
    throw new SsmError('InvalidNextToken', "The specified token isn't valid.");
  const end = start + MaxResults;
  return { [name]: items.slice(start, end), ...(end < items.length ? { NextToken: String(end) } : {}) };
}
