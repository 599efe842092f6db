import { STATES } from '../alarms/schemas.ts';
import type { RecordedTransition } from './recorded-transition.ts';

/** An order of the first changes of an alarm. */
interface Path {
  readonly last: Link | undefined;
  /** How often a change does not begin in the state in which the one before ended. */
  readonly breaks: number;
  /** Changes at the time of the last one that are still to be put in order. */
  readonly left: readonly RecordedTransition[];
}

interface Link {
  readonly change: RecordedTransition;
  readonly previous: Link | undefined;
}

/**
 * The order of an alarm's changes with the fewest breaks between states. Of several, one that begins in OK: an alarm that
 * was in ALARM before its history would have been healed before it.
 *
 * @param times the changes of one alarm, by time; those at the same time in any order
 */
export function inOrderOfStates(
  times: readonly (readonly RecordedTransition[])[],
): readonly RecordedTransition[] {
  const start: readonly Path[] = [{ last: undefined, breaks: 0, left: [] }];
  const paths = times.reduce(
    (before, atOnce) =>
      atOnce.reduce(
        extended,
        before.map((path) => ({ ...path, left: byStates(atOnce) })),
      ),
    start,
  );
  const [best] = paths.toSorted((a, b) => a.breaks - b.breaks);
  return changesOf(best?.last);
}

/** Every path by one change more; of those that end in one state and leave the same, the first of the best. */
function extended(paths: readonly Path[]): readonly Path[] {
  const best = new Map<string, Path>();
  for (const { last, breaks, left } of paths) {
    for (const [index, change] of left.entries()) {
      const isBreak = last !== undefined && last.change.to !== change.from;
      const path: Path = {
        last: { change, previous: last },
        breaks: breaks + (isBreak ? 1 : 0),
        left: left.toSpliced(index, 1),
      };
      const key = [change.to, ...path.left.map(({ from, to }) => `${from} ${to}`)].join();
      const other = best.get(key);
      if (other === undefined || path.breaks < other.breaks) best.set(key, path);
    }
  }
  return [...best.values()];
}

/** Those from OK first. */
function byStates(changes: readonly RecordedTransition[]): readonly RecordedTransition[] {
  const rank = ({ from, to }: RecordedTransition) =>
    STATES.indexOf(from) * STATES.length + STATES.indexOf(to);
  return changes.toSorted((a, b) => rank(a) - rank(b));
}

function changesOf(last: Link | undefined): readonly RecordedTransition[] {
  const changes: RecordedTransition[] = [];
  for (let link = last; link !== undefined; link = link.previous) changes.push(link.change);
  return changes.reverse();
}
