import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROBLEM_CODES } from '../../../functions/core/configuration/problem.ts';

it('the code that a schema gives a problem is one that programs know, in every schema', () => {
  const given = globSync('functions/core/**/*.ts').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/params: \{ code: '([a-z-]+)' \}/g)].map(([, code = '']) => code),
  );
  expect(given.length).toBeGreaterThan(10);
  expect(given.filter((code) => !PROBLEM_CODES.some((known) => known === code))).toEqual([]);
});
