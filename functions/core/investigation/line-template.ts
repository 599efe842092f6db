import { shortText } from '../signal/event-values.ts';
import { loggedMessage } from './logged-message.ts';
import { masked } from './masked-text.ts';

/** Of what a line says, this much is read: what is wrong stands at the beginning. */
const READ_CHARACTERS = 2_000;
const TEMPLATE_CHARACTERS = 200;

/**
 * What lines about the same fault have in common: the message, with all masked that differs from one to the next.
 *
 * @returns `undefined` for a line that says itself that it is about no error
 */
export function templateOf(line: string): string | undefined {
  const said = loggedMessage(line);
  if (said === undefined) return undefined;
  return shortText(masked(wholeWords(said)).replace(/\s+/g, ' ').trim(), TEMPLATE_CHARACTERS);
}

/** A word that is cut might no longer look like what it is. */
function wholeWords(text: string): string {
  if (text.length <= READ_CHARACTERS) return text;
  let end = READ_CHARACTERS;
  while (/\S/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
