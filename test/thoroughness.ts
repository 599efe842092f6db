import { readFileSync } from 'node:fs';

/**
 * `npm test` leaves out what mostly repeats itself in another place or at greater length, and takes a third of the time
 * for it. With `SELFHEAL_TESTS=all` in the environment it runs that too, as do runs that name files or projects.
 */
export type Thoroughness = 'essential' | 'all';

const VARIABLE = 'SELFHEAL_TESTS';

/** @returns what this process and those that it starts will run */
export function chooseThoroughness(hasArguments: boolean): Thoroughness {
  const asked = process.env[VARIABLE];
  if (asked !== undefined && asked !== 'all' && asked !== 'essential') {
    throw new Error(`${VARIABLE} must be 'all' or 'essential', not '${asked}'`);
  }
  const chosen = asked ?? (hasArguments ? 'all' : 'essential');
  process.env[VARIABLE] = chosen;
  return chosen;
}

export function isThorough(): boolean {
  return process.env[VARIABLE] !== 'essential';
}

/** A file with this line is left out by a run of the essential tests. */
const THOROUGH = /^\/\/ @thorough$/m;

export function isThoroughFile(path: string): boolean {
  return THOROUGH.test(readFileSync(path, 'utf8'));
}
