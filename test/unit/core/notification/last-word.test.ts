import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../../../functions/core/notification/incident.ts';
import { incidentKey, watchdogKey } from '../../../../functions/core/notification/incident-key.ts';
import { lastWord } from '../../../../functions/core/notification/last-word.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { CRITICAL } from './payload-notices.ts';

const key = incidentKey('web', HOME);
const wordOf = (status: IncidentRecord['status'], about: Partial<IncidentRecord> = { component: 'web' }) =>
  lastWord({ key, status, sinceMs: 0, announced: true, ...about }, CRITICAL);

describe('the last word on an incident', () => {
  const common = { done: [], left: [], links: CRITICAL.links };

  it('is that its component has recovered, if that is on record', () => {
    expect(wordOf('resolved')).toStrictEqual({
      ...{ title: 'Selfheal: web has recovered', urgency: 'info', component: 'web', facts: [], ...common },
      message: 'It ended while its beginning was being reported.',
      incident: { key, change: 'resolve' },
    });
  });

  it('is that its component has failed again, as an update, if it is open', () => {
    expect(wordOf('open')).toStrictEqual({
      ...{
        title: 'Selfheal: web has failed again',
        urgency: 'error',
        component: 'web',
        facts: [],
        ...common,
      },
      message: 'It failed again while its recovery was being reported.',
      incident: { key, change: 'update' },
    });
  });

  it.each(['web', 'api-web'])('names an incident of the watchdog by the title that was sent (%s)', (peer) => {
    const word = wordOf('resolved', { component: 'web', key: watchdogKey(peer, HOME) });
    expect(word.title).toBe('Selfheal: the incident is over');
    expect(word).toMatchObject({ component: 'web', facts: [{ name: 'Incident', value: CRITICAL.title }] });
  });

  it('names an incident of no component by the title that was sent', () => {
    const facts = [{ name: 'Incident', value: CRITICAL.title }];
    const [over, goesOn] = [wordOf('resolved', {}), wordOf('open', {})];
    expect([over.title, goesOn.title]).toEqual([
      'Selfheal: the incident is over',
      'Selfheal: the incident goes on',
    ]);
    for (const word of [over, goesOn]) {
      expect(word.facts).toEqual(facts);
      expect(word).not.toHaveProperty('component');
    }
  });
});
