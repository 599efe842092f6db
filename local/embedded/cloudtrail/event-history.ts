import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';

/** A call, as it is recorded. */
export interface RecordedCall {
  readonly name: string;
  /** Such as `lambda.amazonaws.com`. */
  readonly service: string;
  /** The resources that the event names. */
  readonly resources: readonly string[];
  /** As AWS documents it. */
  readonly userIdentity: Readonly<Record<string, unknown>>;
  /** @default false */
  readonly readOnly?: boolean;
  readonly errorCode?: string;
}

/** CloudTrail's event history, as the API documents it. */
export interface EventHistory {
  /** Records a call now; it is found at once. */
  readonly record: (call: RecordedCall) => void;
  readonly operations: Operations;
}

const lookupInput = z.object({
  LookupAttributes: z
    .array(z.object({ AttributeKey: z.literal('ResourceName'), AttributeValue: z.string() }))
    .length(1),
  StartTime: z.date(),
  EndTime: z.date(),
  MaxResults: z.number().int().min(1).max(50),
  NextToken: z.string().optional(),
});

/** @param perSecond look-ups that are answered in a second */
export function createEventHistory({
  clock,
  newId,
  perSecond = 2,
}: {
  readonly clock: Pick<EmbeddedClock, 'nowMs'>;
  readonly newId: () => string;
  readonly perSecond?: number;
}): EventHistory {
  const calls: (RecordedCall & { readonly id: string; readonly atMs: number })[] = [];
  const lookups: number[] = [];

  function throttle(): void {
    const nowMs = clock.nowMs();
    if (lookups.filter((atMs) => nowMs - atMs < 1_000).length >= perSecond)
      throw new ApiError('ThrottlingException', 'Rate exceeded');
    lookups.push(nowMs);
  }

  return {
    record: (call) => void calls.push({ ...call, id: newId(), atMs: clock.nowMs() }),
    operations: {
      LookupEvents: (input) => {
        throttle();
        const {
          LookupAttributes,
          StartTime,
          EndTime,
          MaxResults,
          NextToken = '0',
        } = lookupInput.parse(input);
        if (StartTime > EndTime) throw new ApiError('InvalidTimeRangeException', 'start is after end');
        const name = LookupAttributes[0]?.AttributeValue ?? '';
        const found = calls
          .filter(({ resources }) => resources.includes(name))
          .filter(({ atMs }) => atMs >= StartTime.getTime() && atMs <= EndTime.getTime())
          .toReversed();
        const from = Number(NextToken);
        const to = from + MaxResults;
        return {
          Events: found.slice(from, to).map((call) => ({
            EventId: call.id,
            EventName: call.name,
            EventSource: call.service,
            EventTime: new Date(call.atMs),
            ReadOnly: String(call.readOnly ?? false),
            AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
            Resources: call.resources.map((ResourceName) => ({ ResourceName })),
            CloudTrailEvent: JSON.stringify({
              eventVersion: '1.08',
              userIdentity: call.userIdentity,
              eventName: call.name,
              ...(call.errorCode !== undefined && { errorCode: call.errorCode }),
            }),
          })),
          ...(to < found.length && { NextToken: String(to) }),
        };
      },
    },
  };
}
