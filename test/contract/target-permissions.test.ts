// @thorough
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { exemption } from '../permissions/exempt.ts';
import { describe as named } from '../permissions/grant.ts';
import { sectionOf, withSections } from '../permissions/page.ts';
import { PARTS } from '../permissions/parts.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'permissions.md');
const MOST_MS = 600_000;

describe.skipIf(!requirement('python')).each([
  ['on targets', 'targets'],
  ['of features', 'features'],
] as const)('the grants %s', (_, section) => {
  it(
    'are each needed by a scenario, which fails without it, as the page says',
    async () => {
      const part = PARTS.find((each) => each.section === section);
      const failing: string[] = [];
      const findings = await part?.prove({
        ...{ only: '', scenarios: /./, places: 1, known: [], exemption },
        report: async () => undefined,
        fails: async ({ name }, problem) => void failing.push(`${name}: ${problem}`),
      });
      expect(failing).toEqual([]);
      const open = findings?.filter(({ outcome: { kind } }) => kind === 'unused' || kind === 'unmissed');
      expect(open?.map(({ name }) => named(name))).toEqual([]);
      const page = readFileSync(PAGE, 'utf8');
      const fresh = withSections(page, { [section]: findings ?? [] });
      const hint = `run \`npm run permissions -- --setting ${section} --write\``;
      expect(sectionOf(page, section), hint).toBe(sectionOf(fresh, section));
    },
    MOST_MS,
  );
});
