import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, type Page, proseOf, readPages, TOP_LEVEL } from './pages.ts';

const pages = readPages();
const byPath = new Map(pages.map((page) => [page.path, page]));

/** What is wrong with the relative links of a page. */
function brokenLinks(page: Page): readonly string[] {
  const links = [...proseOf(page).matchAll(/\]\((?<target>[^)\s]+)\)/g)].map(
    ({ groups }) => groups?.['target'] ?? '',
  );
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page.path : normalize(join(dirname(page.path), path));
    if (target !== page.path && !existsSync(join(TOP_LEVEL, target)))
      return [`${link}: there is no ${target}`];
    const linked = target === page.path ? page : (byPath.get(target) ?? { path: target, text: '' });
    return anchor === undefined || anchorsOf(linked).has(anchor)
      ? []
      : [`${link}: ${target} has no such heading`];
  });
}

/** Files and directories that the text names in backticks. */
function missingFiles(page: Page): readonly string[] {
  const names = [...proseOf(page).matchAll(/`(?<name>(?:functions|infra|local|test|docs)\/[\w./-]+)`/g)];
  return names
    .map(({ groups }) => groups?.['name'] ?? '')
    .filter((name) => !existsSync(join(TOP_LEVEL, name)));
}

describe('links between pages', () => {
  it.each(pages)('resolve in $path, anchors included', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(pages)('name only files that exist in $path', (page) => {
    expect(missingFiles(page)).toEqual([]);
  });

  it('lead from the README to every page of docs/', () => {
    const readme = byPath.get('README.md')?.text ?? '';
    const unlinked = pages.filter(({ path }) => path.startsWith('docs/') && !readme.includes(`(${path})`));
    expect(unlinked.map(({ path }) => path)).toEqual([]);
  });

  it('are reported where they are broken', () => {
    const page = { path: 'docs/a.md', text: '# A b\n[x](missing.md) [y](#a-b) [z](#c) `local/missing.ts`\n' };
    expect(brokenLinks(page)).toEqual([
      'missing.md: there is no docs/missing.md',
      '#c: docs/a.md has no such heading',
    ]);
    expect(missingFiles(page)).toEqual(['local/missing.ts']);
  });
});
