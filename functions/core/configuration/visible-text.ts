/** Characters that nobody sees, and those that turn the direction of what follows. */
const UNSEEN = /[\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;
/** Letters that look like Latin ones. */
const LOOKALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}]/gu;

const escaped = (character: string) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** A text with escapes in place of what cannot be seen in it, or looks like a Latin letter beside it. */
export function visibleText(text: string): string {
  const seen = text.replaceAll(UNSEEN, escaped);
  return /[A-Za-z]/.test(text) ? seen.replaceAll(LOOKALIKE, escaped) : seen;
}
