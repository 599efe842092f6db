// @thorough
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { exemption } from '../permissions/exempt.ts';
import { describe as named } from '../permissions/grant.ts';
import { pageOf, TARGETS_HEADING } from '../permissions/page.ts';
import { PARTS } from '../permissions/parts.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'permissions.md');
const MOST_MS = 600_000;

const sectionOf = (page: string) => page.split(TARGETS_HEADING)[1];

describe.skipIf(!requirement('python'))('the grants on targets', () => {
  it(
    'are each needed by a scenario, which fails without it, as the page says',
    async () => {
      const part = PARTS.find(({ isOnTargets }) => isOnTargets);
      const failing: string[] = [];
      const findings = await part?.prove({
        ...{ only: '', scenarios: /./, places: 1, known: [], exemption },
        report: async () => undefined,
        fails: async ({ name }, problem) => void failing.push(`${name}: ${problem}`),
      });
      expect(failing).toEqual([]);
      const open = findings?.filter(({ outcome: { kind } }) => kind === 'unused' || kind === 'unmissed');
      expect(open?.map(({ name }) => named(name))).toEqual([]);
      const written = sectionOf(readFileSync(PAGE, 'utf8'));
      expect(written, 'run `npm run permissions -- --write`').toBe(sectionOf(pageOf([], findings ?? [])));
    },
    MOST_MS,
  );
});
