import { describe, expect, it } from 'vitest';
import { fleetStatus } from '../../../../functions/app/queries/fleet-status.ts';
import { configured } from '../../../factories/configuration.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const HOUR_MS = 3_600_000;

const twoInAGroup = (settings = {}) =>
  createWorld(
    configured({
      settings,
      groups: { pool: { maxInFlight: 1, minHealthy: 1 } },
      components: {
        web: { group: 'pool' },
        api: { group: 'pool', targets: { instanceIds: ['i-0123456789abcdef1'] } },
        off: { excluded: true, targets: { instanceIds: ['i-0123456789abcdef2'] } },
        idle: { targets: { instanceIds: ['i-0123456789abcdef3'] } },
      },
      strategies: [{ components: ['web', 'api', 'off'] }],
    }),
  );

describe('the status of the fleet', () => {
  it('says for each component what an alert would lead to now', async () => {
    const world = twoInAGroup();
    const operation = await admitted(world);
    const { components, ...fleet } = await fleetStatus(world);
    const reasons = Object.fromEntries(
      components.map(({ component, refusal }) => [component, refusal?.reason ?? 'ready']),
    );
    expect(reasons).toEqual({ api: 'GROUP_BUSY', idle: 'NO_STRATEGY', off: 'EXCLUDED', web: 'IN_PROGRESS' });
    const web = components.find(({ component }) => component === 'web');
    expect(web?.operation).toMatchObject({ operationId: operation.operationId, strategyId: 'restart' });
    expect(web?.isUnhealthy).toBe(true);
    expect(web?.strategies).toMatchObject([{ strategyId: 'restart', attempts: 1, maxAttempts: 3 }]);
    expect(fleet).toEqual({
      atMs: world.clock.now,
      autoHealEnabled: true,
      pausedByConfiguration: false,
      inFlight: 1,
      maxConcurrentRepairs: 3,
      windows: [],
      groups: [{ group: 'pool', members: 2, inFlight: 1, maxInFlight: 1, unhealthy: 1, minHealthy: 1 }],
      unknownComponents: [],
    });
  });

  it('shows a pause while it is in force, and not afterwards', async () => {
    const world = twoInAGroup();
    const untilMs = world.clock.now + HOUR_MS;
    const pause = { reason: 'maintenance', sinceMs: world.clock.now, untilMs };
    await world.store.setPause(pause, world.clock.now);
    const paused = await fleetStatus(world);
    expect(paused.pause).toEqual(pause);
    expect(paused.components.find(({ component }) => component === 'web')?.refusal).toEqual({
      reason: 'PAUSED',
      detail: 'maintenance',
      eligibleAtMs: untilMs,
    });
    world.clock.now = untilMs;
    const after = await fleetStatus(world);
    expect(after.pause).toBeUndefined();
    expect(after.components.find(({ component }) => component === 'web')?.refusal).toBeUndefined();
  });

  it('distinguishes a pause of the configuration from one set at run time', async () => {
    const status = await fleetStatus(twoInAGroup({ paused: true, autoHealEnabled: false }));
    expect(status).toMatchObject({ pausedByConfiguration: true, autoHealEnabled: false });
    expect(status.pause).toBeUndefined();
  });

  it('names what is on record and not in this configuration', async () => {
    const world = twoInAGroup();
    await world.store.markUnhealthy('retired');
    expect((await fleetStatus(world)).unknownComponents).toEqual(['retired']);
  });
});
