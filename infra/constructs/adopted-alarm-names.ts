import { OWN_ALARM_PREFIX } from '../../functions/core/configuration/alarm-sources.ts';
import { QUOTAS } from '../quotas/quotas.ts';

/** An entry of an event pattern's list. */
export type NamePattern = string | { readonly prefix: string };

/** How much room rules have for the names of adopted alarms. */
export interface NameRoom {
  /** Our rules share the bus with everyone else's, so only some of its quota is ours. */
  readonly rules: number;
  /** Characters for names in a rule's pattern. */
  readonly charactersPerRule: number;
}

const LONGEST_NAME = QUOTAS.alarmNameCharacters.limit;

/** A shorter prefix might match alarms on Selfheal itself, or those that it creates. */
const SHORTEST_PREFIX = OWN_ALARM_PREFIX.length;

/**
 * Names of alarms in lists that fit into one pattern each. If they need more rules than there may be, names are cut to
 * the longest prefixes for which the rules have room. A prefix may match alarms that are not adopted: triage then
 * records that it does not know them. At most one list matches an alarm.
 *
 * @returns `undefined` if there is no room, however short the prefixes
 */
export function adoptedAlarmNamePatterns(
  names: readonly string[],
  room: NameRoom,
): readonly (readonly NamePattern[])[] | undefined {
  for (let length = LONGEST_NAME; length >= SHORTEST_PREFIX; length--) {
    const lists = filled(cutTo(names, length), room.charactersPerRule);
    if (lists.length <= room.rules) return lists;
  }
  return undefined;
}

function cutTo(names: readonly string[], length: number): readonly NamePattern[] {
  // By code points: half a surrogate pair matches nothing.
  const cut = names.map((name) => [name, Array.from(name)] as const);
  const isCut = ([, characters]: (typeof cut)[number]) => characters.length > length;
  const prefixes = new Set(cut.filter(isCut).map(([, characters]) => characters.slice(0, length).join('')));
  const whole = cut.filter((each) => !isCut(each)).map(([name]) => name);
  return [
    ...whole.filter((name) => !prefixes.has(name)).sort(),
    ...[...prefixes].sort().map((prefix) => ({ prefix })),
  ];
}

function filled(patterns: readonly NamePattern[], characters: number): readonly (readonly NamePattern[])[] {
  const lists: NamePattern[][] = [];
  let left = 0;
  for (const pattern of patterns) {
    const size = JSON.stringify(pattern).length + 1;
    if (size > left) {
      lists.push([]);
      left = characters;
    }
    lists.at(-1)?.push(pattern);
    left -= size;
  }
  return lists;
}
