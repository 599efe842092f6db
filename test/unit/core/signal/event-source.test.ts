import { describe, expect, it } from 'vitest';
import { APPROVALS_SOURCE, sourcesOf, TAKEN_EVENTS } from '../../../../functions/core/signal/event-source.ts';
import { configured } from '../../../factories/configuration.ts';

const SOURCES = {
  signals: ['a.signals'],
  controls: ['a.controls'],
  approvals: ['a.approvals'],
  changes: ['a.changes'],
  peers: ['a.peers'],
  metrics: ['a.metrics'],
  actions: ['a.actions'],
};

describe('the sources that an event is accepted from', () => {
  it('are those set for its kind; of signals, Selfheal’s own, too', () => {
    const configuration = configured({ settings: { sources: SOURCES } });
    const accepted = TAKEN_EVENTS.map((kind) => [kind, sourcesOf(kind, configuration)]);
    expect(Object.fromEntries(accepted)).toEqual({
      'Selfheal Signal': ['selfheal', 'a.signals'],
      'Selfheal Control': ['a.controls'],
      'Selfheal Approval': ['a.approvals'],
      'Selfheal Change': ['a.changes'],
      'Selfheal Peer': ['a.peers'],
      'Selfheal Metric': ['a.metrics'],
      'Selfheal Action Ended': ['a.actions'],
    });
  });

  it('are each named once, whatever is set', () => {
    const sources = { ...SOURCES, signals: ['a.signals', 'selfheal'] };
    expect(sourcesOf('Selfheal Signal', configured({ settings: { sources } }))).toEqual([
      'selfheal',
      'a.signals',
    ]);
  });

  it('include the decisions by Slack or link where people are set up for them', () => {
    const approvals = { people: { ada: { email: 'ada@example.com' } } };
    const configuration = configured({ settings: { sources: SOURCES, approvals } });
    expect(sourcesOf('Selfheal Approval', configuration)).toEqual([APPROVALS_SOURCE, 'a.approvals']);
  });
});
