import { isWithin } from './is-within.ts';

/**
 * Directories that clear_temp_files never empties, nor any directory below them. The runbooks are composed with this
 * list, and the configuration is checked against it.
 */
export const PROTECTED_TREES = [
  '/etc',
  '/usr',
  '/boot',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/dev',
  '/proc',
  '/sys',
  '/root',
  '/snap',
  '/var/lib/selfheal',
  '/var/lib/amazon',
  '/var/lib/dpkg',
  '/var/lib/rpm',
  '/var/lib/systemd',
  '/run/systemd',
  '/run/dbus',
  '/run/udev',
] as const;

/** Directories shared by many services: never emptied themselves, but directories below them may be. */
export const PROTECTED_DIRECTORIES = [
  '/var/lib',
  '/var/lock',
  '/var/log',
  '/var/spool',
  '/var/local',
  '/var/mail',
  '/var/opt',
  '/var/run',
  '/var/tmp',
  '/var/www',
  '/var/db',
  '/var/cache',
  '/var/backups',
  '/run/lock',
  '/run/log',
  '/run/user',
] as const;

/** Parents of home directories: a home is never emptied, but a directory below it may be. */
const HOMES = '/home';

/** Why the runbook would refuse to empty a directory; `undefined` if it would not, as far as the path shows. */
export function protectionOf(path: string): string | undefined {
  if (PROTECTED_TREES.some((directory) => isWithin(path, directory))) return 'belongs to the system';
  if (PROTECTED_DIRECTORIES.some((directory) => path === directory)) return 'belongs to many services';
  const depth = path.split('/').length - 1;
  if (isWithin(path, HOMES) && depth < 3) return 'is a person’s home';
  return depth < 2 ? 'is not at least two levels deep' : undefined;
}
