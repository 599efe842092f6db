import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';

const BUNDLER = join(import.meta.dirname, '../../infra/bundling/bundle-handlers.ts');

/** A function fetches and parses its bundle at every cold start. */
const MAXIMUM_BYTES = 400 * 1_024;

describe('the bundles', () => {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-bundled-'));
  beforeAll(() => {
    execFileSync(process.execPath, [BUNDLER, directory]);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(Object.keys(HANDLERS))('stay small: %s', (name) => {
    expect(statSync(join(directory, `${name}.mjs`)).size).toBeLessThanOrEqual(MAXIMUM_BYTES);
  });
});
