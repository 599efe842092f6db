import type { IncidentRecord } from './incident.ts';
import type { Notice } from './notice.ts';

/** What is on record of an incident, for channels that may have received its changes in another order. */
export function lastWord({ key, component, status }: IncidentRecord): Notice {
  const subject = component ?? key;
  return {
    ...(status === 'resolved'
      ? {
          title: `Selfheal: ${subject} has recovered`,
          urgency: 'info',
          message: 'It recovered while its failure was being reported.',
        }
      : {
          title: `Selfheal: ${subject} has failed again`,
          urgency: 'critical',
          message: 'It failed again while its recovery was being reported.',
        }),
    ...(component !== undefined && { component }),
    ...{ facts: [], done: [], left: [], links: [] },
    incident: { key, change: status === 'resolved' ? 'resolve' : 'open' },
  };
}
