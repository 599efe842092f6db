import type { ParameterValues } from './parameters.ts';

/** A managed node, as far as Run Command needs to know it. */
export interface ManagedNode {
  instanceId: string;
  tags: Readonly<Record<string, string>>;
  platformType: 'Linux' | 'Windows' | 'MacOS';
  computerName: string;
  ipAddress: string;
}

/** One script that a document's step runs. */
export interface ScriptRun {
  script: string;
  commandId: string;
  /** With the document's parameters as they were resolved: for hosts that are no real ones. */
  documentName?: string;
  parameters?: ParameterValues;
  stepName: string;
  /** When it is over, the script's process group is killed and `timedOut` is true. */
  timeoutSeconds: number;
  /** Aborted when the agent hears that the command is cancelled: the process group is killed. */
  signal: AbortSignal;
}

/** `exitCode` is null if the script was killed. */
export interface ScriptResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/** What Run Command's endpoint runs scripts with: real hosts, or a fake in unit tests. */
export interface HostRunner {
  /** The nodes that are registered, reachable or not. */
  nodes(): ManagedNode[];
  /** Whether the node's agent is in touch; it takes commands and cancellations, and tells of results, only then. */
  reachable(instanceId: string): boolean;
  /**
   * Runs a script as root. Rejects only if the node was lost on the way; its agent says so when the node is back and in
   * touch, not before.
   */
  runScript(instanceId: string, run: ScriptRun): Promise<ScriptResult>;
}
