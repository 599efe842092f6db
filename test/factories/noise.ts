/** Reproducible noise. */
export interface Noise {
  /** Between 0 and 1. */
  uniform(): number;
  /** Of mean 0 and deviation 1. */
  gaussian(): number;
}

/** Mulberry32, a small generator of good quality: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function noiseOf(seed: number): Noise {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, gaussian };
}
