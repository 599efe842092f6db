import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { ChangeEvent, ChangePhase } from '../../../../functions/core/change/change-event.ts';
import { operationIdOf } from '../../../../functions/core/operation/operation-id.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { approvalEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const ADA = 'arn:aws:sts::123456789012:assumed-role/oncall/ada';
const PROPOSAL = operationIdOf({ component: 'web', signalId: 'alert', occurredAtMs: NOON });

/** A proposal for `web`: to roll back `v42` if it is given, and a restart otherwise. */
async function proposed(suspect?: ChangePhase, settings: object = {}) {
  const settled = createWorld(
    configured({
      settings: { mode: 'propose', ...settings },
      components: {
        web: withMemoryAlarm({ changes: {}, dependsOn: ['database'] }),
        database: withMemoryAlarm(),
      },
      strategies: [
        {
          id: 'roll-back',
          trigger: { causes: ['BAD_DEPLOYMENT'] },
          actions: [{ type: 'invoke_function', params: { function: 'ci', rollsChangeBack: true } }],
        },
        { id: 'restart', trigger: { metrics: ['memory'] } },
      ],
    }),
  );
  const clock = { now: NOON, nowMs: () => clock.now, sleep: () => new Promise<void>(() => undefined) };
  const world = { ...settled, clock };
  const changed = async (
    changeId: string,
    phase: ChangePhase,
    minute: number,
    more: Partial<ChangeEvent> = {},
  ) =>
    await world.changes.recordChange({
      ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId, phase },
      ...{ atMs: NOON + minute * MINUTE_MS, summary: changeId, ...more },
    });
  const turnsRed = (component: string, minute: number) => {
    world.alarms.named.set(memoryAlarm(component), 'ALARM');
    world.alarms.since.set(memoryAlarm(component), NOON + minute * MINUTE_MS);
  };
  if (suspect) await changed('v42', suspect, -10);
  turnsRed('web', -6);
  const alert = { component: 'web', metric: 'memory', alarmName: memoryAlarm(), origin: 'reconciler' };
  await triage(world, signalEvent(alert, 'alert'));
  clock.now += 10 * MINUTE_MS;
  let decisions = 0;
  return {
    world,
    changed,
    turnsRed,
    approve: () => {
      decisions += 1;
      const detail = { command: 'approve', proposal: PROPOSAL, by: ADA };
      const time = new Date(clock.now).toISOString();
      return triage(world, { ...approvalEvent(detail, `decision-${decisions}`), time });
    },
    proposal: async () => (await world.store.readHeldBack(PROPOSAL)).proposal,
  };
}

describe('an approval', () => {
  it.each([
    ['a restart', undefined, 'restart'],
    ['the rollback of a change that has ended', 'finished', 'roll-back'],
    ['the rollback of a change in progress', 'started', 'roll-back'],
  ] as const)('carries out %s if nothing has changed since the proposal', async (_, suspect, strategyId) => {
    const run = await proposed(suspect);
    expect((await run.proposal())?.operation).toMatchObject({ strategyId });
    expect(await run.approve()).toMatchObject({ decision: 'heal', operationId: PROPOSAL });
  });

  it.each([undefined, 'finished', 'started'] as const)(
    'has no effect while another change is in progress, and can be given again (suspect: %s)',
    async (suspect) => {
      const run = await proposed(suspect);
      await run.changed('v43', 'started', 8);
      expect(await run.approve()).toMatchObject({
        ...{ decision: 'refuse', reason: 'CHANGE_IN_PROGRESS', detail: expect.stringContaining('v43') },
      });
      expect(await run.proposal()).toMatchObject({ approvals: [] });
      expect(await run.proposal()).not.toHaveProperty('end');
      expect(await run.world.store.listClaims()).toEqual([]);
    },
  );

  it('has no effect after a change that began and ended since the proposal', async () => {
    const run = await proposed('finished');
    await run.changed('v43', 'started', 2);
    await run.changed('v43', 'finished', 5);
    expect(await run.approve()).toMatchObject({
      ...{ reason: 'PLAN_CHANGED', detail: expect.stringContaining('v43 of web began at') },
    });
  });

  it.each(['scaling', 'maintenance'] as const)(
    'still takes effect after %s since the proposal',
    async (kind) => {
      const run = await proposed('finished');
      await run.changed('auto', 'finished', 5, { source: 'ecs', kind });
      expect(await run.approve()).toMatchObject({ decision: 'heal', operationId: PROPOSAL });
    },
  );

  it.each(['scaling', 'maintenance'] as const)(
    'still takes effect after %s before the trouble',
    async (kind) => {
      const run = await proposed();
      await run.changed('auto', 'finished', -8, { source: 'ecs', kind });
      expect(await run.approve()).toMatchObject({ decision: 'heal', operationId: PROPOSAL });
    },
  );

  it('takes effect on a rollback until the proposal expires', async () => {
    const run = await proposed('finished', { proposalSeconds: '12h' });
    run.world.clock.now += 11 * 60 * MINUTE_MS;
    expect(await run.approve()).toMatchObject({ decision: 'heal', operationId: PROPOSAL });
  });

  it('has no effect if the change has been rolled back meanwhile', async () => {
    const run = await proposed('finished');
    const rolledBack = { startedUpToMs: NOON, source: 'pipeline', changeId: 'v42' } as const;
    const { readComponents } = run.world.store;
    Object.assign(run.world.store, {
      readComponents: async (names: readonly string[]) =>
        (await readComponents(names)).map((record) => ({ ...record, rolledBack })),
    });
    expect(await run.approve()).toMatchObject({
      ...{ reason: 'PLAN_CHANGED', detail: expect.stringContaining('none now, and was v42') },
    });
  });

  it('has no effect if an earlier change has become known that is suspected now', async () => {
    const run = await proposed('finished');
    await run.changed('v41-fix', 'finished', -8);
    expect(await run.approve()).toMatchObject({
      ...{ reason: 'PLAN_CHANGED', detail: expect.stringContaining('v41-fix now, and was v42') },
    });
  });

  it('has no effect while something that the component depends on is at fault', async () => {
    const run = await proposed();
    run.turnsRed('database', -7);
    expect(await run.approve()).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    // The dependency's own alarm brings it to triage.
    expect(run.world.events.signals).toEqual([]);
  });

  it('has no effect if changes cannot be read', async () => {
    const run = await proposed();
    const listChanges = () => Promise.reject(new StoreUnavailable('throttled'));
    Object.assign(run.world.changes, { listChanges });
    expect(await run.approve()).toMatchObject({ reason: 'LIMITS_UNKNOWN' });
  });
});
