import { isAscii } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HANDLERS } from '../../functions/handlers/table/handler-table.ts';
import { bundledHandlers } from '../../infra/bundling/bundled-handlers.ts';
import { loadedAtStart } from '../factories/loaded-at-start.ts';

/** A function parses so much at every cold start. */
const MAXIMUM_BYTES = 400 * 1_024;

describe('the bundles', () => {
  const bundles = bundledHandlers();

  it.each(Object.keys(HANDLERS))('stay small: %s', (name) => {
    const files = loadedAtStart(join(bundles, name, 'index.mjs'));
    expect(Buffer.concat(files).length).toBeLessThanOrEqual(MAXIMUM_BYTES);
  });

  it.each(Object.keys(HANDLERS))('need one byte a character in memory: %s', (name) => {
    const files = readdirSync(join(bundles, name)).map((file) => readFileSync(join(bundles, name, file)));
    expect(files.filter((file) => !isAscii(file))).toEqual([]);
  });
});
