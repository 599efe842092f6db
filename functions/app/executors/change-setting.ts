import {
  judgeChange,
  plannedChange,
  type RecordedChange,
  reversed,
  type SettingValue,
} from '../../core/operation/recorded-change.ts';
import { OverwriteRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { ChangeRecords, Ended } from './action-call.ts';

/** How often a setting is read and written again that others keep changing elsewhere in the same resource. */
const ROUNDS = 4;

/** Something of a resource that can be read, and written as a whole. */
export interface Setting<Value extends SettingValue> {
  /** For people: `alias orders:live`. */
  readonly name: string;
  readonly describe: (value: Value) => string;
  /** @returns `token`: what `write` wants to have back, if the service has such a token */
  readonly read: () => Promise<{ readonly value: Value; readonly token?: string }>;
  /**
   * @param token of the read that decided about it
   * @throws OverwriteRefused if the resource was changed since
   */
  readonly write: (value: Value, token: string | undefined) => Promise<void>;
  /**
   * Whether a read may still show an older value for a while. An undo then writes also where the old value seems to be back:
   * what it reads may be from before the change.
   *
   * @default false
   */
  readonly isReadLate?: boolean;
}

/**
 * Changes a setting so that it can be repeated and undone, and so that nothing is overwritten that someone else has
 * changed. The values before and after are on record before anything is written. A repetition writes only what is still
 * as it was before; an undo writes back only what is still as it was intended.
 *
 * @param intend the value that the action wants, given the one that is there; only asked if none is on record yet
 */
export async function changeSetting<Value extends SettingValue>(
  changes: ChangeRecords,
  setting: Setting<Value>,
  intend: (value: Value) => Promise<Value | { readonly problem: string }>,
): Promise<Ended> {
  let change = changes.earlier;
  if (change === undefined) {
    const { value } = await setting.read();
    const wanted = await intend(value);
    if (isProblem(wanted)) return { outcome: 'FAILED', detail: `${setting.name}: ${wanted.problem}` };
    const planned = plannedChange(value, wanted);
    if (planned === undefined)
      return { outcome: 'SUCCEEDED', detail: `${setting.name} has ${setting.describe(value)} already` };
    change = await changes.keep(planned);
  }
  return await makeChange(setting, change, 'was changed from', false);
}

/** Undoes the change of a setting, as far as it was made. */
export async function undoSetting<Value extends SettingValue>(
  { undone }: ChangeRecords,
  setting: Setting<Value>,
): Promise<Ended> {
  if (undone === undefined) return { outcome: 'SUCCEEDED', detail: `${setting.name} was never changed` };
  return await makeChange(setting, reversed(undone), 'is back from', true);
}

/**
 * Writes what is intended, unless it is there already, or someone else's value is.
 *
 * @param isUndo whether it undoes what is known to have been written
 */
export async function makeChange<Value extends SettingValue>(
  setting: Setting<Value>,
  change: RecordedChange,
  verb: string,
  isUndo: boolean,
): Promise<Ended> {
  const [before, intended] = [change.before, change.intended].map((text) => JSON.parse(text) as Value) as [
    Value,
    Value,
  ];
  const detail = `${setting.name} ${verb} ${setting.describe(before)} to ${setting.describe(intended)}`;
  let refused: unknown;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { value, token } = await setting.read();
    const verdict = judgeChange(change, value);
    if (verdict === 'done' && !(isUndo && setting.isReadLate)) return { outcome: 'SUCCEEDED', detail };
    if (verdict === 'foreign') return foreign(setting, value, before, intended);
    try {
      await setting.write(intended, token);
      return { outcome: 'SUCCEEDED', detail };
    } catch (error) {
      if (!(error instanceof OverwriteRefused)) throw error;
      refused = error;
    }
  }
  throw new ServiceUnavailable(`${setting.name} was changed between ${ROUNDS} reads and writes in a row`, {
    cause: refused,
  });
}

function foreign<Value extends SettingValue>(
  { name, describe }: Setting<Value>,
  current: Value,
  before: Value,
  intended: Value,
): Ended {
  return {
    outcome: 'FAILED',
    failsAs: 'ChangedBySomeoneElse',
    isFinal: true,
    detail:
      `${name} has ${describe(current)}, neither ${describe(before)} as before nor ${describe(intended)} as intended: ` +
      'someone else has changed it, and it is left as it is',
  };
}

/** Whether an action says why it wants no value at all. */
export function isProblem<Value extends SettingValue>(
  wanted: Value | { readonly problem: string },
): wanted is { readonly problem: string } {
  return typeof wanted === 'object' && wanted !== null && typeof wanted['problem'] === 'string';
}
