import type { RunbookParameters } from '../core/actions/action-definition.ts';
import type { DocumentValues } from '../core/actions/user-document.ts';
import type { HostSelector } from '../core/configuration/target-selector.ts';
import type { ManagedNode } from '../core/operation/target-availability.ts';

export interface RunbookRequest {
  readonly document: string;
  readonly parameters: DocumentValues;
  readonly instanceIds: readonly string[];
  /** For people and for the reconciler, which finds a command by it. */
  readonly comment: string;
  /** How long a node may take to fetch the command. */
  readonly deliveryTimeoutSeconds: number;
  readonly maxConcurrency: number;
  /** `false`: a second command would have a second effect, so that a lost answer is not asked for again. @default true */
  readonly isRepeatable?: boolean;
  /** Whether the first node that fails keeps it from all that have not begun yet. */
  readonly stopsAtError: boolean;
}

/** As the API says it, whatever it is. */
export interface CommandInvocation {
  readonly instanceId: string;
  readonly status: string;
  /** The end of what the runbook printed. */
  readonly output: string;
  /** More exact than `status`: `Undeliverable`, `DeliveryTimedOut`. @default the service does not say */
  readonly statusDetails?: string;
  /** Whether the node has begun, as far as the service knows. @default not known */
  readonly hasBegun?: boolean;
  /** How the runbook has ended. @default it has not, or the service does not say */
  readonly exitCode?: number;
}

export interface Command {
  readonly commandId: string;
  readonly document: string;
  readonly status: string;
  readonly comment: string;
  readonly targetCount: number;
  /** Of a list, its first value. */
  readonly parameters: RunbookParameters;
}

/** Runs SSM Command documents on managed nodes. */
export interface RunbookRunner {
  /**
   * The managed nodes that the selector chooses, any number of them. Whether they carry the managed tag shows only when
   * a command is sent: `send` is refused for a node without it.
   */
  readonly resolveTargets: (selector: HostSelector) => Promise<readonly ManagedNode[]>;
  /**
   * @returns the command's id
   * @throws ServiceError; nothing was sent, unless it is a ServiceUnavailable
   */
  readonly send: (request: RunbookRequest) => Promise<string>;
  readonly getCommand: (commandId: string) => Promise<Command | undefined>;
  /**
   * The newest command with this comment that was sent after the time given, if the API knows one.
   *
   * @param document narrows the search: without it, the commands of everybody in the account are gone through
   * @throws ServiceError; a RequestRefused if there are too many to go through, so that it may be among the others
   */
  readonly findCommand: (comment: string, afterMs: number, document?: string) => Promise<Command | undefined>;
  readonly listInvocations: (commandId: string) => Promise<readonly CommandInvocation[]>;
  readonly cancel: (commandId: string) => Promise<void>;
}
