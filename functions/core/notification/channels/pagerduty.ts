import { shortText } from '../../signal/event-values.ts';
import { fitted } from '../fitted.ts';
import type { IncidentChange, Notice, Urgency } from '../notice.ts';

/** @see https://developer.pagerduty.com/docs/send-alert-event */
const LIMITS = { summary: 1_024, dedupKey: 255 } as const;
/** PagerDuty takes 512 KB, the event that carries it 256 KB; a person reads far less. */
const MAXIMUM_BYTES = 60_000;

/** An event of PagerDuty’s Events API v2, without the routing key: the connection adds it. */
export type PagerDutyEvent =
  | {
      readonly event_action: 'trigger';
      readonly dedup_key: string;
      readonly client: 'Selfheal';
      readonly links: readonly { readonly href: string; readonly text: string }[];
      readonly payload: {
        readonly summary: string;
        readonly source: string;
        readonly severity: Urgency;
        readonly component?: string;
        readonly class: 'selfheal';
        readonly custom_details: Readonly<Record<string, unknown>>;
      };
    }
  | { readonly event_action: 'resolve'; readonly dedup_key: string };

export function pagerDutyEvent(notice: Notice, { key, change }: IncidentChange): PagerDutyEvent {
  const dedup_key = key.slice(0, LIMITS.dedupKey);
  if (change === 'resolve') return { event_action: 'resolve', dedup_key };
  return fitted(notice, MAXIMUM_BYTES, (shorter) => triggered(shorter, dedup_key));
}

function triggered(notice: Notice, dedup_key: string): PagerDutyEvent {
  const { title, urgency, component, message, task, facts, done, left, links } = notice;
  return {
    event_action: 'trigger',
    dedup_key,
    client: 'Selfheal',
    links: links.map(({ label, url }) => ({ href: url, text: label })),
    payload: {
      summary: shortText(`${title}: ${message}`, LIMITS.summary),
      source: component ?? 'selfheal',
      severity: urgency,
      ...(component !== undefined && { component }),
      class: 'selfheal',
      custom_details: {
        message,
        ...(task !== undefined && { task }),
        ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
        ...(done.length > 0 && { done }),
        ...(left.length > 0 && { left }),
      },
    },
  };
}
