import { describe, expect, it } from 'vitest';
import { fleetStatus } from '../../../../functions/app/queries/fleet-status.ts';
import { EVERYTHING } from '../../../../functions/core/admission/override.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

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

  it('names what is noted of components that are not configured, in the order of their names', async () => {
    const world = twoInAGroup();
    for (const component of ['web', 'zoo', 'ark']) await world.store.markUnhealthy(component);
    expect((await fleetStatus(world)).unknownComponents).toEqual(['ark', 'zoo']);
  });

  it('names those in flight and those unhealthy in one order', async () => {
    const world = twoInAGroup();
    const fleet = await world.store.readFleet();
    const readFleet = async () => ({ ...fleet, inFlight: ['zoo', 'bay'], unhealthy: ['web', 'ark', 'bay'] });
    const { unknownComponents } = await fleetStatus({ ...world, store: { ...world.store, readFleet } });
    expect(unknownComponents).toEqual(['ark', 'bay', 'zoo']);
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

  it('names the step that an operation is waiting for', async () => {
    const world = twoInAGroup();
    const operation = await admitted(world);
    const step = {
      ...({ stepId: 'heal-0', attempt: 0, taskToken: 'token-1', order: 0 } as const),
      ...{ startedAtMs: NOON, deadlineMs: NOON + HOUR_MS },
    };
    await world.store.beginStep(inputOf(operation), step, NOON + HOUR_MS);
    const { components } = await fleetStatus(world);
    expect(components.find(({ component }) => component === 'web')?.operation).toEqual({
      operationId: operation.operationId,
      strategyId: 'restart',
      leaseUntilMs: NOON + HOUR_MS,
      stepId: 'heal-0',
    });
  });
});

describe('the status of what people have set', () => {
  const setting = { reason: 'migration', sinceMs: NOON, untilMs: NOON + HOUR_MS };
  const given = { givenAtMs: NOON, setting };
  const observing = { givenAtMs: NOON, setting: { ...setting, mode: 'observe' } } as const;
  const observed = { ...setting, mode: 'observe' } as const;

  it('shows the pause of a group and the modes of everything, a group and a component while they hold', async () => {
    const world = twoInAGroup();
    await world.store.setOverride({ kind: 'group', name: 'pool' }, given);
    await world.store.setOverride({ kind: 'mode', name: EVERYTHING }, observing);
    await world.store.setOverride({ kind: 'group-mode', name: 'pool' }, observing);
    await world.store.setOverride({ kind: 'component-mode', name: 'web' }, observing);
    await world.store.setOverride({ kind: 'component', name: 'idle' }, given);
    const status = await fleetStatus(world);
    expect(status.mode).toEqual({ of: 'everything', ...observed });
    expect(status.groups).toMatchObject([
      { group: 'pool', pause: setting, mode: { of: 'group', name: 'pool', ...observed } },
    ]);
    const modesOf = (name: string) =>
      status.components.find(({ component }) => component === name)?.modes.map(({ of }) => of);
    expect(modesOf('web')).toEqual(['everything', 'group', 'component']);
    expect(modesOf('api')).toEqual(['everything', 'group']);
    expect(modesOf('idle')).toEqual(['everything']);
    expect(status.components.flatMap(({ component, exclusion }) => (exclusion ? [component] : []))).toEqual([
      'idle',
    ]);

    world.clock.now = NOON + HOUR_MS;
    const later = await fleetStatus(world);
    expect(later).not.toHaveProperty('mode');
    expect(later.groups[0]).not.toHaveProperty('pause');
    expect(later.groups[0]).not.toHaveProperty('mode');
    expect(later.components.flatMap(({ modes }) => modes)).toEqual([]);
    expect(later.components.filter((component) => 'exclusion' in component)).toEqual([]);
  });

  it('says of each window whether it is open, why not, when its hours change and who holds it open', async () => {
    const world = createWorld(
      configured({
        settings: { window: 'always' },
        windows: {
          always: {},
          nights: { open: [{ from: '20:00', to: '22:00' }], exempt: ['CRITICAL'] },
          releases: { calendars: ['changes'] },
        },
        groups: { back: { window: 'nights' } },
        components: { web: { group: 'back', window: 'releases' }, api: {} },
      }),
    );
    world.calendars.named.set('changes', { state: 'CLOSED' });
    await world.store.setOverride({ kind: 'window', name: 'nights' }, given);
    const { windows, components } = await fleetStatus(world);
    expect(windows).toStrictEqual([
      { window: 'always', isOpen: true, exempt: [] },
      {
        ...{ window: 'nights', isOpen: false, detail: 'window nights is closed', exempt: ['CRITICAL'] },
        ...{ changesAtMs: Date.parse('2026-11-22T20:00:00Z'), opening: setting },
      },
      {
        ...{ window: 'releases', isOpen: false, exempt: [] },
        detail: 'window releases is closed by calendar changes',
      },
    ]);
    expect(components.map((status) => [status.component, status.windows])).toEqual([
      ['api', ['always']],
      ['web', ['always', 'nights', 'releases']],
    ]);
  });
});

describe('the status of the budgets', () => {
  it('counts only the members of a group, and a repair under way as unhealthy once', async () => {
    const world = twoInAGroup();
    await admitted(world);
    await world.store.markUnhealthy('api');
    await world.store.markUnhealthy('idle');
    const { groups, components } = await fleetStatus(world);
    expect(groups).toMatchObject([{ group: 'pool', members: 2, inFlight: 1, unhealthy: 2 }]);
    expect(components.filter(({ isUnhealthy }) => isUnhealthy).map(({ component }) => component)).toEqual([
      'api',
      'idle',
      'web',
    ]);
  });

  it('sorts components and unknown ones by name, and gives no group to one without', async () => {
    const world = twoInAGroup();
    await world.store.markUnhealthy('zeta');
    await world.store.markUnhealthy('alpha');
    const { components, unknownComponents } = await fleetStatus(world);
    expect(unknownComponents).toEqual(['alpha', 'zeta']);
    expect(components.map(({ component }) => component)).toEqual(['api', 'idle', 'off', 'web']);
    const grouped = components.filter((component) => 'group' in component);
    expect(grouped.map(({ component, group }) => [component, group])).toEqual([
      ['api', 'pool'],
      ['web', 'pool'],
    ]);
  });
});
