import { describe, expect, it } from 'vitest';
import { selfhealSignal } from '../../../../functions/core/signal/signal-event.ts';
import { announcementLabel, eventsOf } from '../../../../functions/core/watchdog/announce.ts';
import type { EscalationAction, EscalationSeverity } from '../../../../functions/core/watchdog/ladder.ts';
import type { Announcement } from '../../../../functions/core/watchdog/shard-record.ts';
import { peerOf, START_MS } from './judging.ts';

const PEERS = new Map([
  ['web', peerOf('web')],
  ['bastion', { ...peerOf('bastion', { targets: ['i-0123456789abcdef0'] }) }],
  ['alone', withoutComponent('alone')],
]);

function withoutComponent(name: string) {
  const { component: _none, ...peer } = peerOf(name);
  return peer;
}

const escalation = (
  subject: string,
  action: EscalationAction,
  severity: EscalationSeverity,
): Announcement => ({
  subject,
  roundAtMs: START_MS,
  step: { kind: 'escalation', action, severity, missedCount: 3, restartCount: 2 },
});

const detailsOf = (announcement: Announcement, detailType: string) =>
  eventsOf(announcement, PEERS)
    .filter((event) => event.detailType === detailType)
    .map(({ detail }) => detail);

describe('an escalation', () => {
  it('counts one heartbeat as one', () => {
    const { step, ...about } = escalation('web', 'alert', 'MEDIUM');
    const first = { ...about, step: { ...step, missedCount: 1 } } as Announcement;
    const [detail] = detailsOf(first, 'Selfheal Watchdog Escalation');
    expect(detail).toMatchObject({ reason: 'peer web missed 1 heartbeat' });
  });

  it('says when, who, what, why and how bad, as the mesh always did', () => {
    const [detail] = detailsOf(escalation('web', 'restart', 'HIGH'), 'Selfheal Watchdog Escalation');
    expect(detail).toEqual({
      timestamp: '2026-11-22T13:30:00.000Z',
      peerName: 'web',
      component: 'web',
      endpoint: expect.stringMatching(/./),
      action: 'restart',
      reason: 'peer web missed 3 heartbeats: restart attempt 2',
      severity: 'HIGH',
      missedCount: 3,
      restartCount: 2,
    });
  });

  it.each([
    ['alert', 'peer web missed 3 heartbeats (its certificate has expired)'],
    ['restart', 'peer web missed 3 heartbeats (its certificate has expired): restart attempt 2'],
    [
      'isolate',
      'peer web offline after 2 requested restarts (its certificate has expired): isolation requested',
    ],
    [
      'alert_architect',
      'peer web offline after 2 requested restarts (its certificate has expired): isolation requested',
    ],
  ] as const)('of the kind %s says why the peer was missed: %s', (action, reason) => {
    const { step, ...about } = escalation('web', action, 'HIGH');
    const missed = { ...about, step: { ...step, missedFor: 'CERT_HAS_EXPIRED' } } as Announcement;
    expect(detailsOf(missed, 'Selfheal Watchdog Escalation')).toMatchObject([{ reason }]);
  });

  it('names no component for a peer without one', () => {
    const [detail] = detailsOf(escalation('alone', 'restart', 'HIGH'), 'Selfheal Watchdog Escalation');
    expect(detail).not.toHaveProperty('component');
    expect(detail).toMatchObject({ peerName: 'alone' });
  });

  it.each([
    ['alert', 'MEDIUM', 'WARNING', undefined],
    ['restart', 'HIGH', 'CRITICAL', 'restart'],
    ['isolate', 'CRITICAL', 'CRITICAL', 'isolate'],
  ] as const)(
    '%s %s is a signal of severity %s that suggests %s',
    (action, severity, expected, suggested) => {
      const [detail] = detailsOf(escalation('web', action, severity), 'Selfheal Signal');
      expect(selfhealSignal().parse(detail)).toMatchObject({
        component: 'web',
        kind: 'alert',
        metric: 'heartbeat',
        origin: 'watchdog',
        severity: expected,
        current: 3,
        threshold: 3,
      });
      expect(detail?.['suggestedAction']).toBe(suggested);
    },
  );

  it('repeats as the same event, of the same time', () => {
    const events = eventsOf(escalation('web', 'restart', 'HIGH'), PEERS);
    expect(events.map(({ atMs }) => atMs)).toEqual([START_MS, START_MS]);
    expect(eventsOf(escalation('web', 'restart', 'HIGH'), PEERS)).toEqual(events);
  });

  it('asks for no second repair when it goes to the architect', () => {
    const announcement = escalation('web', 'alert_architect', 'CRITICAL');
    expect(detailsOf(announcement, 'Selfheal Signal')).toEqual([]);
    expect(detailsOf(announcement, 'Selfheal Watchdog Escalation')).toHaveLength(1);
  });

  it('names the nodes that a repair acts on', () => {
    const [detail] = detailsOf(escalation('bastion', 'restart', 'HIGH'), 'Selfheal Signal');
    expect(selfhealSignal().parse(detail).targets).toEqual(['i-0123456789abcdef0']);
  });

  it('heals nothing for a peer without a component, and is still announced', () => {
    expect(
      eventsOf(escalation('alone', 'restart', 'HIGH'), PEERS).map(({ detailType }) => detailType),
    ).toEqual(['Selfheal Watchdog Escalation']);
  });

  it('stays the same when it is announced again, and has another identity in another round', () => {
    const once = escalation('web', 'restart', 'HIGH');
    expect(eventsOf(once, PEERS)).toEqual(eventsOf(structuredClone(once), PEERS));
    const ids = [once, { ...once, roundAtMs: START_MS + 30_000 }].map(
      (announcement) => detailsOf(announcement, 'Selfheal Signal')[0]?.['signalId'],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('reaches nobody for a peer that was removed', () => {
    expect(eventsOf(escalation('gone', 'restart', 'HIGH'), PEERS)).toEqual([]);
  });
});

describe('a reminder', () => {
  const reminder = (roundAtMs: number): Announcement => ({
    subject: 'web',
    roundAtMs,
    step: { kind: 'reminder', action: 'isolate', missedCount: 6, restartCount: 3 },
  });

  it('goes to triage, and to nobody else', () => {
    expect(eventsOf(reminder(START_MS), PEERS).map(({ detailType }) => detailType)).toEqual([
      'Selfheal Signal',
    ]);
  });

  it('asks for isolation as the first signal did', () => {
    const [first] = detailsOf(escalation('web', 'isolate', 'CRITICAL'), 'Selfheal Signal');
    const [again] = detailsOf(reminder(START_MS + 90_000), 'Selfheal Signal');
    const { current: _current, reason: _reason, signalId: _id, ...facts } = selfhealSignal().parse(first);
    // As it is sent: the schema would fill a missing severity in.
    expect(again).toMatchObject({ severity: 'CRITICAL' });
    expect(selfhealSignal().parse(again)).toMatchObject({
      ...facts,
      current: 6,
      reason: 'peer web missed 6 heartbeats: isolation requested again',
    });
  });

  it('has an identity of its own, so that triage decides again', () => {
    const ids = [90_000, 180_000].map(
      (afterMs) => detailsOf(reminder(START_MS + afterMs), 'Selfheal Signal')[0]?.['signalId'],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('produces no event for a peer without a component', () => {
    expect(eventsOf({ ...reminder(START_MS), subject: 'alone' }, PEERS)).toEqual([]);
  });
});

describe('the recovery of a peer', () => {
  const recovery: Announcement = {
    subject: 'web',
    roundAtMs: START_MS,
    step: { kind: 'recovery', from: 'OFFLINE' },
  };

  it('produces an event and a signal of recovery', () => {
    const [event] = detailsOf(recovery, 'Selfheal Watchdog Recovery');
    expect(event).toMatchObject({
      ...{ peerName: 'web', from: 'OFFLINE', reason: 'peer web answers again; it was OFFLINE' },
    });
    const [signal] = detailsOf(recovery, 'Selfheal Signal');
    expect(selfhealSignal().parse(signal)).toMatchObject({ component: 'web', kind: 'recovery' });
  });
});

describe('the announcement of a vantage point', () => {
  it.each(['suspected', 'silent'] as const)(
    'notifies the architect that it is %s, and heals nothing',
    (change) => {
      const step = { kind: 'observer', change } as const;
      const events = eventsOf({ subject: 'outside', roundAtMs: START_MS, step }, PEERS);
      expect(events).toMatchObject([
        {
          detailType: 'Selfheal Watchdog Escalation',
          detail: { vantagePoint: 'outside', action: 'alert_architect', severity: 'HIGH' },
        },
      ]);
    },
  );

  it('says that it is back', () => {
    const step = { kind: 'observer', change: 'back' } as const;
    const events = eventsOf({ subject: 'outside', roundAtMs: START_MS, step }, PEERS);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Selfheal Watchdog Recovery']);
  });

  it('says what happened to it, when, and why that matters', () => {
    const detailOf = (change: 'suspected' | 'silent' | 'back') => {
      const step = { kind: 'observer', change } as const;
      return eventsOf({ subject: 'outside', roundAtMs: START_MS, step }, PEERS)[0];
    };
    const facts = { timestamp: '2026-11-22T13:30:00.000Z', vantagePoint: 'outside' };
    expect(detailOf('suspected')).toMatchObject({
      atMs: START_MS,
      detail: {
        ...facts,
        change: 'suspected',
        reason:
          'vantage point outside: most peers went dark for it at once: it is probably cut off, and what it misses is ignored',
      },
    });
    expect(detailOf('silent')?.detail).toMatchObject({
      ...{ ...facts, change: 'silent', reason: 'vantage point outside: it has stopped reporting' },
    });
    expect(detailOf('back')).toEqual({
      detailType: 'Selfheal Watchdog Recovery',
      detail: { ...facts, reason: 'vantage point outside: it is back' },
      atMs: START_MS,
    });
  });
});

describe('the line of an announcement in the report of a round', () => {
  const labelOf = (step: Announcement['step']) =>
    announcementLabel({ subject: 'web', roundAtMs: START_MS, step });
  const counts = { missedCount: 3, restartCount: 2 };

  it.each<[string, Announcement['step']]>([
    ['web: restart (HIGH)', { kind: 'escalation', action: 'restart', severity: 'HIGH', ...counts }],
    ['web: isolate, again', { kind: 'reminder', action: 'isolate', ...counts }],
    ['web: recovered from OFFLINE', { kind: 'recovery', from: 'OFFLINE' }],
    ['web: suspected', { kind: 'observer', change: 'suspected' }],
  ])('is %j', (line, step) => {
    expect(labelOf(step)).toBe(line);
  });
});
