import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { RefusalRecord } from '../../../../functions/core/admission/refusal.ts';
import { configured, memoryAlarm, NODE } from '../../../factories/configuration.ts';
import { sampleEvent } from '../../../factories/events/sample-event.ts';
import { controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { FENCE } from '../../../factories/operations/admissions.ts';
import { createWorld, withStore } from '../../../factories/ports/world.ts';

const alert = signalEvent({ component: 'web', metric: 'memory' });

describe('triage of an alert that may be healed', () => {
  it('begins a repair when admission grants it, and says so to the state machine', async () => {
    const world = createWorld();
    const decision = await triage(world, alert);
    expect(decision).toEqual({
      decision: 'heal',
      operationId: expect.stringMatching(/^20261122T133000Z-/),
      component: 'web',
      fence: FENCE,
    });
    expect(await world.store.listOperations(5)).toMatchObject([
      { state: 'HEALING', component: 'web', attempt: 1 },
    ]);
  });

  it('begins one repair, however often the same event is delivered', async () => {
    const world = createWorld();
    const decisions = [await triage(world, alert), await triage(world, alert), await triage(world, alert)];
    expect(new Set(decisions.map((decision) => JSON.stringify(decision))).size).toBe(1);
    expect(await world.store.listOperations(5)).toHaveLength(1);
  });

  it('invariant 1: grants one of 50 concurrent alerts for a component, and refuses the others (invariant 6)', async () => {
    const world = createWorld();
    const events = Array.from({ length: 50 }, (_, index) =>
      signalEvent({ component: 'web', metric: 'memory' }, `event-${index}`),
    );
    const decisions = await Promise.all(events.map((event) => triage(world, event)));
    expect(decisions.filter(({ decision }) => decision === 'heal')).toHaveLength(1);
    const refusals = await world.store.listRefusals('web', 100);
    expect(refusals).toHaveLength(49);
    expect(new Set(refusals.map(({ reason }) => reason))).toEqual(new Set(['IN_PROGRESS']));
  });

  it('decides again after a conflict, with the limits that have changed', async () => {
    const world = createWorld();
    let conflicts = 0;
    const flaky = withStore(world, {
      admit: async (operation, grant, limits) => {
        conflicts += 1;
        return conflicts < 3 ? { outcome: 'conflict', limits } : world.store.admit(operation, grant, limits);
      },
    });
    expect(await triage(flaky, alert)).toMatchObject({ decision: 'heal' });
    expect(conflicts).toBe(3);
  });
});

describe('an event that is not ours to act on', () => {
  const foreign = { account: '999999999999', region: 'eu-central-1' };
  const alarm = {
    ...sampleEvent('metric-alarm'),
    detail: {
      alarmName: memoryAlarm(),
      state: { value: 'ALARM', timestamp: '2026-11-22T13:30:00.000+0000' },
    },
  };

  it.each([
    ['an alarm', alarm],
    ['a signal', alert],
    ['a pause', controlEvent({ command: 'pause', reason: 'maintenance of staging' })],
  ])('meets a refusal on record if another account or region sent it: %s', async (_what, event) => {
    for (const origin of [
      { account: foreign.account },
      { region: foreign.region },
      { account: undefined },
      { region: null },
    ]) {
      const world = createWorld();
      expect(await triage(world, { ...event, ...origin })).toMatchObject({
        decision: 'refuse',
        reason: 'FOREIGN_EVENT',
        detail: expect.stringContaining('account 123456789012, region us-east-1'),
      });
      expect(await world.store.listOperations(5)).toEqual([]);
      expect((await world.store.readFleet()).pause).toBeUndefined();
      expect(world.metrics.figures).toEqual(['refused FOREIGN_EVENT']);
    }
  });

  it.each([
    'arn:aws:cloudwatch:us-east-1:999999999999:alarm:selfheal-web-memory',
    'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:selfheal-web-memory',
  ])('meets a refusal on record if the alarm that it is about is elsewhere: %s', async (arn) => {
    const world = createWorld();
    expect(await triage(world, { ...alarm, resources: [arn] })).toMatchObject({
      decision: 'refuse',
      reason: 'FOREIGN_EVENT',
    });
    const ours = 'arn:aws-cn:cloudwatch:us-east-1:123456789012:alarm:selfheal-web-memory';
    for (const resources of [[ours], [], undefined, null])
      expect(await triage(createWorld(), { ...alarm, resources })).toMatchObject({ decision: 'heal' });
  });

  it('meets a refusal on record, whatever its id and its texts are', async () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
    for (const event of [
      deep,
      { detail: deep },
      { ...alarm, id: 'x'.repeat(100_000) },
      { id: '\ud83d' },
      null,
    ]) {
      const world = createWorld();
      const recorded: RefusalRecord[] = [];
      await triage(
        withStore(world, { recordRefusal: async (refusal) => void recorded.push(refusal) }),
        event,
      );
      expect(recorded).toMatchObject([{ reason: 'NOT_UNDERSTOOD' }]);
      for (const text of [recorded[0]?.signalId, recorded[0]?.detail]) {
        expect(text?.isWellFormed()).toBe(true);
        expect(text?.length).toBeLessThanOrEqual(300);
      }
    }
  });

  it.each([
    ['a signal', alert],
    ['a pause', controlEvent({ command: 'pause', reason: 'mine' })],
  ])('meets a refusal on record if its source may not send it: %s', async (_what, event) => {
    const world = createWorld();
    expect(await triage(world, { ...event, source: 'me' })).toMatchObject({
      decision: 'refuse',
      reason: 'UNKNOWN_SOURCE',
      detail: expect.stringMatching(/^source me: .*settings\.sources/),
    });
    expect(await world.store.listOperations(5)).toEqual([]);
    expect((await world.store.readFleet()).pause).toBeUndefined();
  });

  it('counts if it comes from a source that the configuration names', async () => {
    const sources = { signals: ['acme.monitor'], controls: ['acme.oncall'] };
    const world = createWorld(configured({ settings: { sources } }));
    const pause = controlEvent({ command: 'pause', reason: 'mine' });
    expect(await triage(world, pause)).toMatchObject({ reason: 'UNKNOWN_SOURCE' });
    expect(await triage(world, { ...alert, source: 'acme.monitor' })).toMatchObject({ decision: 'heal' });
    expect(await triage(world, { ...pause, source: 'acme.oncall' })).toMatchObject({ decision: 'observe' });
  });
});

it('the operation of an alarm event names the alarm and its instance', async () => {
  const world = createWorld();
  const event = sampleEvent('metric-alarm');
  const dimensions = { InstanceId: NODE };
  const metrics = [{ id: 'm1', metricStat: { metric: { dimensions } } }];
  await triage(world, {
    ...event,
    detail: {
      ...event.detail,
      alarmName: memoryAlarm(),
      configuration: { metrics },
      state: { value: 'ALARM', timestamp: '2026-11-22T13:30:00.000+0000' },
    },
  });
  expect(await world.store.listOperations(1)).toMatchObject([
    { alert: { alarmName: memoryAlarm(), targets: [NODE], origin: 'alarm' } },
  ]);
});
