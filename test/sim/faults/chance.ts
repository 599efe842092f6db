/**
 * A number from 0 (included) to 1 (excluded) that depends on a seed and a place alone: whatever else happens in a run,
 * the same place draws the same number. FNV-1a over the text, then the finisher of MurmurHash3.
 */
export function chanceAt(seed: number, place: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < place.length; index += 1) {
    hash = Math.imul(hash ^ place.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
