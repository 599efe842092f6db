import { isWithin } from '../actions/is-within.ts';

/** Directories of links, and where the files are that they lead to. */
const ENABLED = [
  ['/etc/nginx/sites-enabled', '/etc/nginx/sites-available'],
  ['/etc/apache2/sites-enabled', '/etc/apache2/sites-available'],
  ['/etc/apache2/mods-enabled', '/etc/apache2/mods-available'],
  ['/etc/apache2/conf-enabled', '/etc/apache2/conf-available'],
] as const;

/** Links that lead to other files as time goes by, and what to do instead of naming them. */
const OTHERS = [
  [
    '/etc/letsencrypt/live',
    'Declare it as the component’s `certificate`, with `certbot: {}`: `regenerate_certs` follows its links.',
  ],
  ['/etc/alternatives', 'Name the file that it leads to.'],
  ['/etc/localtime', 'Leave it out: `timedatectl set-timezone` sets it.'],
  ['/etc/mtab', 'Leave it out, or name `/etc/fstab`: the kernel keeps this list of mounts.'],
  ['/etc/os-release', 'Leave it out: it is the distribution’s, in `/usr/lib/os-release`.'],
  [
    '/etc/resolv.conf',
    'Name the file that it is made from, such as `/etc/systemd/resolved.conf`, unless these hosts have a file there.',
  ],
] as const;

/**
 * How a path that is a symbolic link on current distributions comes to be one, and what to name instead; `undefined` of
 * any other path.
 */
export function usualLinkAt(path: string): { readonly where: string; readonly remedy: string } | undefined {
  const [enabled, available] = ENABLED.find(([directory]) => isWithin(path, directory)) ?? [];
  if (enabled !== undefined)
    return {
      where: 'where the distribution’s tools have enabled it',
      remedy: `Write \`${available}${path.slice(enabled.length)}\`, unless these hosts have a file there.`,
    };
  const [, remedy] = OTHERS.find(([link]) => isWithin(path, link)) ?? [];
  return remedy === undefined ? undefined : { where: 'on current distributions', remedy };
}
