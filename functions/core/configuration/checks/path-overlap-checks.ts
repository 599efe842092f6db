import { isWithin } from '../../actions/is-within.ts';
import { PROTECTED_DIRECTORIES, PROTECTED_TREES } from '../../actions/protected-directories.ts';
import { declaredPaths } from '../declared-paths.ts';
import { mayShareHost, sharesHost } from '../may-share-target.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';

type Named = readonly [string, Component];

const DIRECTORIES: readonly string[] = [...PROTECTED_TREES, ...PROTECTED_DIRECTORIES];

/** Paths that no host could have together, or of which one would be deleted with the other. */
export function checkPathOverlaps({ components }: ReadableParts): readonly Finding[] {
  const all = [...components];
  return all.flatMap((named) => [
    ...all.flatMap((other) => emptiedWithOthers(named, other)),
    ...fileAsDirectory(named),
  ]);
}

/** `clear_temp_files` would delete what another field of this or another component keeps. */
function emptiedWithOthers([name, component]: Named, [otherName, other]: Named): readonly Finding[] {
  const isSame = name === otherName;
  if (!isSame && !mayShareHost(component.targets, other.targets)) return [];
  const kept = declaredPaths(other).filter(({ role }) => role !== 'emptied');
  return emptied(component).flatMap(({ at, path }): readonly Finding[] => {
    const lost = kept.find(
      (one) => isWithin(one.path, path) || (one.role === 'tree' && isWithin(path, one.path)),
    );
    if (!lost) return [];
    const whose = isSame ? '' : ` of component \`${otherName}\``;
    return [
      {
        severity: isSame || sharesHost(component.targets, other.targets) ? 'error' : 'warning',
        code: 'overlapping-paths',
        path: ['components', name, ...at],
        value: path,
        message: `clear_temp_files would empty \`${path}\`, and \`${lost.at.join('.')}\`${whose} keeps \`${lost.path}\``,
        remedy: 'Name a directory that holds nothing but temporary files.',
      },
    ];
  });
}

const emptied = (component: Component) => declaredPaths(component).filter(({ role }) => role === 'emptied');

/** What is below a file cannot exist, and a directory is no file. */
function fileAsDirectory([name, component]: Named): readonly Finding[] {
  const files = declaredPaths(component).filter(({ role }) => role === 'file');
  return files.flatMap(({ at, path }): readonly Finding[] => {
    const below = files.find((other) => other.path !== path && isWithin(other.path, path));
    if (!below && !DIRECTORIES.includes(path)) return [];
    return [
      {
        severity: 'error',
        code: 'overlapping-paths',
        path: ['components', name, ...at],
        value: path,
        message: below
          ? `\`${path}\` cannot be a file, since \`${below.path}\` is in it`
          : `\`${path}\` is a directory, and a file is needed`,
        remedy: 'Name each file, not the directory that holds it.',
      },
    ];
  });
}
