import type { SnapshotSource } from '../actions/value-rules.ts';
import { readiness } from './database.ts';
import { snapshotPrefix } from './database-snapshot.ts';

/** RDS allows an identifier 63 characters; the rest of a copy's is the operation. */
const NAMED_AFTER = 24;

/** A snapshot of a database, in the list of all. */
export interface ListedSnapshot {
  readonly name: string;
  readonly isAutomated: boolean;
  readonly status: string;
  /** When RDS began to take it, epoch milliseconds. */
  readonly takenAtMs: number;
}

/** An instance that an action restored beside another, as RDS describes it. */
export interface DatabaseCopy {
  readonly status: string;
  /** `host:port`, once it has one. */
  readonly endpoint?: string;
  /** By its tags, the operation and step that made it, and from which snapshot. @default someone else made it */
  readonly madeBy?: string;
  readonly snapshot?: string;
  readonly isProtected: boolean;
}

/**
 * Whether a copy can never have served: there is nothing in it to keep, and RDS takes no snapshot of it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
export function neverServed({ status }: Pick<DatabaseCopy, 'status'>): boolean {
  return [
    'failed',
    'incompatible-create',
    'incompatible-network',
    'incompatible-restore',
    'restore-error',
  ].includes(status);
}

/** What the identifiers of the copies of an instance begin with. */
export const copyPrefix = (id: string) => `selfheal-${id.slice(0, NAMED_AFTER).replace(/-$/, '')}-`;

/** The identifier of the copy that an operation makes: lower-case letters, digits and single hyphens. */
export const copyName = (id: string, operationId: string) => `${copyPrefix(id)}${operationId}`.toLowerCase();

/**
 * The snapshot to restore: the newest complete one of the source. What the operation itself has taken is meant only if it is
 * named: otherwise it would have copied the damage that is to be repaired.
 */
export function chooseSnapshot(
  snapshots: readonly ListedSnapshot[],
  of: {
    readonly id: string;
    readonly operationId: string;
    readonly from: SnapshotSource;
    readonly maxAgeSeconds: number;
    readonly nowMs: number;
  },
): string | { readonly problem: string } {
  const own = `${snapshotPrefix('instance', of.id)}${of.operationId}`.toLowerCase();
  const meant = snapshots
    .filter(({ name }) => name.startsWith(own) === (of.from === 'operation'))
    .filter(({ isAutomated }) => of.from !== 'automated' || isAutomated);
  const [newest] = meant
    .filter(({ status }) => status === 'available')
    .sort((one, other) => other.takenAtMs - one.takenAtMs);
  const which = of.from === 'operation' ? 'that this operation has taken' : `(\`from: ${of.from}\`)`;
  if (newest === undefined)
    return {
      problem: `it has no complete snapshot ${which}; ${meant.length} are not complete`,
    };
  const ageSeconds = Math.round((of.nowMs - newest.takenAtMs) / 1_000);
  if (ageSeconds <= of.maxAgeSeconds) return newest.name;
  return {
    problem: `its newest snapshot ${which}, ${newest.name}, is ${ageSeconds} s old, and \`maxAgeSeconds\` is ${of.maxAgeSeconds}`,
  };
}

/** How far the restoring of a copy has come; `undefined` while RDS restores. */
export function copyOutcome(
  name: string,
  copy: DatabaseCopy | undefined,
): { readonly outcome?: 'SUCCEEDED' | 'FAILED'; readonly detail: string } {
  if (copy === undefined) return { outcome: 'FAILED', detail: `there is no instance ${name}` };
  const { status, endpoint, snapshot = 'a snapshot' } = copy;
  const state = readiness(status);
  if (state === 'serving' && endpoint !== undefined)
    return {
      outcome: 'SUCCEEDED',
      detail: `${name} is restored from ${snapshot}, and answers at ${endpoint}`,
    };
  return { ...(state === 'stuck' && { outcome: 'FAILED' }), detail: `${name} is ${status}` };
}
