const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over UTF-16 units, as an unsigned 32-bit number. */
function hash(text: string): number {
  let value = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), FNV_PRIME) >>> 0;
  }
  return value;
}

/** Which of `shards` a peer belongs to, by its name alone: 0 to shards - 1. */
export function shardOf(peerName: string, shards: number): number {
  return hash(peerName) % shards;
}

/** Identity of a list of peers: figures kept by position belong to this list only. 8 hexadecimal digits. */
export function rosterOf(peerNames: readonly string[]): string {
  return hash(peerNames.join('\n')).toString(16).padStart(8, '0');
}
