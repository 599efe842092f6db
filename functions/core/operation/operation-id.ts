import { createHash } from 'node:crypto';
import type { HealthAlert } from '../signal/health-alert.ts';

const HASH_LENGTH = 12;

/**
 * The operation that a signal leads to, if it leads to one: the same signal always gives the same id, so that a
 * signal delivered twice is admitted once. Sorts by time; safe as an execution name and as a document parameter.
 */
export function operationIdOf(alert: Pick<HealthAlert, 'component' | 'signalId' | 'occurredAtMs'>): string {
  return `${idTime(alert.occurredAtMs)}-${signalHash(alert.component, alert.signalId)}`;
}

/** What the ids of operations begin with whose signals were raised in that second; those of later ones sort behind it. */
export function idTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** A short, stable key for anything that a signal says of a component. */
export function signalHash(component: string, signalId: string): string {
  return createHash('sha256').update(`${component}\n${signalId}`).digest('hex').slice(0, HASH_LENGTH);
}

const UNDO_SUFFIX = '-undo';

/** Name of the execution that rolls back an operation whose own execution has gone. */
export function undoExecutionName(operationId: string): string {
  return `${operationId}${UNDO_SUFFIX}`;
}

/** The operation that an execution of the heal state machine works for. */
export function operationOfExecution(name: string): { readonly operationId: string; readonly undo: boolean } {
  return name.endsWith(UNDO_SUFFIX)
    ? { operationId: name.slice(0, -UNDO_SUFFIX.length), undo: true }
    : { operationId: name, undo: false };
}
