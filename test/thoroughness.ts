import { readFileSync } from 'node:fs';

/**
 * `npm test` leaves out what mostly repeats itself in another place or at greater length, and takes most of the time. With
 * `SELFHEAL_TESTS=all` in the environment it runs that too, as do runs that name files or projects.
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

/**
 * For a long list of cases that differ in detail.
 *
 * @returns all of them; in a run of the essential tests, every third from the first on
 */
export function casesToTry<Case>(all: readonly Case[]): readonly Case[] {
  return isThorough() ? all : all.filter((_, index) => index % 3 === 0);
}

/** What a run of the essential tests does without. */
export function ifThorough<Item>(...items: readonly Item[]): readonly Item[] {
  return isThorough() ? items : [];
}

/** A file with this line is left out by a run of the essential tests. */
const THOROUGH = /^\/\/ @thorough$/m;

export function isThoroughFile(path: string): boolean {
  return THOROUGH.test(readFileSync(path, 'utf8'));
}
