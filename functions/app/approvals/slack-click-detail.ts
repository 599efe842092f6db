import type { SentDecision } from '../operate/send-decision.ts';

/** `detail` of a `Selfheal Slack Click`: what a click led to, and where to show it. One of the three is there. */
export interface SlackClickDetail {
  readonly proposal: string;
  /** The `response_url` of the click. */
  readonly responseUrl: string;
  /** It was sent on, and is decided now. */
  readonly sent?: SentDecision;
  /** The proposal did not take it. */
  readonly refused?: { readonly by: string; readonly reason: string; readonly detail: string };
  /** For the person who clicked alone. */
  readonly remark?: string;
}
