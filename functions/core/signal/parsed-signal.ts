import type { ChangeReport } from '../change/parse-change.ts';
import type { ProposalDecision } from './approval-event.ts';
import type { Control } from './control-event.ts';
import type { HealthAlert, Recovery } from './health-alert.ts';

/** What an event turned out to be. */
export type ParsedSignal =
  | { readonly kind: 'alert'; readonly alert: HealthAlert }
  | { readonly kind: 'recovery'; readonly recovery: Recovery }
  | { readonly kind: 'control'; readonly control: Control }
  | { readonly kind: 'approval'; readonly approval: ProposalDecision }
  /** A change that is reported, not trouble; `parseChange` reads it. */
  | { readonly kind: 'change-report'; readonly report: ChangeReport }
  /** Understood, but not to be acted on. */
  | {
      readonly kind: 'withheld';
      readonly why: 'MUTED' | 'SUPPRESSED' | 'EXPIRED';
      readonly component: string;
      readonly detail: string;
    }
  | { readonly kind: 'ignored'; readonly detail: string }
  | { readonly kind: 'unknown-component'; readonly name: string }
  /** Sent under a source that is not allowed. */
  | { readonly kind: 'unknown-source'; readonly problem: string }
  /** Not readable as what it claims to be: recorded and dropped, never guessed at. */
  | { readonly kind: 'not-understood'; readonly problem: string };
