import type { HostSelector } from '../core/configuration/target-selector.ts';
import type { AlarmState } from '../core/verification/alarm-observation.ts';

/** A resource of a stack, as CloudFormation knows it. */
export interface StackResource {
  readonly type: string;
  /** Its name, ARN or URL, whatever identifies it. */
  readonly id: string;
}

export interface ManagedNodeState {
  readonly instanceId: string;
  /** `Online`, or what SSM says instead. */
  readonly ping: string;
  readonly agentVersion: string;
  /** Whether SSM knows a newer agent. @default - it does not say */
  readonly isLatestAgent?: boolean;
}

export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/**
 * What is deployed, read by a person. `undefined` stands for what does not exist. Every method rejects with
 * ServiceError; NotPermitted is about the person who asks.
 */
export interface Deployment {
  readonly stackResources: (stackName: string) => Promise<readonly StackResource[] | undefined>;
  /** A rule on the default bus. */
  readonly rule: (
    name: string,
  ) => Promise<{ readonly isEnabled: boolean; readonly targets: number } | undefined>;
  /** The state of a function, such as `Active`. */
  readonly functionState: (name: string) => Promise<string | undefined>;
  readonly waitingMessages: (queueUrl: string) => Promise<number | undefined>;
  readonly subscriptions: (topicArn: string) => Promise<readonly Subscription[] | undefined>;
  /** States by name; an alarm that does not exist is missing. */
  readonly alarmStates: (names: readonly string[]) => Promise<ReadonlyMap<string, AlarmState>>;
  /** The other accounts whose metrics alarms watch, by name; an alarm that watches none is missing. */
  readonly foreignAccounts: (names: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** The status of an SSM document of this account, such as `Active`. */
  readonly documentStatus: (name: string) => Promise<string | undefined>;
  readonly nodes: (selector: HostSelector) => Promise<readonly ManagedNodeState[]>;
}
