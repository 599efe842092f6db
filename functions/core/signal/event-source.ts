import type { CompiledConfiguration } from '../configuration/compiled.ts';

/** The source of the events that Selfheal's own functions send. IAM lets them send under no other. */
const OWN_SOURCE = 'selfheal';

/** What others may send to Selfheal, by its detail-type. */
export const TAKEN_EVENTS = ['Selfheal Signal', 'Selfheal Control', 'Selfheal Peer'] as const;
export type TakenEvent = (typeof TAKEN_EVENTS)[number];

/** The sources that an event of this detail-type is taken from. IAM decides who may send under them. */
export function sourcesOf(
  detailType: TakenEvent,
  { settings: { sources } }: Pick<CompiledConfiguration, 'settings'>,
): readonly string[] {
  switch (detailType) {
    case 'Selfheal Signal':
      // The watchdog and the reconciler hand their signals to triage like everybody else.
      return [...new Set([OWN_SOURCE, ...sources.signals])];
    case 'Selfheal Control':
      return sources.controls;
    case 'Selfheal Peer':
      return sources.peers;
  }
}
