import type { TargetSelector } from '../../../functions/core/configuration/target-selector.ts';
import type { ManagedNode } from '../../../functions/core/operation/target-availability.ts';
import type {
  Command,
  CommandInvocation,
  RunbookRequest,
  RunbookRunner,
} from '../../../functions/ports/runbook-runner.ts';
import { NODE } from '../configuration.ts';

export interface SentCommand extends RunbookRequest {
  readonly commandId: string;
}

/** Run Command without hosts: it keeps what is sent, and a test says how it ends. */
export interface RecordingRunbooks extends RunbookRunner {
  readonly sent: SentCommand[];
  readonly cancelled: string[];
  nodes: ManagedNode[];
  readonly selectors: TargetSelector[];
  /** Called before a command is kept; may throw as the API would. */
  onSend: (request: RunbookRequest) => void | Promise<void>;
  /** Says what the API says of the newest command, or of the one named, from now on. */
  readonly ends: (
    status: string,
    invocations?: readonly Partial<CommandInvocation>[],
    commandId?: string,
  ) => Command;
}

export const node = (instanceId: string = NODE, fields: Partial<ManagedNode> = {}): ManagedNode => ({
  instanceId,
  online: true,
  platform: 'Linux',
  ...fields,
});

export function recordingRunbooks(): RecordingRunbooks {
  const commands = new Map<string, Command>();
  const invocationsOf = new Map<string, readonly CommandInvocation[]>();
  const runbooks: RecordingRunbooks = {
    sent: [],
    cancelled: [],
    selectors: [],
    nodes: [node()],
    onSend: () => undefined,
    ends: (status, invocations, commandId = runbooks.sent.at(-1)?.commandId) => {
      const command = commands.get(commandId ?? '');
      if (!command) throw new Error(`no command ${commandId} was sent`);
      const ended = { ...command, status };
      const request = runbooks.sent.find((sent) => sent.commandId === command.commandId);
      const each = invocations ?? (request?.instanceIds ?? []).map((instanceId) => ({ instanceId }));
      commands.set(command.commandId, ended);
      invocationsOf.set(
        command.commandId,
        each.map((invocation) => ({ instanceId: NODE, status, output: '', ...invocation })),
      );
      return ended;
    },
    resolveTargets: async (selector) => {
      runbooks.selectors.push(selector);
      return runbooks.nodes;
    },
    send: async (request) => {
      await runbooks.onSend(request);
      const commandId = `command-${runbooks.sent.length + 1}`;
      const { document, instanceIds, comment } = request;
      const parameters = Object.fromEntries(
        Object.entries(request.parameters).map(([name, value]) => [name, [value].flat()[0] ?? '']),
      );
      runbooks.sent.push({ ...request, commandId });
      commands.set(commandId, {
        commandId,
        document,
        parameters,
        status: 'InProgress',
        comment,
        targetCount: instanceIds.length,
      });
      return commandId;
    },
    getCommand: async (commandId) => commands.get(commandId),
    findCommand: async (comment) => {
      const sent = runbooks.sent.findLast((request) => request.comment === comment);
      return sent && commands.get(sent.commandId);
    },
    listInvocations: async (commandId) => invocationsOf.get(commandId) ?? [],
    cancel: async (commandId) => {
      runbooks.cancelled.push(commandId);
    },
  };
  return runbooks;
}
