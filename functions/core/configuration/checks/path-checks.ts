import { isWithin } from '../../actions/is-within.ts';
import { type DeclaredPath, declaredPaths } from '../declared-paths.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';
import { usualLinkAt } from '../usual-links.ts';

/** Where systemd has its own directories: https://systemd.io/TEMPORARY_DIRECTORIES and file-hierarchy(7). */
const LINKS = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
] as const;

/** Directories that current distributions have in /usr only; a host that was installed long ago may have its own. */
const MERGED = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const;

/** File systems of the kernel, whose files can be neither saved nor replaced. */
const KERNEL = ['/proc', '/sys', '/dev'] as const;

/** Paths that hosts always refuse, as far as the text shows. */
export function checkPaths({ components }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) =>
    declaredPaths(component).flatMap((declared) => {
      const path = ['components', name, ...declared.at];
      const faults = faultOf(declared.path, component, path);
      return faults.length > 0 ? faults : usualLink(declared, path);
    }),
  );
}

function faultOf(value: string, { serviceManager }: Component, path: DocumentPath): readonly Finding[] {
  const finding = { severity: 'error', path, value } as const;
  const [link, target] = LINKS.find(([from]) => isWithin(value, from)) ?? [];
  if (link !== undefined && serviceManager === 'systemd') {
    const message = `\`${link}\` is a symbolic link to \`${target}\` wherever systemd runs, and hosts refuse paths through links`;
    const remedy = `Write \`${target}${value.slice(link.length)}\`.`;
    return [{ ...finding, code: 'linked-path', message, remedy }];
  }
  const merged = MERGED.find((directory) => isWithin(value, directory));
  if (merged !== undefined) {
    const message = `\`${merged}\` is a symbolic link to \`/usr${merged}\` on current distributions, and hosts refuse paths through links`;
    const remedy = `Write \`/usr${value}\`, unless these hosts have a \`${merged}\` of their own.`;
    return [{ ...finding, severity: 'warning', code: 'linked-path', message, remedy }];
  }
  const kernel = KERNEL.find((directory) => isWithin(value, directory));
  if (kernel !== undefined) {
    const message = `the files in \`${kernel}\` are the kernel’s and can be neither saved nor replaced`;
    const remedy = 'Name the file that sets it, such as one in /etc/sysctl.d.';
    return [{ ...finding, code: 'protected-directory', message, remedy }];
  }
  return [];
}

/** A warning: a host may have a file of its own there. Of a certificate, certbot's links are meant. */
function usualLink({ path: value, role, at }: DeclaredPath, path: DocumentPath): readonly Finding[] {
  const link = role === 'file' && at[0] !== 'certificate' ? usualLinkAt(value) : undefined;
  if (link === undefined) return [];
  const message = `\`${value}\` is a symbolic link ${link.where}, and hosts refuse paths through links`;
  return [{ severity: 'warning', code: 'linked-path', path, value, message, remedy: link.remedy }];
}
