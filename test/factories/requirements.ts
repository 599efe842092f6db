import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPostgresql } from '../../local/demo/targets/embedded/postgresql.ts';

/** What a test may need of the machine and a machine may lack. */
export type Requirement = 'root' | 'debian' | 'hosts' | 'tracing' | 'java' | 'python' | 'go' | 'postgresql';

const checks: Record<Requirement, () => string | undefined> = {
  root: () => (process.getuid?.() === 0 ? undefined : 'not running as root'),
  debian: () => (existsSync('/etc/debian_version') ? undefined : 'not a Debian machine'),
  hosts: () => checks.root() ?? checks.debian(),
  tracing: () =>
    checks.hosts() ?? (existsSync('/sys/kernel/tracing') ? undefined : 'the kernel has no tracefs'),
  java: () => (runs('java', '-version') ? undefined : 'there is no java'),
  go: () => (runs('go', 'version') ? undefined : 'there is no go'),
  postgresql: () => (findPostgresql() ? undefined : 'there is no PostgreSQL'),
  python: () => (runs('python3', '--version') ? undefined : 'there is no python3'),
};

const looked = new Map<Requirement, string | undefined>();
const mentioned = new Set<string>();

/**
 * Whether the machine has `name`; to be used as `describe.skipIf(!requirement('root'))`. What is missing is said in one
 * plain line, once for each process.
 * @throws Error instead if SELFHEAL_REQUIRE is `all`, so that nothing is skipped unnoticed.
 */
export function requirement(name: Requirement): boolean {
  if (!looked.has(name)) looked.set(name, checks[name]());
  const missing = looked.get(name);
  if (missing === undefined) return true;
  if (process.env['SELFHEAL_REQUIRE'] === 'all') {
    throw new Error(`SELFHEAL_REQUIRE=all, but ${missing} (required: ${name}); install it or run elsewhere`);
  }
  if (!mentioned.has(name)) {
    mentioned.add(name);
    console.log(`skipped: ${missing} (required: ${name})`);
  }
  return false;
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
