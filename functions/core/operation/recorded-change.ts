/** The value of a setting of something that runs on AWS, such as what a function's alias points to. */
export type SettingValue =
  | null
  | string
  | number
  | boolean
  | { readonly [key: string]: SettingValue | undefined };

/**
 * What an action is to change a setting from, and to. It is on record before the first request that changes anything,
 * since most of AWS's APIs have no idempotency token: the value that is there says what has happened meanwhile.
 */
export interface RecordedChange {
  /** JSON with its keys in order, as all settings are compared. */
  readonly before: string;
  readonly intended: string;
}

/**
 * `done`: the change was made, perhaps by an earlier try whose answer was lost. `send`: nothing has happened yet.
 * `foreign`: someone else has changed the setting, and it is theirs.
 */
export type ChangeVerdict = 'done' | 'send' | 'foreign';

/** @returns `undefined` if there is nothing to change */
export function plannedChange(before: SettingValue, intended: SettingValue): RecordedChange | undefined {
  const change = { before: settingText(before), intended: settingText(intended) };
  return change.before === change.intended ? undefined : change;
}

/** What to do about a change, by the value that is there now. */
export function judgeChange({ before, intended }: RecordedChange, current: SettingValue): ChangeVerdict {
  const now = settingText(current);
  if (now === intended) return 'done';
  return now === before ? 'send' : 'foreign';
}

/** The change that undoes another: it is made only while the value is still the one that was intended. */
export function reversed({ before, intended }: RecordedChange): RecordedChange {
  return { before: intended, intended: before };
}

/** A setting as JSON: the same text for the same value, in whatever order a service lists its parts. */
export function settingText(value: SettingValue): string {
  return JSON.stringify(inOrder(value));
}

function inOrder(value: SettingValue): SettingValue {
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).flatMap(([key, part]) =>
    part === undefined ? [] : [[key, inOrder(part)] as const],
  );
  return Object.fromEntries(parts.sort(([one], [other]) => (one < other ? -1 : 1)));
}
