import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';

/** Where systemd has its own directories: https://systemd.io/TEMPORARY_DIRECTORIES and file-hierarchy(7). */
const LINKS = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
] as const;

/** Directories that current distributions have in /usr only; a host that was installed long ago may have its own. */
const MERGED = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const;

/** File systems of the kernel, whose files can be neither saved nor replaced. */
const KERNEL = ['/proc', '/sys', '/dev'] as const;

const isBelow = (path: string, directory: string) => path === directory || path.startsWith(`${directory}/`);

/** Paths that hosts always refuse, as far as the text shows. */
export function checkPaths({ components }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) =>
    pathsOf(component).flatMap(([at, value]) => faultOf(value, component, ['components', name, ...at])),
  );
}

/** Where a component names files and directories, and which. */
function pathsOf(component: Component): readonly [DocumentPath, string][] {
  const { configPaths, tempPaths, rules, release, certificate, database } = component;
  const listed = (field: DocumentPath, paths: readonly string[] = []) =>
    paths.map((path, index): [DocumentPath, string] => [[...field, index], path]);
  const named = (field: DocumentPath, paths: Readonly<Record<string, string>> = {}) =>
    Object.entries(paths).map(([key, path]): [DocumentPath, string] => [[...field, key], path]);
  const { keyFile, certificateFile, authority } = certificate ?? {};
  const { dataDirectory, backupDirectory } = database ?? {};
  return [
    ...listed(['configPaths'], configPaths),
    ...listed(['tempPaths'], tempPaths),
    ...listed(['rules', 'files'], rules?.files),
    ...named(['release'], release),
    ...named(['certificate'], keyFile && certificateFile ? { keyFile, certificateFile } : {}),
    ...named(['certificate', 'authority'], authority),
    ...named(['database'], dataDirectory && backupDirectory ? { dataDirectory, backupDirectory } : {}),
  ];
}

function faultOf(value: string, { serviceManager }: Component, path: DocumentPath): readonly Finding[] {
  const finding = { severity: 'error', path, value } as const;
  const [link, target] = LINKS.find(([from]) => isBelow(value, from)) ?? [];
  if (link !== undefined && serviceManager === 'systemd') {
    const message = `\`${link}\` is a symbolic link to \`${target}\` wherever systemd runs, and hosts refuse paths through links`;
    const remedy = `Write \`${target}${value.slice(link.length)}\`.`;
    return [{ ...finding, code: 'linked-path', message, remedy }];
  }
  const merged = MERGED.find((directory) => isBelow(value, directory));
  if (merged !== undefined) {
    const message = `\`${merged}\` is a symbolic link to \`/usr${merged}\` on current distributions, and hosts refuse paths through links`;
    const remedy = `Write \`/usr${value}\`, unless these hosts have a \`${merged}\` of their own.`;
    return [{ ...finding, severity: 'warning', code: 'linked-path', message, remedy }];
  }
  const kernel = KERNEL.find((directory) => isBelow(value, directory));
  if (kernel !== undefined) {
    const message = `the files in \`${kernel}\` are the kernel’s and can be neither saved nor replaced`;
    const remedy = 'Name the file that sets it, such as one in /etc/sysctl.d.';
    return [{ ...finding, code: 'protected-directory', message, remedy }];
  }
  return [];
}
