import type { RecordedChange } from '../../core/operation/recorded-change.ts';
import type { ChangeRecords } from './action-call.ts';

/** Tries that were the first of their step. */
const first = new WeakSet<ChangeRecords>();

/**
 * Whether this try is the first of its step that gets as far as here: of all tries, at most one is, whatever is retried,
 * doubled or cut short. For an action that would have a second effect if it were asked for twice.
 *
 * It is on record before the action is begun. So a try that is not the first cannot tell whether the first one began it.
 *
 * @param mine what to have on record of it. @default that it was begun
 */
export async function isFirstTry(
  changes: ChangeRecords,
  mine: RecordedChange = { before: 'null', intended: '"begun"' },
): Promise<boolean> {
  // Nothing came of an earlier request of the same try: it was refused for good, or this would be another one.
  if (first.has(changes)) return true;
  if (changes.earlier !== undefined) return false;
  // What is written is returned as it was given; what another try has written is read.
  if ((await changes.keep(mine)) !== mine) return false;
  first.add(changes);
  return true;
}
