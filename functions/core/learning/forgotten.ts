import type { JudgedOperation } from './outcome.ts';
import { type KindOf, patternKey } from './pattern.ts';

const BACKUPS = 10;

/** Up to when outcomes no longer count: records are never deleted, so that forgetting can be undone. */
export interface ForgottenMarks {
  /** For every pattern. */
  readonly allUntilMs?: number;
  /** By pattern. */
  readonly untilMs: Readonly<Record<string, number>>;
}

/** The marks in force, and those before them. */
export interface Forgotten extends ForgottenMarks {
  /** Grows with every change. */
  readonly revision: number;
  /** Oldest first, ten at most. */
  readonly backups: readonly Backup[];
}

/** The marks as they were, until a person changed them. */
export interface Backup extends ForgottenMarks {
  readonly id: string;
  readonly replacedAtMs: number;
  readonly by: string;
  readonly why: string;
}

export const NOTHING_FORGOTTEN: Forgotten = { revision: 0, untilMs: {}, backups: [] };

/** Who changes the marks, when and why. */
export interface Change {
  readonly atMs: number;
  readonly by: string;
  readonly why: string;
}

/** Forgets what some patterns, or all, have learned so far. */
export function forgetting(
  before: Forgotten,
  patterns: readonly string[] | 'all',
  change: Change,
): Forgotten {
  const marks: ForgottenMarks =
    patterns === 'all'
      ? { allUntilMs: change.atMs, untilMs: {} }
      : {
          ...(before.allUntilMs !== undefined && { allUntilMs: before.allUntilMs }),
          untilMs: { ...before.untilMs, ...Object.fromEntries(patterns.map((key) => [key, change.atMs])) },
        };
  return replaced(before, marks, change);
}

/** @returns `undefined` if there is no such backup */
export function restored(before: Forgotten, backupId: string, change: Change): Forgotten | undefined {
  const backup = before.backups.find(({ id }) => id === backupId);
  return backup && replaced(before, marksOf(backup), change);
}

function replaced(before: Forgotten, marks: ForgottenMarks, { atMs, by, why }: Change): Forgotten {
  const backup = { ...marksOf(before), id: String(before.revision), replacedAtMs: atMs, by, why };
  return { ...marks, revision: before.revision + 1, backups: [...before.backups, backup].slice(-BACKUPS) };
}

function marksOf({ allUntilMs, untilMs }: ForgottenMarks): ForgottenMarks {
  return { ...(allUntilMs !== undefined && { allUntilMs }), untilMs };
}

/** The operations that still count. */
export function remembered(
  operations: readonly JudgedOperation[],
  { allUntilMs = Number.NEGATIVE_INFINITY, untilMs }: ForgottenMarks,
  kindOf: KindOf,
): readonly JudgedOperation[] {
  return operations.filter(({ operation }) => {
    const kind = kindOf(operation.component);
    if (!kind) return true;
    const key = patternKey({ cause: operation.diagnosis.rootCause, kind, strategyId: operation.strategyId });
    return operation.completedAtMs > Math.max(allUntilMs, untilMs[key] ?? Number.NEGATIVE_INFINITY);
  });
}
