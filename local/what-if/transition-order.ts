import { compare } from './compare.ts';
import type { HistoryState, RecordedTransition } from './recorded-transition.ts';
import { eachOnce } from './same-changes.ts';
import { inOrderOfStates } from './state-order.ts';

/**
 * The changes of several pages by time; at the same time by the alarm's name, and for one alarm so that each change begins
 * with the state in which the previous one ended. What several pages have counts once. The order of the input makes no
 * difference.
 */
export function inOrder(pages: readonly (readonly RecordedTransition[])[]): readonly RecordedTransition[] {
  const byAlarm = Map.groupBy(
    pages.flatMap((changes, page) => changes.map((change) => ({ page, change }))),
    ({ change }) => change.alarmName,
  );
  return [...byAlarm.values()]
    .flatMap((own) => {
      const byTime = Map.groupBy(own, ({ change }) => change.atMs);
      const changes = [...byTime.values()].flatMap((same) =>
        eachOnce(
          [...Map.groupBy(same, ({ page }) => page).values()].map((one) => one.map(({ change }) => change)),
        ),
      );
      const times = [...Map.groupBy(changes, timeUs)].toSorted(([a], [b]) => a - b);
      return inOrderOfStates(times.map(([, atOnce]) => atOnce));
    })
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

/** Exact, for the next three centuries. */
const timeUs = ({ atMs, micros }: RecordedTransition) => atMs * 1_000 + micros;
