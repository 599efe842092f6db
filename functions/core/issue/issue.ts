import type { Severity } from '../signal/severity.ts';
import { needsPerson, type Outlook } from './outlook.ts';

export const ISSUE_KINDS = [
  'own-alarm',
  'permission',
  'watchdog',
  'containment',
  'failed-operation',
  'alarm',
  'peer',
  'anomaly',
  'unhealthy',
  'refusal',
  'proposal',
  'operation',
] as const;
export type IssueKind = (typeof ISSUE_KINDS)[number];

/** The lowest number is the most urgent. */
export const PRIORITIES = {
  1: 'a person is needed: nothing else will mend it',
  2: 'a person has to decide',
  3: 'Selfheal is repairing it, or will',
  4: 'for information',
} as const;
export type Priority = keyof typeof PRIORITIES;

/** Something that is wrong now, as far as records and alarms say. */
export interface Issue {
  readonly kind: IssueKind;
  readonly priority: Priority;
  /** Absent for what is wrong with Selfheal itself, or with events that name no component. */
  readonly component?: string;
  /** What it is about: an alarm, a peer, a series, an operation, a proposal. */
  readonly subject: string;
  /** What is wrong with that, as a verb phrase. */
  readonly problem: string;
  readonly severity: Severity;
  /** When it began, epoch milliseconds; absent if that is not known. */
  readonly sinceMs?: number;
  /** What happens next, if it may be healed. */
  readonly outlook?: Outlook;
  /** What a person can do. */
  readonly remedy?: string;
}

/** Of trouble with a component. A warning that nothing heals can wait; something critical cannot. */
export function priorityOf(severity: Severity, outlook: Outlook): Priority {
  if (outlook.kind === 'proposed') return 2;
  if (needsPerson(outlook)) return severity === 'CRITICAL' ? 1 : 4;
  return 3;
}

/** The most urgent first; of the same urgency, the kinds in the order above, then what began first. */
export function byPriority(one: Issue, other: Issue): number {
  return (
    one.priority - other.priority ||
    ISSUE_KINDS.indexOf(one.kind) - ISSUE_KINDS.indexOf(other.kind) ||
    (one.sinceMs ?? 0) - (other.sinceMs ?? 0) ||
    one.subject.localeCompare(other.subject)
  );
}
