import { describe, expect, it } from 'vitest';
import { fleetStatus } from '../../../../functions/app/queries/fleet-status.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World, withStore } from '../../../factories/ports/world.ts';

const alert = signalEvent({ component: 'web', metric: 'memory' });
const PAUSE = { command: 'pause', reason: 'release night' };
const pauseOf = async (world: World) => (await world.store.readFleet()).pause;

describe('pause and resume', () => {
  it('admit nothing between them (invariant 4)', async () => {
    const world = createWorld();
    expect(await triage(world, controlEvent(PAUSE))).toEqual({
      ...{ decision: 'observe', detail: 'pause: release night' },
    });
    expect(await triage(world, alert)).toMatchObject({ reason: 'PAUSED', detail: 'release night' });
    await triage(world, controlEvent({ command: 'resume', reason: 'released' }, '2026-11-22T13:30:01Z'));
    expect(await triage(world, signalEvent(alert.detail, 'event-2'))).toMatchObject({ decision: 'heal' });
    expect(world.notifier.sent).toEqual([]);
  });

  it('needs only `command`', async () => {
    const world = createWorld();
    await triage(world, controlEvent({ command: 'pause' }));
    expect(await triage(world, alert)).toMatchObject({ reason: 'PAUSED', detail: 'no reason given' });
    await triage(world, controlEvent({ command: 'resume' }, '2026-11-22T13:30:01Z'));
    expect(await pauseOf(world)).toBeUndefined();
    expect(world.notifier.sent).toEqual([]);
  });

  it('do not let one from the future outlast those that come later', async () => {
    const world = createWorld();
    await triage(world, controlEvent({ command: 'resume', reason: 'for ever' }, '2036-01-01T00:00:00Z'));
    world.clock.now += 2 * 60_000;
    await triage(world, controlEvent(PAUSE, '2026-11-22T13:32:00Z'));
    expect(await triage(world, alert)).toMatchObject({ reason: 'PAUSED' });
  });

  it('take effect once, and nobody is notified, however often they are delivered', async () => {
    const world = createWorld();
    const resume = controlEvent({ command: 'resume' }, '2026-11-22T13:30:05Z');
    for (const event of [controlEvent(PAUSE), controlEvent(PAUSE), resume, resume])
      await triage(world, event);
    expect(await pauseOf(world)).toBeUndefined();
    // An older one that says the same as the later one.
    await triage(world, controlEvent({ command: 'resume' }, '2026-11-22T13:30:03Z'));
    expect(world.notifier.sent).toEqual([]);
  });
});

describe('a pause with an end', () => {
  it('ends by itself, and refusals say when', async () => {
    const world = createWorld();
    const decision = await triage(world, controlEvent({ ...PAUSE, for: '2h' }));
    expect(decision).toMatchObject({ detail: 'pause until 2026-11-22T15:30:00.000Z: release night' });
    expect(await triage(world, alert)).toMatchObject({
      reason: 'PAUSED',
      eligibleAtMs: Date.parse('2026-11-22T15:30:00Z'),
    });
    world.clock.now = Date.parse('2026-11-22T15:30:00Z');
    expect(await triage(world, signalEvent(alert.detail, 'event-2'))).toMatchObject({ decision: 'heal' });
  });

  it('can be resumed earlier, and paused again for longer', async () => {
    const world = createWorld();
    await triage(world, controlEvent({ ...PAUSE, for: '2h' }));
    await triage(world, controlEvent({ command: 'resume' }, '2026-11-22T13:30:01Z'));
    expect(await pauseOf(world)).toBeUndefined();
    await triage(world, controlEvent(PAUSE, '2026-11-22T13:30:02Z'));
    expect(await pauseOf(world)).not.toHaveProperty('untilMs');
  });

  it('changes nothing when its end has passed, and the architect is notified', async () => {
    const world = createWorld();
    // Seconds, where milliseconds are wanted.
    expect(await triage(world, controlEvent({ ...PAUSE, untilMs: NOON / 1_000 }))).toMatchObject({
      reason: 'EXPIRED',
      detail: expect.stringContaining('milliseconds since 1970'),
    });
    expect(await pauseOf(world)).toBeUndefined();
    expect(world.notifier.sent).toMatchObject([{ body: { command: 'pause', reason: 'EXPIRED' } }]);
  });
});

describe('a control without effect is on record, and the architect is notified (invariant 6)', () => {
  it.each([
    ['it is not understood', { command: 'pause', fro: '2h' }, {}, 'pause', 'NOT_UNDERSTOOD'],
    ['its command is not known', { command: 'stop' }, {}, 'control', 'NOT_UNDERSTOOD'],
    ['its detail is none', null, {}, 'control', 'NOT_UNDERSTOOD'],
    ['its source may not send it', PAUSE, { source: 'me' }, 'pause', 'UNKNOWN_SOURCE'],
    ['it was sent to another account', PAUSE, { account: '999999999999' }, 'pause', 'FOREIGN_EVENT'],
    ['it is weeks old', PAUSE, { time: '2026-11-01T00:00:00Z' }, 'pause', 'NOT_UNDERSTOOD'],
    ['it has no time', PAUSE, { time: undefined }, 'pause', 'NOT_UNDERSTOOD'],
  ])('reports a control without effect because %s', async (_why, detail, more, command, reason) => {
    const world = createWorld();
    const event = { ...controlEvent(PAUSE), detail, ...more };
    expect(await triage(world, event)).toMatchObject({ decision: 'refuse', reason });
    expect(await world.store.listRefusals('unknown', 5)).toMatchObject([{ reason, signalId: 'event-1' }]);
    expect(world.notifier.sent).toMatchObject([
      {
        topic: 'architect',
        subject: `Selfheal: a ${command} had no effect`,
        body: { kind: 'control-without-effect', command, reason },
      },
    ]);
    expect(await pauseOf(world)).toBeUndefined();
  });

  it.each([
    ['an earlier resume that arrives after the pause', '2026-11-22T13:29:59Z'],
    ['a resume of the same second', '2026-11-22T13:30:00Z'],
  ])('reports a control that was overtaken: %s lifts nothing (invariant 4)', async (_, time) => {
    const world = createWorld();
    await triage(world, controlEvent(PAUSE));
    const late = await triage(world, controlEvent({ command: 'resume', reason: 'released' }, time));
    expect(late).toMatchObject({
      decision: 'refuse',
      reason: 'OVERTAKEN',
      detail: expect.stringMatching(
        /^a pause of the same second or later overrides this resume .* send the resume again/,
      ),
    });
    expect(world.notifier.sent).toMatchObject([{ body: { command: 'resume', reason: 'OVERTAKEN' } }]);
    expect(await triage(world, alert)).toMatchObject({ reason: 'PAUSED' });
  });

  it('reports a control that could not be recorded, and tries it again', async () => {
    const world = createWorld();
    const failing = withStore(world, {
      setPause: () => Promise.reject(new StoreUnavailable('throttled')),
    });
    await expect(triage(failing, controlEvent(PAUSE))).rejects.toThrow(StoreUnavailable);
    expect(world.notifier.sent).toMatchObject([
      { body: { command: 'pause', detail: expect.stringContaining('StoreUnavailable: throttled') } },
    ]);
    expect(await triage(world, controlEvent(PAUSE))).toMatchObject({ decision: 'observe' });
  });

  it('notifies nobody of a signal that is not understood', async () => {
    const world = createWorld();
    await triage(world, signalEvent({ component: 'web', severity: 'GRAVE' }));
    expect(world.notifier.sent).toEqual([]);
  });
});

describe('a control of a part', () => {
  const inGroup = () =>
    createWorld(
      configured({
        windows: { nights: { open: [{ from: '20:00', to: '22:00' }] } },
        groups: { front: {}, back: { window: 'nights' } },
        components: {
          web: withMemoryAlarm({ group: 'front' }),
          api: withMemoryAlarm({ group: 'front' }),
          batch: withMemoryAlarm({ group: 'back' }),
        },
      }),
    );
  const send = (world: World, detail: Readonly<Record<string, unknown>>, second = 0) =>
    triage(world, controlEvent(detail, `2026-11-22T13:30:0${second}Z`));
  const ask = (world: World, component: string, id: string) =>
    triage(world, signalEvent({ component, metric: 'memory' }, id));

  it('pauses the components of one group, and resumes them', async () => {
    const world = inGroup();
    await send(world, { command: 'pause', group: 'front', reason: 'release', for: '1h' });
    expect(await ask(world, 'web', 'a')).toMatchObject({
      reason: 'PAUSED',
      detail: 'group front: release',
      eligibleAtMs: NOON + 3_600_000,
    });
    expect(await ask(world, 'batch', 'b')).not.toMatchObject({ reason: 'PAUSED' });
    await send(world, { command: 'resume', group: 'front' }, 1);
    expect(await ask(world, 'web', 'c')).toMatchObject({ decision: 'heal' });
  });

  it('leaves one component alone for a day, unless it says otherwise', async () => {
    const world = inGroup();
    await send(world, { command: 'exclude', component: 'web', reason: 'migration' });
    expect(await ask(world, 'web', 'a')).toMatchObject({
      reason: 'EXCLUDED',
      detail: 'migration',
      eligibleAtMs: NOON + 86_400_000,
    });
    expect(await ask(world, 'api', 'b')).toMatchObject({ decision: 'heal' });
    world.clock.now = NOON + 86_399_999;
    expect(await ask(world, 'web', 'c')).toMatchObject({ reason: 'EXCLUDED' });
    world.clock.now += 1;
    const [status] = (await fleetStatus(world)).components.filter(({ component }) => component === 'web');
    expect(status).not.toHaveProperty('exclusion');
    expect(status).toMatchObject({ refusal: { reason: 'GROUP_BUSY' } });
  });

  it('ends an exclusion before its time', async () => {
    const world = inGroup();
    await send(world, { command: 'exclude', component: 'web', for: '30d' });
    await send(world, { command: 'include', component: 'web' }, 1);
    expect(await ask(world, 'web', 'a')).toMatchObject({ decision: 'heal' });
  });

  it('holds a window open, and closes it again', async () => {
    const world = inGroup();
    expect(await ask(world, 'batch', 'a')).toMatchObject({ reason: 'OUTSIDE_WINDOW' });
    await send(world, { command: 'open_window', window: 'nights', for: '1h' });
    await send(world, { command: 'close_window', window: 'nights' }, 1);
    expect(await ask(world, 'batch', 'b')).toMatchObject({ reason: 'OUTSIDE_WINDOW' });
    await send(world, { command: 'open_window', window: 'nights', for: '1h' }, 2);
    expect(await ask(world, 'batch', 'c')).toMatchObject({ decision: 'heal' });
  });

  it.each([
    [{ command: 'pause', group: 'fornt' }, 'a pause', 'group fornt'],
    [{ command: 'exclude', component: 'wbe' }, 'an exclusion', 'component wbe'],
    [{ command: 'open_window', window: 'night' }, 'an opening of a window', 'window night'],
    [{ command: 'exclude' }, 'an exclusion', 'component'],
    [{ command: 'set_mode', mode: 'observe', group: 'fornt' }, 'a change of mode', 'group fornt'],
    [{ command: 'set_mode', mode: 'observe', component: 'wbe' }, 'a change of mode', 'component wbe'],
  ])(
    'has no effect if it names nothing that is configured, and the architect is notified: %o',
    async (detail, what, named) => {
      const world = inGroup();
      expect(await send(world, detail)).toMatchObject({
        reason: 'NOT_UNDERSTOOD',
        detail: expect.stringContaining(named),
      });
      expect(world.notifier.sent).toMatchObject([{ subject: `Selfheal: ${what} had no effect` }]);
    },
  );

  it.each([
    [{ command: 'include', component: 'web' }, { command: 'exclude', component: 'web' }, 'an include'],
    [{ command: 'exclude', component: 'web' }, { command: 'include', component: 'web' }, 'an exclude'],
    [{ command: 'resume', group: 'front' }, { command: 'pause', group: 'front' }, 'a resume'],
    [{ command: 'pause', group: 'front' }, { command: 'resume', group: 'front' }, 'a pause'],
    [
      { command: 'close_window', window: 'nights' },
      { command: 'open_window', window: 'nights' },
      'a close_window',
    ],
    [
      { command: 'open_window', window: 'nights' },
      { command: 'close_window', window: 'nights' },
      'an open_window',
    ],
    [
      { command: 'set_mode', mode: 'propose', component: 'web' },
      { command: 'set_mode', mode: 'observe', component: 'web' },
      'another set_mode',
    ],
  ])('has no effect if it was overtaken, and says by what: %o', async (later, earlier, what) => {
    const world = inGroup();
    await send(world, later, 2);
    expect(await send(world, earlier, 1)).toMatchObject({
      reason: 'OVERTAKEN',
      detail: `${what} of the same second or later overrides this ${earlier.command} of 2026-11-22T13:30:01.000Z; send the ${earlier.command} again if you still want it`,
    });
  });
});
