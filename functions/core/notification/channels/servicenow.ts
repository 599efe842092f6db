import { shortText } from '../../signal/event-values.ts';
import type { IncidentChange, Notice, Urgency } from '../notice.ts';
import { plainText } from '../plain-text.ts';

/** The lengths of the columns in ServiceNow’s table `incident`. */
const LIMITS = { shortDescription: 160, description: 4_000, correlationId: 100 } as const;

/** 1 is high, 3 is low. */
const LEVELS = { critical: '1', error: '2', warning: '3', info: '3' } as const satisfies Record<
  Urgency,
  string
>;

/** The body of a request to `/api/now/table/incident`. */
export interface ServiceNowIncident {
  readonly short_description: string;
  readonly description: string;
  readonly urgency: string;
  readonly impact: string;
  readonly category: 'software';
  readonly correlation_id: string;
  readonly correlation_display: 'Selfheal';
}

export function serviceNowIncident(notice: Notice, { key }: IncidentChange): ServiceNowIncident {
  const level = LEVELS[notice.urgency];
  return {
    short_description: shortText(notice.title, LIMITS.shortDescription),
    description: plainText(notice).slice(0, LIMITS.description).toWellFormed(),
    ...{ urgency: level, impact: level },
    category: 'software',
    correlation_id: key.slice(0, LIMITS.correlationId),
    correlation_display: 'Selfheal',
  };
}
