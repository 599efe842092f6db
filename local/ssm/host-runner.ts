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
  /** With the document's resolved parameters, for simulated hosts. */
  documentName?: string;
  parameters?: ParameterValues;
  stepName: string;
  /** When it is over, the script's process group is killed and `timedOut` is true. */
  timeoutSeconds: number;
  /** Aborted when the agent receives the cancellation: the process group is killed. */
  signal: AbortSignal;
}

/** `exitCode` is null if the script was killed. */
export interface ScriptResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/** Runs the scripts of Run Command's endpoint: on real hosts, or in a fake in unit tests. */
export interface HostRunner {
  /** The nodes that are registered, reachable or not. */
  nodes(): ManagedNode[];
  /** Whether the node's agent is connected; only then does it receive commands and cancellations and report results. */
  reachable(instanceId: string): boolean;
  /**
   * Runs a script as root. Rejects only if the node was lost meanwhile, which its agent reports once the node is back
   * and connected.
   */
  runScript(instanceId: string, run: ScriptRun): Promise<ScriptResult>;
}
