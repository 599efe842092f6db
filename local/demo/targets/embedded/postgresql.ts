import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where distributions keep the programs of PostgreSQL: Debian, Red Hat, others. The runbooks look there, too. */
const DIRECTORIES = ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/usr/bin'];
/** What the demo and the runbooks use; the last one came with version 13. */
const PROGRAMS = ['initdb', 'postgres', 'psql', 'pg_controldata', 'pg_basebackup', 'pg_verifybackup'];

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** A PostgreSQL of this machine. */
export interface Postgresql {
  /** The path of one of its programs. */
  readonly program: (name: string) => string;
  /** The user that its servers run as: it refuses to run as root. */
  readonly user: string;
  /** A command as that user runs it. */
  readonly asUser: (command: Command) => Command;
}

/**
 * Finds a PostgreSQL that can be run in the directory for temporary files.
 * @param directories patterns of the directories that may have its programs
 */
export function findPostgresql(directories: readonly string[] = DIRECTORIES): Postgresql | undefined {
  const directory = globSync([...directories])
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
    .find((each) => PROGRAMS.every((name) => existsSync(join(each, name))));
  if (directory === undefined) return undefined;
  const program = (name: string) => join(directory, name);
  const able = users().find(
    ({ asUser }) =>
      succeeds(asUser([program('postgres'), '--version'])) &&
      // The hosts are directories in there, and a temporary directory may be root's alone.
      succeeds(asUser(['test', '-x', tmpdir()])),
  );
  return able && { program, ...able };
}

/** The users that a server may run as: the current one, or those that root can become. */
function users(): readonly Pick<Postgresql, 'user' | 'asUser'>[] {
  if (process.getuid?.() !== 0) return [{ user: idOf('-un'), asUser: (command) => command }];
  return ['postgres', 'nobody'].map((user) => {
    const rights = [`--reuid=${user}`, `--regid=${idOf('-g', user)}`, '--init-groups'];
    return { user, asUser: (command) => ['setpriv', ...rights, '--', ...command] };
  });
}

function idOf(...args: readonly string[]): string {
  return spawnSync('id', args, { encoding: 'utf8' }).stdout.trim();
}

function succeeds([command, ...args]: Command): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
