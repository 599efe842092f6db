import { QUOTAS } from '../quotas/quotas.ts';

/** What a pattern holds besides names, with room to spare. */
const FRAME_CHARACTERS = 700;
/** What a token of CloudFormation's may become: an account's id or a Region's name. */
const TOKEN_CHARACTERS = 20;

/** A name in the pattern of an event rule. */
export type NamePattern = string | { readonly prefix: string } | { readonly suffix: string };

/**
 * As few lists as fit into a pattern of an event rule each.
 *
 * @param frameCharacters what the pattern holds besides, if that is more than patterns usually hold
 */
export function chunked<Name extends NamePattern>(
  names: readonly Name[],
  frameCharacters = 0,
): readonly Name[][] {
  const room = QUOTAS.patternCharacters.limit - Math.max(frameCharacters, FRAME_CHARACTERS);
  const chunks: Name[][] = [];
  let used = room;
  for (const name of names) {
    const characters = JSON.stringify(name).replaceAll(
      /\$\{Token\[[^\]]*\]\}/g,
      'x'.repeat(TOKEN_CHARACTERS),
    ).length;
    if (used + characters > room) {
      chunks.push([]);
      used = 0;
    }
    chunks.at(-1)?.push(name);
    used += characters + 1;
  }
  return chunks;
}
