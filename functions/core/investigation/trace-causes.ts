import { shortText } from '../signal/event-values.ts';
import type { FailedTrace, TraceCause } from './failed-trace.ts';
import { templateOf } from './line-template.ts';
import { masked } from './masked-text.ts';

/** Requests that failed for the same reason. */
export interface CommonCause {
  /** Without personal data, 200 characters at most. */
  readonly text: string;
  readonly count: number;
  /** One of them to look at: the first of those that were given. */
  readonly traceId: string;
}

const TEXT_CHARACTERS = 200;

/** The reasons why requests failed, the most frequent first. A request counts once for each of its reasons. */
export function commonCauses(traces: readonly FailedTrace[]): readonly CommonCause[] {
  const found = new Map<string, CommonCause>();
  for (const { id, causes } of traces)
    for (const text of new Set(causes.map(causeText))) {
      const { count = 0, traceId = id } = found.get(text) ?? {};
      found.set(text, { text, count: count + 1, traceId });
    }
  return [...found.values()].sort(
    (one, other) => other.count - one.count || (one.text < other.text ? -1 : 1),
  );
}

/** `fault: web → orders → pay: Timeout: no answer within <n> ms`, each part masked by itself: the colons are ours. */
function causeText({ failure, path, exception: { name, message } = {} }: TraceCause): string {
  const parts = path.map(oneLine).filter((part, index, all) => part !== all[index - 1]);
  const said = [
    ...(name === undefined ? [] : [oneLine(name)]),
    ...(message === undefined ? [] : [templateOf(message) ?? '']),
  ];
  return shortText([failure, parts.join(' → '), ...said.filter(Boolean)].join(': '), TEXT_CHARACTERS);
}

const oneLine = (text: string) => masked(text).replace(/\s+/g, ' ').trim();
