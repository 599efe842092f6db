import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { principalOf, type WriteEvent } from '../../core/investigation/write-event.ts';
import type { Trail } from '../../ports/trail.ts';
import { translated } from '../aws/translate-error.ts';

/** Trail over LookupEvents. It takes one attribute: that an event only reads is seen in the answer. */
export function createTrail(client: Pick<CloudTrailClient, 'send'>): Trail {
  return {
    changesOf: async (resourceName, { fromMs, toMs }, next) => {
      const command = new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: resourceName }],
        StartTime: new Date(fromMs),
        EndTime: new Date(toMs),
        MaxResults: 50,
        ...(next !== undefined && { NextToken: next }),
      });
      const { Events = [], NextToken } = await translated('cloudtrail:LookupEvents', () =>
        client.send(command),
      );
      return {
        events: Events.flatMap(writeEventOf),
        ...(NextToken !== undefined && { next: NextToken }),
      };
    },
  };
}

function writeEventOf({
  EventId,
  EventName,
  EventSource,
  EventTime,
  ReadOnly,
  Username,
  CloudTrailEvent,
}: Event): readonly WriteEvent[] {
  if (ReadOnly === 'true' || EventId === undefined || EventTime === undefined) return [];
  const { userIdentity, errorCode } = recordOf(CloudTrailEvent);
  const principal = principalOf(userIdentity);
  return [
    {
      id: EventId,
      atMs: EventTime.getTime(),
      name: EventName ?? 'unknown',
      service: EventSource ?? 'unknown',
      principal: principal === 'unknown' ? (Username ?? principal) : principal,
      ...(typeof errorCode === 'string' && { error: errorCode }),
    },
  ];
}

/** The whole event as text; a text that is cut says nothing. */
function recordOf(text: string | undefined): {
  readonly userIdentity?: unknown;
  readonly errorCode?: unknown;
} {
  try {
    return JSON.parse(text ?? '{}') as object;
  } catch {
    return {};
  }
}
