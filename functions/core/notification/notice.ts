import type { SignalOrigin } from '../signal/health-alert.ts';

/** A link to where a person looks next. */
export interface NoticeLink {
  readonly label: string;
  readonly url: string;
}

/** A name and its value, such as the cause or an observed figure. */
export interface NoticeFact {
  readonly name: string;
  readonly value: string;
}

export const URGENCIES = ['info', 'warning', 'error', 'critical'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** An incident begins, goes on, or is over. Pagers and ticket systems keep one for each key. */
export interface IncidentChange {
  /** Letters, digits, `_` and `-`: it becomes part of an address. */
  readonly key: string;
  readonly change: 'open' | 'update' | 'resolve';
  /** What reported it, and on which metric. @default not known */
  readonly origin?: SignalOrigin;
  readonly metric?: string;
  /** The incident of several components that it is. @default it concerns one component */
  readonly incidentId?: string;
  /** The fault is shut in, so that it is no longer reported: only a repair or a person ends it. */
  readonly contained?: true;
}

/** A notification as people read it: e-mail and every channel render this, and nothing else. */
export interface Notice {
  /** One line. */
  readonly title: string;
  readonly urgency: Urgency;
  readonly component?: string;
  /** What happened. */
  readonly message: string;
  /** The cause, and the evidence for it. */
  readonly facts: readonly NoticeFact[];
  /** What was done, in order. */
  readonly done: readonly string[];
  /** What is left as it was. */
  readonly left: readonly string[];
  /** Who has to do what. @default nobody has to do anything */
  readonly task?: string;
  readonly links: readonly NoticeLink[];
  /** What people may approve or deny. @default nothing */
  readonly proposalId?: string;
  /** @default it concerns no incident */
  readonly incident?: IncidentChange;
}
