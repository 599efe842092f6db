import type { IncidentRecord } from './incident.ts';
import { isOfWatchdog } from './incident-key.ts';
import type { Notice } from './notice.ts';

/**
 * What is on record of an incident, for channels that may have received its changes in another order. A failure comes as
 * an update: what has reported it opens the ticket.
 *
 * @param sent what they received last
 */
export function lastWord({ key, component, status }: IncidentRecord, sent: Notice): Notice {
  const isItsOwn = component !== undefined && key.endsWith(`-${component}`) && !isOfWatchdog(key);
  const subject = isItsOwn ? component : 'the incident';
  return {
    ...(status === 'resolved'
      ? {
          title: `Selfheal: ${subject} ${isItsOwn ? 'has recovered' : 'is over'}`,
          urgency: 'info',
          message: 'It ended while its beginning was being reported.',
        }
      : {
          title: `Selfheal: ${subject} ${isItsOwn ? 'has failed again' : 'goes on'}`,
          urgency: 'error',
          message: 'It failed again while its recovery was being reported.',
        }),
    ...(component !== undefined && { component }),
    facts: isItsOwn ? [] : [{ name: 'Incident', value: sent.title }],
    ...{ done: [], left: [] },
    links: sent.links,
    incident: { key, change: status === 'resolved' ? 'resolve' : 'update' },
  };
}
