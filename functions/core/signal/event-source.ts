import type { CompiledConfiguration } from '../configuration/compiled.ts';

/** The source of the events that Selfheal's own functions send. IAM lets them send under no other. */
const OWN_SOURCE = 'selfheal';

/** The source of the decisions that arrive by Slack or by a link. IAM lets only the function behind them send under it. */
export const APPROVALS_SOURCE = 'selfheal.approvals';

/** The events that others may send to Selfheal, by their detail-type. */
export const TAKEN_EVENTS = [
  'Selfheal Signal',
  'Selfheal Control',
  'Selfheal Approval',
  'Selfheal Change',
  'Selfheal Peer',
  'Selfheal Metric',
  'Selfheal Action Ended',
] as const;
export type TakenEvent = (typeof TAKEN_EVENTS)[number];

/** The sources from which events of this detail-type are accepted. IAM decides who may send under them. */
export function sourcesOf(
  detailType: TakenEvent,
  { settings: { sources, approvals } }: Pick<CompiledConfiguration, 'settings'>,
): readonly string[] {
  switch (detailType) {
    case 'Selfheal Signal':
      // The watchdog and the reconciler send signals to triage like any other monitor.
      return [...new Set([OWN_SOURCE, ...sources.signals])];
    case 'Selfheal Control':
      return sources.controls;
    case 'Selfheal Approval':
      return approvals ? [...new Set([APPROVALS_SOURCE, ...sources.approvals])] : sources.approvals;
    case 'Selfheal Change':
      return sources.changes;
    case 'Selfheal Peer':
      return sources.peers;
    case 'Selfheal Metric':
      return sources.metrics;
    case 'Selfheal Action Ended':
      return sources.actions;
  }
}
