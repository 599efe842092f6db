import type { DocumentPath } from './problem.ts';
import type { KeyHome } from './schema-walk.ts';

/** Elsewhere, it would switch something else off. */
const IS_SWITCH = /^(enabled?|disabled?)$/i;

/** The names of an account or a Region in other tools. */
const IS_PLACE = /^(aws[._]?)?(account(_?id)?|region)$/i;

/** Whether another place where the key is allowed would be a wrong guess. */
export const belongsNowhere = (key: string) => IS_SWITCH.test(key) || IS_PLACE.test(key);

/**
 * What to do about a key that is not allowed and is not like any other.
 *
 * @param keys those that are allowed in its place
 */
export function removal(key: string, value: unknown, keys: readonly string[]): string {
  const remove = `Remove \`${key}\``;
  if (IS_PLACE.test(key))
    return `${remove}: Selfheal watches and heals only in its own account and Region; deploy it in the other one, too.`;
  if (/^(x-|[._])/.test(key))
    return `${remove}; an anchor (\`&name\`) can be defined where its value is used first.`;
  if (IS_SWITCH.test(key)) {
    if (keys.includes('excluded'))
      return `${remove}; write \`excluded: true\` if the component is not to be healed.`;
    if (keys.includes('mode')) return `${remove}; write \`mode: observe\` if nothing is to be done.`;
  }
  if (value === null && /^\d{3}$/.test(key))
    return `Remove the comma before \`${key}\`: a comma ends a value.`;
  if (value === null && /^\d+$/.test(key))
    return `Write a decimal point before \`${key}\`: a comma ends a value.`;
  return value === null && /^[\w.-]+$/.test(key)
    ? `${remove}; if it belongs to the value before it, put that in quotes, or several values in brackets: a comma ends a value.`
    : `${remove}.`;
}

/** @param path where the key is now */
export function moveTo(home: KeyHome, path: DocumentPath): string {
  const { name, path: to } = home;
  const isAround =
    to !== undefined && to.length < path.length - 1 && to.every((part, at) => part === path[at]);
  if (isAround) return `Move it up, beside \`${path[to.length]}:\`.`;
  const [, holder] = /^(.*?)(?:\[\]|\.<name>)$/.exec(name) ?? [];
  return holder === undefined ? `Move it under \`${name}:\`.` : `Move it under an entry of \`${holder}:\`.`;
}
