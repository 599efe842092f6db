import { describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../../functions/app/diagnosis/gather-evidence.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { neighbourhoods } from '../../../../functions/core/correlation/neighbourhood.ts';
import { faultsElsewhere } from '../../../../functions/core/diagnosis/fault-elsewhere.ts';
import { GraphUnreadable } from '../../../../functions/ports/discovered-graphs.ts';
import { NotPermitted, ServiceUnavailable, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A symptom: what a component calls may be behind it. */
const METRIC = 'error_rate';
const alarmOf = (component: string) => `${component}-errors`;
const withAlarm = (component: string, fields: Fields = {}) => ({
  ...fields,
  alarms: { errors: { adopt: alarmOf(component), metric: METRIC } },
});
const RESTART = { trigger: { metrics: [METRIC] } };
const ALERT = { ...alertOf('gateway'), metric: METRIC };

/** Three components, of which X-Ray has seen some calls; time stands still, so that nothing is late. */
async function worldOf(
  discovered: readonly string[],
  more: { readonly [component: string]: Fields } = {},
  strategies: readonly Fields[] = [RESTART],
): Promise<World> {
  const world = createWorld(
    configured({
      settings: { graph: { discover: ['xray'] } },
      components: {
        gateway: withAlarm('gateway', more['gateway']),
        orders: withAlarm('orders', more['orders']),
        database: withAlarm('database', more['database']),
      },
      strategies,
    }),
  );
  const dependencies = discovered.map((call) => {
    const [caller = '', callee = ''] = call.split('>');
    return { caller, callee, sources: ['xray' as const], lastSeenMs: NOON };
  });
  await world.discovered.saveGraph({ revision: 1, dependencies });
  return {
    ...world,
    clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise(() => undefined) },
  };
}

const alarmed = (world: World, component = 'gateway') =>
  triage(world, signalEvent({ component, metric: METRIC }, `${component}-is-unhealthy`));

/** Those that call others are red first: of two that call each other, they would be taken for the cause. */
function goRed(world: World, component: string): void {
  const earlierMs = ['database', 'orders', 'gateway'].indexOf(component) * 1_000;
  world.alarms.named.set(alarmOf(component), 'ALARM');
  world.alarms.since.set(alarmOf(component), NOON - earlierMs);
}

/** The names of those at fault for an alert of the gateway. */
async function atFault(world: World): Promise<readonly string[]> {
  return faultsElsewhere(await gatherEvidence(world, ALERT)).map(({ component }) => component);
}

describe('a dependency that was discovered', () => {
  it('keeps what depends on it from being healed while its own alarm is red, and is not signalled', async () => {
    const world = await worldOf(['gateway>orders', 'orders>database']);
    goRed(world, 'database');
    expect(await alarmed(world)).toMatchObject({
      reason: 'CAUSE_ELSEWHERE',
      detail: expect.stringMatching(/database is at fault .*that it is called was discovered, not declared/),
    });
    expect(world.events.signals).toEqual([]);
  });

  it('changes nothing as long as nothing is seen of it', async () => {
    const world = await worldOf(['gateway>orders', 'gateway>database']);
    expect(await alarmed(world)).toMatchObject({ decision: 'heal', component: 'gateway' });
    expect(world.events.signals).toEqual([]);
  });

  it('is part of the graph although it leads to nothing that is not declared', async () => {
    const world = await worldOf(['gateway>orders', 'orders>gateway'], {
      gateway: { dependsOn: ['orders', 'database'] },
    });
    const { completedGraph, components } = await gatherEvidence(world, ALERT);
    expect(completedGraph).toBeDefined();
    expect(components.map(({ component }) => component).toSorted()).toEqual([
      ...['database', 'gateway', 'orders'],
    ]);
    expect(components.some((each) => 'isDiscovered' in each)).toBe(false);
  });

  it('is looked at beside what is declared, and marked', async () => {
    const world = await worldOf(['gateway>database'], { gateway: { dependsOn: ['orders'] } });
    const { components } = await gatherEvidence(world, ALERT);
    expect(components.map(({ component, isDiscovered = false }) => [component, isDiscovered])).toEqual([
      ['gateway', false],
      ['orders', false],
      ['database', true],
    ]);
  });

  it('gets no signal though its heartbeats are missed: the watchdog sends its own', async () => {
    const health = { health: { url: 'https://database.example.com/health' } };
    const world = await worldOf(['gateway>database'], { database: health }, [
      { trigger: { metrics: [METRIC], statuses: ['OFFLINE'] } },
    ]);
    const state = { status: 'OFFLINE', missedCount: 3, restartCount: 1, lastSeenMs: NOON } as const;
    const listShards = async () => [{ states: { database: state } }] as never;
    expect(await alarmed({ ...world, watchdog: { ...world.watchdog, listShards } })).toMatchObject({
      reason: 'CAUSE_ELSEWHERE',
    });
    expect(world.events.signals).toEqual([]);
  });

  it('has a person called, once, if it is at fault and cannot be healed', async () => {
    const world = await worldOf(['gateway>database'], { database: { excluded: true } });
    goRed(world, 'database');
    await alarmed(world);
    await alarmed(world);
    expect(world.notifier.sent).toMatchObject([
      {
        body: {
          kind: 'cause-elsewhere',
          atFault: 'database',
          message: expect.stringContaining('discovered'),
        },
      },
    ]);
  });

  it('lets its caller be healed when it has recovered', async () => {
    const world = await worldOf(['gateway>database']);
    goRed(world, 'database');
    await alarmed(world);
    world.alarms.named.set(alarmOf('database'), 'OK');
    world.alarms.since.delete(alarmOf('database'));
    expect(await alarmed(world)).toMatchObject({ decision: 'heal', component: 'gateway' });
  });

  it('is not considered where `independentOf` rules it out', async () => {
    const world = await worldOf(['gateway>database'], { gateway: { independentOf: ['database'] } });
    goRed(world, 'database');
    expect(await alarmed(world)).toMatchObject({ decision: 'heal', component: 'gateway' });
  });

  it('is in the incident of what depends on it', async () => {
    const world = await worldOf(['gateway>database']);
    goRed(world, 'database');
    await alarmed(world, 'database');
    await alarmed(world);
    const [name = ''] = new Set(neighbourhoods(world.configuration).values());
    const [board] = await world.correlation.readBoards([name]);
    expect(board?.incidents.map(({ components }) => Object.keys(components).sort())).toEqual([
      ['database', 'gateway'],
    ]);
  });
});

describe('a wrong discovered dependency', () => {
  const declared = { gateway: { dependsOn: ['orders'] }, orders: { dependsOn: ['database'] } };

  it('between declared ones that both have trouble makes neither but the last be signalled', async () => {
    const right = await worldOf([], declared);
    const wrong = await worldOf(['database>orders', 'orders>gateway', 'database>gateway'], declared);
    for (const world of [right, wrong]) {
      goRed(world, 'orders');
      goRed(world, 'database');
      goRed(world, 'gateway');
      expect(await atFault(world)).toEqual(['database']);
    }
  });

  it('in a circle with the alarmed component does not make that be healed for a fault elsewhere', async () => {
    const world = await worldOf(['orders>gateway'], declared);
    goRed(world, 'gateway');
    goRed(world, 'orders');
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
  });

  it('never adds a component to those that get a signal, whichever of them are red', async () => {
    const names = ['gateway', 'orders', 'database'];
    const all = names.flatMap((caller) =>
      names.filter((each) => each !== caller).map((callee) => [caller, callee]),
    );
    // Every set of wrong dependencies, and every set of red alarms.
    for (let set = 0; set < 2 ** all.length; set += 1) {
      const wrong = all.filter((_, index) => (set >> index) % 2 === 1).map((call) => call.join('>'));
      for (let red = 0; red < 2 ** names.length; red += 1) {
        const signalled = await Promise.all(
          [[], wrong].map(async (discovered) => {
            const world = await worldOf(discovered, declared);
            for (const name of names.filter((_, index) => (red >> index) % 2 === 1)) goRed(world, name);
            const suspects = faultsElsewhere(await gatherEvidence(world, ALERT));
            return suspects.filter(({ isDiscovered }) => !isDiscovered).map(({ component }) => component);
          }),
        );
        const [without = [], withWrong = []] = signalled;
        expect(without).toEqual(expect.arrayContaining([...withWrong]));
      }
    }
  });

  it('changes nothing of what the traffic says about declared dependencies', async () => {
    const asked: unknown[] = [];
    const traffic = {
      requests: { namespace: 'Shop', metricName: 'Requests', dimensions: {} },
      latency: { namespace: 'Shop', metricName: 'Latency', dimensions: {}, unit: 'seconds' },
    };
    for (const discovered of [[], ['orders>database', 'database>gateway']]) {
      const more = {
        gateway: { traffic, dependsOn: ['orders'] },
        orders: { traffic },
        database: { traffic },
      };
      const world = await worldOf(discovered, more);
      const read: World['metricData']['read'] = async (queries) => {
        asked.push(queries);
        return { reads: [], notes: [] };
      };
      await gatherEvidence({ ...world, metricData: { read } }, { ...ALERT, metric: 'latency' });
    }
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });
});

describe('what was discovered, if it cannot be read,', () => {
  it.each([
    ['is out of reach', () => new StoreUnavailable('throttled')],
    ['cannot be decoded', () => new GraphUnreadable('item pk=DISCOVERED sk=GRAPH')],
    ['is not permitted', () => new NotPermitted({ action: 'dynamodb:GetItem' })],
  ])('is missing evidence that lowers no confidence in what is declared: it %s', async (_, error) => {
    const world = await worldOf(['gateway>orders'], { gateway: { dependsOn: ['database'] } });
    goRed(world, 'database');
    const readGraph = async () => {
      throw error();
    };
    const evidence = await gatherEvidence({ ...world, discovered: { readGraph } }, ALERT);
    expect(evidence.missing).toMatchObject([{ source: 'graph' }]);
    expect(faultsElsewhere(evidence)).toMatchObject([{ component: 'database', confidence: 0.79 }]);
  });

  it('is waited for only shortly, and keeps nothing that is declared from being read', async () => {
    const world = await worldOf(['gateway>orders'], { gateway: { dependsOn: ['database'] } });
    goRed(world, 'database');
    const hung = {
      ...world,
      clock: { ...world.clock, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) },
      discovered: { ...world.discovered, readGraph: () => new Promise<never>(() => undefined) },
    };
    const evidence = await gatherEvidence(hung, ALERT);
    expect(evidence.missing.map(({ source }) => source)).toEqual(['graph']);
    expect(faultsElsewhere(evidence)).toMatchObject([{ component: 'database', confidence: 0.79 }]);
    expect(await alarmed(hung)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
  });

  it('is left out if what it leads to cannot be read, and what is declared counts as much as before', async () => {
    const world = await worldOf(['gateway>orders'], { gateway: { dependsOn: ['database'] } });
    goRed(world, 'database');
    goRed(world, 'orders');
    const redSince: World['alarms']['redSince'] = async (names) => {
      if (names.includes(alarmOf('orders'))) throw new ServiceUnavailable('throttled');
      return await world.alarms.redSince(names);
    };
    const evidence = await gatherEvidence({ ...world, alarms: { redSince } }, ALERT);
    expect(evidence.missing).toMatchObject([{ source: 'graph' }]);
    expect(faultsElsewhere(evidence)).toMatchObject([{ component: 'database', confidence: 0.79 }]);
  });

  it('is not read where nothing is discovered', async () => {
    const world = createWorld(
      configured({
        components: { gateway: withAlarm('gateway', { dependsOn: ['orders'] }), orders: {} },
        strategies: [RESTART],
      }),
    );
    const readGraph = async () => expect.unreachable();
    const deps = { ...world, discovered: { ...world.discovered, readGraph } };
    expect(await alarmed(deps)).toMatchObject({ decision: 'heal' });
  });
});
