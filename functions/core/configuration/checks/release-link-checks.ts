import { isWithin } from '../../actions/is-within.ts';
import { type DeclaredPath, declaredPaths } from '../declared-paths.ts';
import { mayShareHost, sharesHost } from '../may-share-target.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';

type Named = readonly [string, Component];

/** Paths that lead through the symbolic link to the release in use: hosts refuse them. */
export function checkReleaseLinks({ components }: ReadableParts): readonly Finding[] {
  const all = [...components];
  return all.flatMap((named) => all.flatMap((other) => pathsThroughLink(named, other)));
}

/** @param named whose link it is */
function pathsThroughLink([name, { release, targets }]: Named, [otherName, other]: Named) {
  const isSame = name === otherName;
  if (!release || !(isSame || mayShareHost(targets, other.targets))) return [];
  const isSure = isSame || sharesHost(targets, other.targets);
  const whose = isSame ? '' : ` of component \`${name}\``;
  return declaredPaths(other)
    .filter(({ path, role }) => isWithin(path, release.link) && !(role === 'link' && path === release.link))
    .map(({ at, path, role }): Finding => {
      const place = { path: ['components', otherName, ...at], value: path };
      return isSame && at[0] === 'release'
        ? { ...place, ...releasesBehindLink(release.link, path) }
        : {
            ...place,
            severity: isSure ? 'error' : 'warning',
            code: 'linked-path',
            message: `\`${release.link}\` is the symbolic link to the release in use (\`release.link\`${whose}), and hosts refuse paths through links`,
            remedy: `Keep ${KEPT[role]} outside the releases, such as in \`${beside(release.link)}\`, and name it there.`,
          };
    });
}

const beside = (link: string) => `${link.slice(0, link.lastIndexOf('/'))}/shared`;

const KEPT: Readonly<Record<DeclaredPath['role'], string>> = {
  file: 'the file',
  tree: 'the directory',
  link: 'the link',
  emptied: 'the directory',
};

/** The link leads into the directory, so the directory cannot be reached through it. */
const releasesBehindLink = (link: string, directory: string) =>
  ({
    severity: 'error',
    code: 'overlapping-paths',
    message: `\`${link}\` is the link to the release in use, so \`${directory}\` would be part of that release`,
    remedy:
      'Name the directory that holds the releases, such as `/srv/app/releases` for the link `/srv/app/current`.',
  }) as const;
