import { join } from 'node:path';
import { inject } from 'vitest';
import { MUTATED_FILES } from './folders.ts';

/**
 * Loads what is mutated before any test does. What a module computes then would otherwise be put down to the test that
 * happens to load it first, and be tried with no other one: see `ignoreStatic`.
 */
if (inject('mode' as never) !== 'mutant')
  for (const path of JSON.parse(process.env[MUTATED_FILES] ?? '[]') as readonly string[])
    await import(join(process.cwd(), path));
