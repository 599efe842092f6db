import { distance } from 'fastest-levenshtein';

const plain = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[-_. ]/g, '')
    .replace(/ies$/, 'y');

const letters = (name: string) => [...name].sort().join('');

/** Letters in the wrong order are one slip, not two edits, and less than a letter too many. */
const slips = (one: string, other: string) =>
  letters(one) === letters(other) ? Math.min(0.5, distance(one, other)) : distance(one, other);

const tolerated = (length: number) => (length < 4 ? 1 : Math.max(2, Math.floor(length / 3)));

/**
 * The candidate that `name` was most likely meant to be, by Levenshtein distance; case and separators do not count.
 * `undefined` if none is close: a far-fetched suggestion is worse than none.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name);
  const limit = tolerated(wanted.length);
  let best: { readonly candidate: string; readonly steps: number } | undefined;
  for (const candidate of candidates) {
    const steps = slips(wanted, plain(candidate));
    if (steps <= limit && (best === undefined || steps < best.steps)) best = { candidate, steps };
  }
  return best?.candidate;
}

/** The first candidate that begins or ends with `name`: `cooldown` for `cooldownSeconds`, `ids` for `instanceIds`. */
export function namePartOf(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name);
  if (wanted.length < 3) return undefined;
  return [...candidates].find((candidate) => {
    const whole = plain(candidate);
    return whole.startsWith(wanted) || whole.endsWith(wanted);
  });
}

/** The same, if it is the only one: `restart_service` for `restart`. */
export function onlyNamePartOf(name: string, candidates: readonly string[]): string | undefined {
  const found = candidates.filter((candidate) => namePartOf(name, [candidate]) !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

/** `{ nearest }` to spread into a finding, or nothing. */
export function withNearest(name: string, candidates: Iterable<string>): { readonly nearest?: string } {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? {} : { nearest };
}
