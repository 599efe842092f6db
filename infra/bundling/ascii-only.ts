import type { Plugin } from 'rolldown';

const NOT_ASCII = /[^\p{ASCII}]/gu;

/**
 * Writes what is not ASCII as escapes. V8 holds a text with a single character beyond Latin-1 in two bytes a character,
 * and takes longer to read it.
 */
export const asciiOnly: Plugin = {
  name: 'ascii-only',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle))
      if (file.type === 'chunk') file.code = file.code.replaceAll(NOT_ASCII, escaped);
  },
};

/** As UTF-16 units: they mean the same in texts and in regular expressions, with their flag `u` or without it. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
