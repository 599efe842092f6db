import type { HistoryState, RecordedTransition } from './recorded-transition.ts';

/**
 * By time; at the same time by the alarm's name, and for one alarm so that each change begins with the state in which
 * the previous one ended. Duplicates count once. The result does not depend on the input's order.
 */
export function inOrder(transitions: readonly RecordedTransition[]): readonly RecordedTransition[] {
  const byAlarm = Map.groupBy(unique(transitions), ({ alarmName }) => alarmName);
  return [...byAlarm.values()]
    .flatMap(inOrderOfStates)
    .sort((a, b) => a.atMs - b.atMs || compare(a.alarmName, b.alarmName));
}

/** Changes of one alarm that do not begin with the state in which the previous one ended: others are missing. */
export function gapsIn(transitions: readonly RecordedTransition[]): readonly RecordedTransition[] {
  const states = new Map<string, HistoryState>();
  return transitions.filter(({ alarmName, from, to }) => {
    const before = states.get(alarmName);
    states.set(alarmName, to);
    return before !== undefined && before !== from;
  });
}

function unique(transitions: readonly RecordedTransition[]): readonly RecordedTransition[] {
  const same = Map.groupBy(transitions, ({ atMs, alarmName, from, to }) =>
    JSON.stringify([atMs, alarmName, from, to]),
  );
  return [...same.values()].map((each) => each.toSorted(byDetail)[0]).filter((each) => each !== undefined);
}

/**
 * The longest first: CloudWatch may have cut the data of one copy of a change, and a tool the microseconds of another.
 */
function byDetail(a: RecordedTransition, b: RecordedTransition): number {
  return b.reason.length - a.reason.length || compare(a.reason, b.reason) || b.micros - a.micros;
}

/** Exact, for the next three centuries. */
const timeUs = ({ atMs, micros }: RecordedTransition) => atMs * 1_000 + micros;

/** @param own of one alarm */
function inOrderOfStates(own: readonly RecordedTransition[]): readonly RecordedTransition[] {
  const times = [...Map.groupBy(own, timeUs)].toSorted(([a], [b]) => a - b);
  const ordered: RecordedTransition[] = [];
  for (const [index, [, atOnce]] of times.entries()) {
    const next = times[index + 1]?.[1];
    // Several changes at the next time do not show how this one ended.
    const after = next?.length === 1 ? next[0]?.from : undefined;
    ordered.push(...bestOrder(atOnce.toSorted(byStates), ordered.at(-1)?.to, after));
  }
  return ordered;
}

/** The order with the fewest breaks between states; of several, the first by the names of the states. */
function bestOrder(
  changes: readonly RecordedTransition[],
  before: HistoryState | undefined,
  after: HistoryState | undefined,
): readonly RecordedTransition[] {
  if (changes.length < 2) return changes;
  let best: { readonly order: readonly RecordedTransition[]; readonly breaks: number } | undefined;
  const isBreak = (one: HistoryState | undefined, other: HistoryState | undefined) =>
    one !== undefined && other !== undefined && one !== other ? 1 : 0;
  const extend = (order: readonly RecordedTransition[], breaks: number): void => {
    const state = order.at(-1)?.to ?? before;
    if (order.length === changes.length) {
      const all = breaks + isBreak(state, after);
      if (best === undefined || all < best.breaks) best = { order, breaks: all };
      return;
    }
    if (best !== undefined && breaks >= best.breaks) return;
    for (const change of changes)
      if (!order.includes(change)) extend([...order, change], breaks + isBreak(state, change.from));
  };
  extend([], 0);
  return best?.order ?? changes;
}

function byStates(a: RecordedTransition, b: RecordedTransition): number {
  return compare(a.from, b.from) || compare(a.to, b.to);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
