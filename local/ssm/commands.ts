import type { CommandDetail, InvocationDetail } from './command-status.ts';
import type { DocumentContent } from './document-content.ts';
import type { ParameterValues } from './parameters.ts';

/** What came of one step of a document on one node. */
export interface PluginRun {
  name: string;
  detail: InvocationDetail;
  /** The script's exit code; -1 as long as there is none. */
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
  cancel: AbortController;
}

/** A command that was sent. */
export interface Command {
  commandId: string;
  documentName: string;
  content: DocumentContent;
  parameters: ParameterValues;
  comment: string;
  requestedAt: Date;
  /** When what has not been delivered is given up and what has been must be over. */
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
