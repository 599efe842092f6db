import { describe, expect, it } from 'vitest';
import { decodeFleet, fleetFrom } from '../../../../functions/adapters/dynamodb/fleet-item.ts';
import { encodeItem, ItemNotDecodable } from '../../../../functions/adapters/dynamodb/item.ts';
import { EMPTY_FLEET } from '../../../../functions/core/admission/records.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const KEY = { pk: 'FLEET', sk: 'FLEET' };
const setting = { reason: 'release', sinceMs: NOON, untilMs: NOON + 1 };
const given = { givenAtMs: NOON, setting };
const observing = { givenAtMs: NOON, setting: { ...setting, mode: 'observe' } };
const queue = {
  next: [{ component: 'web', priority: 3, sinceMs: NOON, budget: 'group' }],
  ...{ length: 7, validUntilMs: NOON + 2 },
};
const limit = {
  ...{ component: 'web', targets: ['i-1'], dueAtMs: NOON, limitSeconds: 60, afterLimit: 'lift' },
  ...{ isolatedBy: 'op-2', isolatedAgainBy: ['op-3'], reminders: 2, asks: 4 },
};

describe('the item of the fleet', () => {
  it('has all that limits every component together', () => {
    const item = encodeItem({
      ...{ ...KEY, revision: 4, controlledAtMs: NOON, pause: setting, queue, modeOverride: observing },
      ...{ inFlight: new Set(['web']), unhealthy: new Set(['api', 'db']) },
      ...{ 'cooldownUntilMs#restart': NOON, 'groupPause#front': given, 'windowOpening#nights': given },
      ...{ 'groupMode#back': observing, 'timeLimit#op-1': limit },
      'rollingBack#op-9': { source: 'pipeline', changeId: 'run-1' },
      ...{ 'observedUntilMs#op-5': NOON, 'observedCooldownUntilMs#restart': NOON + 3 },
    });
    expect(decodeFleet(item)).toEqual({
      ...{ revision: 4, controlledAtMs: NOON, pause: setting, queue, modeOverride: observing },
      ...{ inFlight: ['web'], unhealthy: ['api', 'db'], strategyCooldownUntilMs: { restart: NOON } },
      ...{
        groupPauses: { front: given },
        windowOpenings: { nights: given },
        groupModes: { back: observing },
      },
      ...{ timeLimits: { 'op-1': limit } },
      rollingBack: { 'op-9': { source: 'pipeline', changeId: 'run-1' } },
      observed: { untilMs: { 'op-5': NOON }, strategyCooldownUntilMs: { restart: NOON + 3 } },
    });
  });

  it('has nothing of what was never set', () => {
    expect(decodeFleet(encodeItem({ ...KEY, revision: 1 }))).toEqual({ ...EMPTY_FLEET, revision: 1 });
    expect(fleetFrom(undefined)).toEqual(EMPTY_FLEET);
    const observed = { ...KEY, revision: 1, 'observedUntilMs#op-5': NOON };
    expect(decodeFleet(encodeItem(observed)).observed).toEqual({
      ...{ untilMs: { 'op-5': NOON }, strategyCooldownUntilMs: {} },
    });
  });

  it.each([
    ['a revision of none', { revision: 0 }],
    ['an empty queue', { queue: { ...queue, length: 0 } }],
    ['a queue for an unknown budget', { queue: { ...queue, next: [{ ...queue.next[0], budget: 'other' }] } }],
    ['a limit that leads to nothing known', { 'timeLimit#op-1': { ...limit, afterLimit: 'wait' } }],
    ['a limit of no time', { 'timeLimit#op-1': { ...limit, limitSeconds: 0 } }],
    ['a limit with a reminder too few', { 'timeLimit#op-1': { ...limit, reminders: 0 } }],
    ['a limit with an ask too few', { 'timeLimit#op-1': { ...limit, asks: 0 } }],
    ['a look at no time', { 'timeLimit#op-1': { ...limit, look: {} } }],
    ['a host put back no time', { 'timeLimit#op-1': { ...limit, look: { atMs: 1, putBack: { a: 0 } } } }],
    ['a rollback from nowhere', { 'rollingBack#op-9': { source: 'nowhere', changeId: 'run-1' } }],
  ])('is not guessed at: %s', (_, wrong) => {
    expect(() => decodeFleet(encodeItem({ ...KEY, revision: 1, ...wrong }))).toThrow(ItemNotDecodable);
  });
});
