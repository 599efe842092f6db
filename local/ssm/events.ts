import { statusOf } from './command-status.ts';
import type { Command, Invocation } from './commands.ts';

/** An entry of a PutEvents request, in the shape that the SDK takes. */
export interface EventEntry {
  Source: 'aws.ssm';
  DetailType: 'EC2 Command Status-change Notification' | 'EC2 Command Invocation Status-change Notification';
  Resources: string[];
  Time: Date;
  /** JSON. */
  Detail: string;
}

/** Sends an event to EventBridge. The caller logs a rejection: SSM's events are best effort. */
export type Publish = (event: EventEntry) => Promise<void>;

/** The event for a command's status. It contains the parameters, as on AWS: never pass a secret. */
export function commandEvent(command: Command, now: Date): EventEntry {
  return {
    Source: 'aws.ssm',
    DetailType: 'EC2 Command Status-change Notification',
    Resources: [],
    Time: now,
    Detail: JSON.stringify({
      'command-id': command.commandId,
      'document-name': command.documentName,
      'expire-after': command.expiresAfter.toISOString(),
      parameters: command.parameters,
      'requested-date-time': command.requestedAt.toISOString(),
      status: statusOf(command.detail),
    }),
  };
}

/** The event for one node's part of a command. */
export function invocationEvent(
  command: Command,
  invocation: Invocation,
  place: Place,
  now: Date,
): EventEntry {
  return {
    Source: 'aws.ssm',
    DetailType: 'EC2 Command Invocation Status-change Notification',
    Resources: [`arn:aws:ec2:${place.region}:${place.account}:instance/${invocation.instanceId}`],
    Time: now,
    Detail: JSON.stringify({
      'command-id': command.commandId,
      'document-name': command.documentName,
      'instance-id': invocation.instanceId,
      'requested-date-time': command.requestedAt.toISOString(),
      status: statusOf(invocation.detail),
    }),
  };
}

/** The account and Region that the endpoint pretends to be in. */
export interface Place {
  region: string;
  account: string;
}
