import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { Operations } from '../in-process-client.ts';

/** One of the two ends of a call, as a segment or subsegment names it. */
export interface TracedNode {
  readonly name: string;
  /** Such as `AWS::ECS::Container`, `AWS::Lambda::Function`, `Database::SQL` or `remote`. @default AWS::ECS::Container */
  readonly type?: string;
  /** @default the account of this process */
  readonly account?: string;
}

/** X-Ray's service graph of the calls that were traced, as the API documents it. */
export interface ServiceGraph {
  /** Traces a call now. @param kind `link`: through a queue. @default a call that is waited for */
  readonly trace: (caller: TracedNode, callee: TracedNode, kind?: 'link') => void;
  readonly operations: Operations;
}

const ACCOUNT = '000000000000';
const RANGE_AT_MOST_MS = 6 * 3_600_000;
const DEFAULT_TYPE = 'AWS::ECS::Container';

const input = z.object({
  StartTime: z.date(),
  EndTime: z.date(),
  NextToken: z.string().optional(),
});

interface Call {
  readonly caller: string;
  readonly callee: string;
  readonly kind: 'link' | undefined;
  readonly atMs: number;
}

/** @param pageSize services in an answer */
export function createServiceGraph({
  clock,
  pageSize = 100,
}: {
  readonly clock: Pick<EmbeddedClock, 'nowMs'>;
  readonly pageSize?: number;
}): ServiceGraph {
  const nodes = new Map<string, Required<TracedNode>>();
  const calls: Call[] = [];

  const keyOf = ({ name, type = DEFAULT_TYPE, account = ACCOUNT }: TracedNode): string => {
    const key = `${account} ${type} ${name}`;
    nodes.set(key, { name, type, account });
    return key;
  };

  function graphOf(fromMs: number, toMs: number): readonly object[] {
    const traced = calls.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const keys = [...new Set(traced.flatMap(({ caller, callee }) => [caller, callee]))];
    const callees = new Set(traced.map(({ callee }) => callee));
    const idOf = (key: string) => keys.indexOf(key);
    const services = keys.map((key) => {
      const { name, type, account } = nodes.get(key) ?? { name: '', type: '', account: '' };
      const own = traced.filter(({ caller }) => caller === key);
      const called = [...new Set(own.map(({ callee }) => callee))];
      return {
        ...{ ReferenceId: idOf(key), Name: name, Names: [name], Type: type, State: 'active' },
        ...{ AccountId: account, Root: !callees.has(key) },
        Edges: called.map((callee) => {
          const times = own.filter((call) => call.callee === callee);
          return {
            ReferenceId: idOf(callee),
            StartTime: new Date(Math.min(...times.map(({ atMs }) => atMs))),
            EndTime: new Date(Math.max(...times.map(({ atMs }) => atMs))),
            Aliases: [],
            ...(times.every(({ kind }) => kind === 'link') && { EdgeType: 'link' }),
          };
        }),
      };
    });
    // Requests from outside come from a client that has the name of what it calls.
    const clients = services
      .filter(({ Root }) => Root)
      .map(({ Name, ReferenceId }, index) => ({
        ...{ ReferenceId: keys.length + index, Name, Names: [Name], Type: 'client', State: 'unknown' },
        Edges: [{ ReferenceId, Aliases: [] }],
      }));
    return [...services, ...clients];
  }

  return {
    trace: (caller, callee, kind) =>
      void calls.push({ caller: keyOf(caller), callee: keyOf(callee), kind, atMs: clock.nowMs() }),
    operations: {
      GetServiceGraph: (asked) => {
        const { StartTime, EndTime, NextToken = '0' } = input.parse(asked);
        const [fromMs, toMs] = [StartTime.getTime(), EndTime.getTime()];
        if (toMs - fromMs > RANGE_AT_MOST_MS)
          throw new ApiError('InvalidRequestException', 'Time range cannot be longer than 6 hours');
        const all = graphOf(fromMs, toMs);
        const to = Number(NextToken) + pageSize;
        return {
          ...{ StartTime, EndTime, ContainsOldGroupVersions: false },
          Services: all.slice(Number(NextToken), to),
          ...(to < all.length && { NextToken: String(to) }),
        };
      },
    },
  };
}
