import { QUOTAS } from '../quotas/quotas.ts';
import { chunksOf } from './chunks.ts';

/** What a pattern holds besides names, with room to spare. */
const FRAME_CHARACTERS = 700;

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
  return chunksOf(names, QUOTAS.patternCharacters.limit - Math.max(frameCharacters, FRAME_CHARACTERS));
}
