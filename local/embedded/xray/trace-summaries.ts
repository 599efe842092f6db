import type { ErrorRootCause, FaultRootCause, TraceSummary } from '@aws-sdk/client-xray';
import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';

/** A request that was traced. */
export interface TracedRequest {
  /** Where it came in. */
  readonly entry: string;
  /** The services that failed in it, and how. @default it succeeded */
  readonly failed?: Readonly<Record<string, 'fault' | 'error' | 'throttle'>>;
  readonly faultCauses?: readonly FaultRootCause[];
  readonly errorCauses?: readonly ErrorRootCause[];
}

/** X-Ray's summaries of traces, as the API documents them. */
export interface TraceSummaries {
  /** Records a request that begins now; it is found at once. @returns the id of its trace */
  readonly record: (request: TracedRequest) => string;
  readonly operations: Operations;
}

interface RecordedTrace extends TracedRequest {
  readonly id: string;
  readonly atMs: number;
}

const input = z.strictObject({
  StartTime: z.date(),
  EndTime: z.date(),
  Sampling: z.boolean().optional(),
  FilterExpression: z.string().optional(),
  NextToken: z.string().optional(),
});

const CONDITION = /^service\("(?<name>[^"]+)"\) \{ (?<failures>[^}]+) \}$/;
const FAILURE = /^(fault|error|throttle) = true$/;

/** Every trace is looked at, sampled or not. @param pageSize traces that are looked at for one answer */
export function createTraceSummaries({
  clock,
  pageSize = 100,
}: {
  readonly clock: Pick<EmbeddedClock, 'nowMs'>;
  readonly pageSize?: number;
}): TraceSummaries {
  const traces: RecordedTrace[] = [];
  return {
    record: (request) => {
      const atMs = clock.nowMs();
      const seconds = Math.floor(atMs / 1_000).toString(16);
      const id = `1-${seconds}-${traces.length.toString(16).padStart(24, '0')}`;
      traces.push({ ...request, id, atMs });
      return id;
    },
    operations: {
      GetTraceSummaries: (asked) => {
        const { StartTime, EndTime, FilterExpression, NextToken = '0' } = input.parse(asked);
        const [fromMs, toMs] = [StartTime.getTime(), EndTime.getTime()];
        const matches = FilterExpression === undefined ? () => true : filterOf(FilterExpression);
        const all = traces.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).toReversed();
        const from = Number(NextToken);
        const to = from + pageSize;
        const page = all.slice(from, to);
        return {
          TraceSummaries: page.filter(matches).map(summaryOf),
          TracesProcessedCount: page.length,
          ApproximateTime: EndTime,
          ...(to < all.length && { NextToken: String(to) }),
        };
      },
    },
  };
}

/** Filters of the form `service("a") { fault = true OR error = true } OR service("b") { … }`. */
function filterOf(expression: string): (trace: RecordedTrace) => boolean {
  const conditions = expression.split(/ OR (?=service\()/).map((text) => {
    const { name, failures = '' } = CONDITION.exec(text)?.groups ?? {};
    const kinds = failures.split(' OR ').map((kind) => FAILURE.exec(kind)?.[1]);
    if (name === undefined || kinds.includes(undefined))
      throw new ApiError('InvalidRequestException', `Invalid filter expression: ${text}`);
    return { name, kinds };
  });
  return ({ failed = {} }) => conditions.some(({ name, kinds }) => kinds.includes(failed[name]));
}

function summaryOf({ id, atMs, entry, failed = {}, faultCauses, errorCauses }: RecordedTrace): TraceSummary {
  const has = (failure: string) => Object.values(failed).includes(failure as 'fault');
  return {
    ...{ Id: id, StartTime: new Date(atMs), EntryPoint: { Name: entry, Names: [entry] } },
    ...{ HasFault: has('fault'), HasError: has('error') || has('throttle'), HasThrottle: has('throttle') },
    ...(faultCauses && { FaultRootCauses: [...faultCauses] }),
    ...(errorCauses && { ErrorRootCauses: [...errorCauses] }),
  };
}
