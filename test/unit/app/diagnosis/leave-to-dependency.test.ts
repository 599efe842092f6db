import { describe, expect, it } from 'vitest';
import { diagnoseAlert } from '../../../../functions/app/diagnosis/diagnose-alert.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { neighbourhoods } from '../../../../functions/core/correlation/neighbourhood.ts';
import { parseSignal } from '../../../../functions/core/signal/parse-signal.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { alarmed, goRed, goSilent, HEALTH, worldOf } from './dependent-world.ts';

const withErrorAlarm = (component: string) => ({
  alarms: { errors: { adopt: `${component}-errors`, metric: 'error_rate' } },
});

describe('an alarmed component', () => {
  it('stays untouched while what it depends on is at fault, and the refusal names that', async () => {
    const world = worldOf();
    goRed(world, 'database');
    expect(await alarmed(world)).toMatchObject({
      decision: 'refuse',
      reason: 'CAUSE_ELSEWHERE',
      detail: expect.stringContaining('database is at fault'),
    });
    expect(await world.store.getClaim('gateway')).toBeUndefined();
    const [refusal] = await world.store.listRefusals('gateway', 1);
    expect(refusal).toMatchObject({ reason: 'CAUSE_ELSEWHERE', component: 'gateway' });
  });

  it('begins a repair when what it depends on is healthy', async () => {
    expect(await alarmed(worldOf())).toMatchObject({ decision: 'heal', component: 'gateway' });
  });

  it('waits until what it depends on has been healed', async () => {
    const world = worldOf();
    await alarmed(world, 'database');
    expect(await alarmed(world)).toMatchObject({
      reason: 'CAUSE_ELSEWHERE',
      eligibleAtMs: NOON + 600_000,
      detail: expect.stringContaining('is healing it'),
    });
    expect(world.events.signals).toEqual([]);
  });

  it('begins a repair, whatever is red elsewhere, when a person asks for it', async () => {
    const world = worldOf();
    goRed(world, 'database');
    expect(await alarmed(world, 'gateway', { origin: 'manual' })).toMatchObject({ decision: 'heal' });
  });

  it('needs no further request if it has no dependencies', async () => {
    const world = worldOf();
    const asked: string[] = [];
    const noting = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (target, name, receiver) => {
          asked.push(String(name));
          return Reflect.get(target, name, receiver);
        },
      });
    const watched = { ...world, alarms: noting(world.alarms), watchdog: noting(world.watchdog) };
    goRed(world, 'gateway');
    expect(
      await triage(watched, signalEvent({ component: 'database', metric: 'memory' }, 'one')),
    ).toMatchObject({
      decision: 'heal',
    });
    expect(asked).toEqual([]);
  });
});

describe('a component at fault', () => {
  it('gets a signal that heals it, once for an alert, and is not diagnosed again', async () => {
    const world = worldOf({ ...HEALTH, dependsOn: ['gateway'] });
    goRed(world, 'gateway');
    await goSilent(world, 'database');
    await alarmed(world);
    await alarmed(world);
    const [first, second, ...more] = world.events.signals;
    expect(more).toEqual([]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ component: 'database', origin: 'diagnosis', suggestedAction: 'restart' });
    const event = signalEvent({ ...first }, 'passed-on');
    expect(parseSignal(event, world.configuration, NOON).kind).toBe('alert');
    expect(await triage(world, event)).toMatchObject({ decision: 'heal', component: 'database' });
  });

  it('gets no further signal while an alarm of its own is red', async () => {
    const world = worldOf();
    goRed(world, 'database');
    await alarmed(world);
    expect(world.events.signals).toEqual([]);
  });

  it('causes one call of a person, with the evidence, if it cannot be healed here', async () => {
    const world = worldOf({ ...HEALTH, excluded: true });
    await goSilent(world, 'database');
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    await triage(world, signalEvent({ component: 'gateway', metric: 'memory' }, 'still-unhealthy'));
    expect(world.events.signals).toEqual([]);
    expect(world.notifier.sent).toHaveLength(1);
    expect(world.notifier.sent[0]).toMatchObject({
      topic: 'architect',
      body: {
        kind: 'cause-elsewhere',
        component: 'gateway',
        atFault: 'database',
        supports: [expect.stringContaining('has not answered its heartbeat')],
      },
    });
  });
});

describe('the call of a person about a component at fault', () => {
  const called = async (more: object = {}) => {
    const world = worldOf({ excluded: true });
    goRed(world, 'database');
    await alarmed(world, 'gateway', { reason: 'it is slow', ...more });
    return world.notifier.sent;
  };

  it('has all that a person looks for', async () => {
    expect(await called()).toStrictEqual([
      {
        topic: 'architect',
        subject: 'Selfheal: database makes gateway unhealthy',
        body: {
          ...{ kind: 'cause-elsewhere', component: 'gateway', metric: 'memory', reason: 'it is slow' },
          message:
            'gateway was left alone: its dependency database is at fault and cannot be healed automatically: it is excluded from healing.',
          ...{ origin: 'monitor', atFault: 'database', confidence: 0.79, missing: [] },
          supports: ['alarm selfheal-database-memory has been red since 2026-11-22T13:30:00.000Z'],
          ...{ incidentId: expect.stringMatching(/./), components: ['gateway'] },
        },
      },
    ]);
  });

  it('names the alarm, if one reported it', async () => {
    const [plain] = await called();
    expect(plain?.body).not.toHaveProperty('alarmName');
    const [named] = await called({ origin: 'reconciler', alarmName: memoryAlarm('gateway') });
    expect(named?.body).toMatchObject({ alarmName: memoryAlarm('gateway') });
  });

  it('has a subject that a topic accepts, however long the names are', async () => {
    const name = `d${'a'.repeat(59)}`;
    const caller = `g${'b'.repeat(59)}`;
    const plain = createWorld(
      configured({
        components: {
          [caller]: withMemoryAlarm({ dependsOn: [name] }),
          [name]: withMemoryAlarm({ excluded: true }),
        },
      }),
    );
    const sleep = () => new Promise<never>(() => undefined);
    const world = { ...plain, clock: { ...plain.clock, nowMs: () => NOON, sleep } };
    goRed(world, name);
    await alarmed(world, caller);
    expect(world.notifier.sent[0]?.subject).toHaveLength(99);
  });
});

describe('two components at fault at the same time', () => {
  const brokenWorld = () => {
    const world = createWorld(
      configured({
        components: {
          gateway: withMemoryAlarm({ dependsOn: ['database', 'cache'] }),
          database: withMemoryAlarm(HEALTH),
          cache: withMemoryAlarm(),
        },
        strategies: [{ trigger: { metrics: ['memory'], statuses: ['OFFLINE'] } }],
      }),
    );
    goRed(world, 'cache');
    return {
      ...world,
      clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise<never>(() => undefined) },
    };
  };

  it('are named together, the likelier first, and are both healed', async () => {
    const world = brokenWorld();
    await goSilent(world, 'database');
    expect(await alarmed(world)).toMatchObject({
      reason: 'CAUSE_ELSEWHERE',
      detail: expect.stringContaining('database and cache (0.79) are at fault (confidence 0.90'),
    });
    const [handedOver, ...more] = world.events.signals;
    expect(more).toEqual([]);
    expect(await triage(world, signalEvent({ ...handedOver }, 'passed-on'))).toMatchObject({
      decision: 'heal',
      component: 'database',
    });
    expect(await alarmed(world, 'cache')).toMatchObject({ decision: 'heal', component: 'cache' });
  });

  it('may be asked about again at any time until both are being healed', async () => {
    const world = brokenWorld();
    await goSilent(world, 'database');
    await alarmed(world, 'database');
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    expect(await alarmed(world)).not.toHaveProperty('eligibleAtMs');
    await alarmed(world, 'cache');
    expect(await alarmed(world)).toMatchObject({ eligibleAtMs: NOON + 600_000 });
  });

  it('count as causes of the incident', async () => {
    const world = brokenWorld();
    await goSilent(world, 'database');
    await alarmed(world);
    const neighbourhood = neighbourhoods(world.configuration).get('gateway') ?? '';
    const [board] = await world.correlation.readBoards([neighbourhood]);
    expect(board?.incidents.flatMap(({ causes }) => causes)).toMatchObject([
      { component: 'database', confidence: 0.9 },
      { component: 'cache', confidence: 0.79 },
    ]);
  });
});

describe('a component of which nothing is known', () => {
  it('has people called, and is not healed because of those that call it', async () => {
    const plain = createWorld(
      configured({
        components: {
          gateway: withMemoryAlarm({ dependsOn: ['orders', 'payments'] }),
          orders: { ...withErrorAlarm('orders'), dependsOn: ['database'] },
          payments: { ...withErrorAlarm('payments'), dependsOn: ['database'] },
          database: { signals: ['memory'] },
        },
        strategies: [{ trigger: { metrics: ['memory', 'error_rate'] } }],
      }),
    );
    const sleep = () => new Promise<never>(() => undefined);
    const world = { ...plain, clock: { ...plain.clock, nowMs: () => NOON, sleep } };
    for (const name of ['orders-errors', 'payments-errors']) {
      world.alarms.named.set(name, 'ALARM');
      world.alarms.since.set(name, NOON);
    }
    expect(await alarmed(world)).toMatchObject({
      reason: 'CAUSE_ELSEWHERE',
      detail: expect.stringContaining('database is at fault (confidence 0.75'),
    });
    expect(world.events.signals).toEqual([]);
    expect(world.notifier.sent.map(({ body }) => body)).toMatchObject([
      {
        kind: 'cause-elsewhere',
        atFault: 'database',
        message: expect.stringContaining(
          ': nothing of it is measured that would tell whether a repair helped.',
        ),
      },
    ]);
  });
});

describe('a component at fault that is only observed', () => {
  it('has a person called, once, for a caller that would be healed', async () => {
    const world = worldOf({ mode: 'observe' });
    goRed(world, 'database');
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    await triage(world, signalEvent({ component: 'gateway', metric: 'memory' }, 'still-unhealthy'));
    expect(world.notifier.sent.map(({ body }) => body)).toMatchObject([
      { kind: 'cause-elsewhere', atFault: 'database', message: expect.stringContaining('observe mode') },
    ]);
  });
});

describe('two components that depend on each other', () => {
  it('do not wait for each other while both are red', async () => {
    const world = worldOf({ dependsOn: ['gateway'] });
    goRed(world, 'gateway');
    goRed(world, 'database');
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    expect(await alarmed(world, 'database')).toMatchObject({ decision: 'heal', component: 'database' });
  });
});

describe('evidence that cannot be read', () => {
  it('does not keep a component from a repair', async () => {
    const world = worldOf();
    goRed(world, 'database');
    world.alarms.redSince = () => Promise.reject(new StoreUnavailable('throttled'));
    expect(await alarmed(world)).toMatchObject({ decision: 'heal', component: 'gateway' });
  });

  it('holds up a decision for no longer than two seconds', async () => {
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => void waits.push(milliseconds);
    const plain = worldOf();
    const world = { ...plain, clock: { ...plain.clock, sleep } };
    world.alarms.redSince = () => new Promise(() => undefined);
    const alert = parseSignal(
      signalEvent({ component: 'gateway', metric: 'memory' }, 'a'),
      world.configuration,
      NOON,
    );
    if (alert.kind !== 'alert') throw new Error('no alert');
    expect(await diagnoseAlert(world, alert.alert, { looksElsewhere: true, judgesCauses: false })).toEqual({
      alert: alert.alert,
    });
    expect(waits).toEqual([2_000]);
  });
});
