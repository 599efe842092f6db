import type { CommandDetail, InvocationDetail } from './command-status.ts';
import type { DocumentContent } from './document-content.ts';
import type { ParameterValues } from './parameters.ts';

/** The result of one step of a document on one node. */
export interface PluginRun {
  name: string;
  detail: InvocationDetail;
  /** The script's exit code; -1 until there is one. */
  responseCode: number;
  stdout: string;
  stderr: string;
  startedAt?: Date;
  finishedAt?: Date;
}

/** A command on one node. */
export interface Invocation {
  instanceId: string;
  computerName: string;
  detail: InvocationDetail;
  plugins: PluginRun[];
  /** Aborted when it is cancelled, whether or not the agent knows yet. */
  cancel: AbortController;
}

/** A command that was sent. */
export interface Command {
  commandId: string;
  documentName: string;
  /** As given to SendCommand: `$DEFAULT`, `$LATEST` or a number. */
  documentVersion: string;
  content: DocumentContent;
  parameters: ParameterValues;
  comment: string;
  requestedAt: Date;
  /** The end of the total time-out, when invocations that are not known to have ended are given up. */
  expiresAfter: Date;
  deliveryTimeoutSeconds: number;
  instanceIds: string[];
  targets: CommandTarget[];
  maxConcurrency: string;
  maxErrors: string;
  detail: CommandDetail;
  invocations: Invocation[];
}

/** `tag:<key>`, `tag-key` or `InstanceIds`, with the values that match. */
export interface CommandTarget {
  Key: string;
  Values: string[];
}
