import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { loadedAtStart } from '../factories/loaded-at-start.ts';

const BUNDLER = join(import.meta.dirname, '../../infra/bundling/bundle-handlers.ts');

/** A function parses so much at every cold start. */
const MAXIMUM_BYTES = 400 * 1_024;

describe('the bundles', () => {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-bundled-'));
  beforeAll(() => {
    execFileSync(process.execPath, [BUNDLER, directory]);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(Object.keys(HANDLERS))('stay small: %s', (name) => {
    const files = loadedAtStart(join(directory, name, 'index.mjs'));
    expect(Buffer.concat(files).length).toBeLessThanOrEqual(MAXIMUM_BYTES);
  });
});
