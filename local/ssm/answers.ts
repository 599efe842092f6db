import { isFinal, statusOf } from './command-status.ts';
import type { Command, Invocation, PluginRun } from './commands.ts';
import { keptStreams, listedOutput } from './kept-output.ts';
import { SsmError } from './protocol.ts';

/** A command as SendCommand and ListCommands show it. */
export function describeCommand(command: Command) {
  const details = command.invocations.map((invocation) => invocation.detail);
  return {
    CommandId: command.commandId,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: command.expiresAfter,
    Parameters: command.parameters,
    InstanceIds: command.instanceIds,
    Targets: command.targets,
    RequestedDateTime: command.requestedAt,
    Status: statusOf(command.detail),
    StatusDetails: command.detail,
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: command.invocations.length,
    CompletedCount: details.filter(isFinal).length,
    ErrorCount: details.filter((detail) => detail === 'Failed' || detail === 'ExecutionTimedOut').length,
    DeliveryTimedOutCount: details.filter((detail) => detail === 'DeliveryTimedOut').length,
    TimeoutSeconds: command.deliveryTimeoutSeconds,
  };
}

/** A node's part of a command as ListCommandInvocations shows it; plugins and output only with `details`. */
export function describeInvocation(command: Command, invocation: Invocation, details: boolean) {
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    InstanceName: invocation.computerName,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: command.requestedAt,
    Status: statusOf(invocation.detail),
    StatusDetails: invocation.detail,
    CommandPlugins: details ? invocation.plugins.map(describePlugin) : [],
  };
}

function describePlugin(plugin: PluginRun) {
  const { stdout, stderr } = keptStreams(plugin.stdout, plugin.stderr);
  return {
    Name: plugin.name,
    Status: statusOf(plugin.detail),
    StatusDetails: plugin.detail,
    ResponseCode: plugin.responseCode,
    ResponseStartDateTime: plugin.startedAt,
    ResponseFinishDateTime: plugin.finishedAt,
    Output: listedOutput(stdout, stderr),
  };
}

/**
 * A plugin's result as GetCommandInvocation shows it. Before a plugin has run, the invocation's own status shows.
 * @throws SsmError `InvalidPluginName` if there is no such step, or several and none is named.
 */
export function describePluginResult(
  command: Command,
  invocation: Invocation,
  pluginName: string | undefined,
) {
  const named = invocation.plugins.filter((plugin) => pluginName === undefined || plugin.name === pluginName);
  const [plugin] = named;
  if (plugin === undefined || named.length > 1) {
    throw new SsmError('InvalidPluginName', `The plugin name "${pluginName ?? ''}" isn't valid.`);
  }
  const detail = plugin.detail === 'Pending' ? invocation.detail : plugin.detail;
  const { stdout, stderr } = keptStreams(plugin.stdout, plugin.stderr);
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    PluginName: plugin.name,
    ResponseCode: plugin.responseCode,
    ExecutionStartDateTime: plugin.startedAt?.toISOString() ?? '',
    ExecutionEndDateTime: plugin.finishedAt?.toISOString() ?? '',
    ExecutionElapsedTime: elapsed(plugin),
    Status: statusOf(detail),
    StatusDetails: detail,
    StandardOutputContent: stdout,
    StandardOutputUrl: '',
    StandardErrorContent: stderr,
    StandardErrorUrl: '',
  };
}

function elapsed(plugin: PluginRun): string {
  if (plugin.startedAt === undefined || plugin.finishedAt === undefined) return '';
  return `PT${(plugin.finishedAt.getTime() - plugin.startedAt.getTime()) / 1000}S`;
}
