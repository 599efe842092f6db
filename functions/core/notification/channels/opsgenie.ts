import { shortText } from '../../signal/event-values.ts';
import { fitted } from '../fitted.ts';
import type { IncidentChange, Notice, Urgency } from '../notice.ts';
import { plainText } from '../plain-text.ts';

/** @see https://docs.opsgenie.com/docs/alert-api */
const LIMITS = { message: 130, alias: 512, description: 15_000, entity: 512 } as const;
/** The description is the largest part, and is counted in characters. */
const MAXIMUM_BYTES = 60_000;
const PRIORITIES = { critical: 'P1', error: 'P2', warning: 'P3', info: 'P5' } as const satisfies Record<
  Urgency,
  string
>;

/** The body of a request that creates an alert, or closes the one whose alias is in the address. */
export type OpsgenieRequest =
  | {
      readonly message: string;
      readonly alias: string;
      readonly description: string;
      readonly priority: (typeof PRIORITIES)[Urgency];
      readonly source: 'selfheal';
      readonly tags: readonly string[];
      readonly entity?: string;
    }
  | { readonly source: 'selfheal'; readonly note: string };

export function opsgenieRequest(notice: Notice, { key, change }: IncidentChange): OpsgenieRequest {
  const { title, urgency, component } = notice;
  if (change === 'resolve')
    return { source: 'selfheal', note: shortText(notice.message, LIMITS.description) };
  return fitted(notice, MAXIMUM_BYTES, (shorter) => ({
    message: shortText(title, LIMITS.message),
    alias: key.slice(0, LIMITS.alias),
    description: plainText(shorter).slice(0, LIMITS.description).toWellFormed(),
    priority: PRIORITIES[urgency],
    source: 'selfheal' as const,
    tags: ['selfheal'],
    ...(component !== undefined && { entity: component.slice(0, LIMITS.entity) }),
  }));
}
