import type { Notification } from '../../ports/announcers.ts';
import type { PortMethods } from '../../ports/ports.ts';

/** What a configuration may use, and most do without. */
export type Feature =
  | 'dependsOn'
  | 'changes'
  | 'causes'
  | 'correlation'
  | 'discovery'
  | 'ecsAddresses'
  | 'balancedAddresses'
  | 'kernelLook'
  | 'learning'
  | 'logs'
  | 'cloudtrail'
  | 'xray'
  | 'profile'
  | 'traffic'
  | 'isolationByAgent'
  | 'isolationByGroups'
  | 'isolationLimit'
  | 'replacesInstances'
  | 'startsInstances'
  | 'verifiedByResource'
  | 'monitorFunctions'
  | 'monitorEvents'
  | 'slackApprovals'
  | 'linksByEmail'
  | 'linksByChannel';

/** A managed node of Systems Manager: in EC2, or outside it. */
export type NodeKind = 'instance' | 'managed-instance';

/** A handler: one file in functions/handlers, one Lambda function. */
export interface HandlerDefinition {
  readonly stack: 'engine' | 'watchdog' | 'analysis' | 'graph' | 'investigation' | 'channels' | 'approvals';
  readonly description: string;
  readonly timeoutSeconds: number;
  /** More memory is more CPU, for the handlers that a storm of signals reaches. */
  readonly memorySizeMiB: number;
  /** The workflow whose tasks invoke it. @default - a rule or a schedule does */
  readonly invokedBy?: 'triage' | 'heal';
  /** Whether each vantage point has a function of its own. @default false */
  readonly perVantagePoint?: true;
  /**
   * The port methods that its use case calls. They decide what the function may do (`port-permissions.ts`), what its
   * environment holds and what it receives. The compiler refuses a handler that calls more than this, or less.
   */
  readonly needs: PortMethods;
  /**
   * Ports of them, or single methods such as `store.listOperations`, that it calls only where the configuration uses one of
   * these: nothing is granted for them elsewhere.
   */
  readonly onlyWith?: {
    readonly [Part in keyof PortMethods | `${keyof PortMethods}.${string}`]?: readonly Feature[];
  };
  /** The topics that it notifies. */
  readonly topics?: readonly (Notification['topic'] | 'approvers')[];
  /** The source of the events that it sends. @default Selfheal's own */
  readonly eventSource?: string;
  /** The SSM documents that it sends. */
  readonly documents?: 'all' | readonly string[];
  /** More documents that it sends, each only where the configuration uses one of these. @default none */
  readonly documentsOnlyWith?: Readonly<Record<string, readonly Feature[]>>;
  /** The kinds of nodes that it sends them to. @default - all kinds */
  readonly nodes?: readonly NodeKind[];
}
