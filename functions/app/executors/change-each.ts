import {
  plannedChange,
  type RecordedChange,
  type SettingValue,
} from '../../core/operation/recorded-change.ts';
import { isForGood } from '../../ports/errors.ts';
import type { ChangeRecords, Ended } from './action-call.ts';
import { isProblem, makeChange, type Setting } from './change-setting.ts';

type Values<Value> = Readonly<Record<string, Value>>;

/** The end of a change, and the ids of the targets whose setting is, or is now, another one. */
export type EachEnded = Ended & { readonly changed: readonly string[] };

/**
 * Changes the same setting on several targets, as `changeSetting` does on one: the values of all are on record before
 * the first is written, and each is judged by its own. It goes no further than to the first that fails.
 *
 * @param settings by the target's id
 * @param intend the value that the action wants on a target
 */
export async function changeEach<Value extends SettingValue>(
  changes: ChangeRecords,
  settings: ReadonlyMap<string, Setting<Value>>,
  intend: (id: string, value: Value) => Promise<Value | { readonly problem: string }>,
): Promise<EachEnded> {
  let change = changes.earlier;
  if (change === undefined) {
    const before: Record<string, Value> = {};
    const intended: Record<string, Value> = {};
    for (const [id, setting] of settings) {
      const { value } = await setting.read();
      const wanted = await intend(id, value);
      if (isProblem(wanted))
        return { outcome: 'FAILED', detail: `${setting.name}: ${wanted.problem}`, changed: [] };
      before[id] = value;
      intended[id] = wanted as Value;
    }
    const planned = plannedChange(before, intended);
    if (planned === undefined) {
      const said = [...settings].map(
        ([id, { name, describe }]) => `${name} is ${describe(before[id] as Value)}`,
      );
      return { outcome: 'SUCCEEDED', detail: `${said.join('; ')} already`, changed: [] };
    }
    change = await changes.keep(planned);
  }
  return await makeEach(settings, parsed(change), 'was changed from', false);
}

/**
 * Undoes the change of a setting on several targets, wherever it was made and is still as it was intended. One that fails
 * keeps no other from being undone.
 */
export async function undoEach<Value extends SettingValue>(
  { undone }: ChangeRecords,
  settings: ReadonlyMap<string, Setting<Value>>,
): Promise<EachEnded> {
  if (undone === undefined) return { outcome: 'SUCCEEDED', detail: 'nothing was changed', changed: [] };
  const { before, intended } = parsed<Value>(undone);
  return await makeEach(settings, { before: intended, intended: before }, 'is back from', true);
}

interface Change<Value> {
  readonly before: Values<Value>;
  readonly intended: Values<Value>;
}

function parsed<Value>({ before, intended }: RecordedChange): Change<Value> {
  return { before: JSON.parse(before) as Values<Value>, intended: JSON.parse(intended) as Values<Value> };
}

async function makeEach<Value extends SettingValue>(
  settings: ReadonlyMap<string, Setting<Value>>,
  { before, intended }: Change<Value>,
  verb: string,
  isUndo: boolean,
): Promise<EachEnded> {
  const ends: Ended[] = [];
  const changed: string[] = [];
  for (const [id, setting] of settings) {
    const [from, to] = [before[id], intended[id]];
    const change = from !== undefined && to !== undefined ? plannedChange(from, to) : undefined;
    if (change === undefined) continue;
    const ended = await makeChange(setting, change, verb, isUndo).catch((error: unknown): Ended => {
      if (!isUndo || !isForGood(error)) throw error;
      return { outcome: 'FAILED', detail: `${setting.name}: ${error.message}` };
    });
    ends.push(ended);
    if (ended.outcome === 'SUCCEEDED') changed.push(id);
    else if (!isUndo) break;
  }
  const failure = ends.find(({ outcome }) => outcome === 'FAILED');
  const detail = ends.map((end) => end.detail).join('; ');
  return { ...(failure ?? { outcome: 'SUCCEEDED' }), detail, changed };
}
