import { describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../../functions/app/diagnosis/gather-evidence.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { parseSignal } from '../../../../functions/core/signal/parse-signal.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { MetricData, SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { type Minute, readsOf, trafficMetrics } from '../../../factories/operations/traffic.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const BEGAN_MS = NOON - 300_000;
const failing: Minute = (atMs) => ({
  requests: 600,
  value: atMs < BEGAN_MS ? 1 + ((atMs / 60_000) % 2) : 200,
});
const calm: Minute = (atMs) => ({ requests: 600, value: 1 + ((atMs / 60_000) % 2) });

/** A gateway that depends on a database; both are measured, and nothing of the database is red. */
function worldOf(
  read: MetricData['read'],
  more: Readonly<Record<string, unknown>> = {},
  measured: Readonly<Record<string, unknown>> = { traffic: trafficMetrics('gateway') },
): World {
  const world = createWorld(
    configured({
      components: {
        gateway: { ...measured, signals: ['error_rate'], dependsOn: ['database'] },
        database: { traffic: trafficMetrics('database'), signals: ['error_rate'], ...more },
      },
      strategies: [{ trigger: { metrics: ['error_rate', 'memory'] } }],
    }),
  );
  return {
    ...world,
    metricData: { read },
    clock: { ...world.clock, nowMs: () => NOON + 90_000, sleep: () => new Promise(() => undefined) },
  };
}

const reading =
  (minutes: Readonly<Record<string, Minute>>): MetricData['read'] =>
  async (queries) => ({ reads: readsOf(minutes, queries), notes: [] });

const event = (metric = 'error_rate') => signalEvent({ component: 'gateway', metric }, 'gateway-fails');
const alarmed = (world: World, metric?: string) => triage(world, event(metric));

async function evidenceOf(world: World) {
  const parsed = parseSignal(event(), world.configuration, NOON);
  if (parsed.kind !== 'alert') throw new Error('no alert');
  return await gatherEvidence(world, parsed.alert);
}

describe('a dependency that metrics show to be at fault', () => {
  it('gets the signal although nothing of it is red, under the metric of the alert and without asking for a restart', async () => {
    const world = worldOf(reading({ gateway: failing, database: failing }));
    expect(await alarmed(world)).toMatchObject({
      reason: 'CAUSE_ELSEWHERE',
      detail: expect.stringMatching(/database is at fault .* accounts for \d+ % of the additional failures/),
    });
    const [signal] = world.events.signals;
    expect(signal).toMatchObject({ component: 'database', metric: 'error_rate', origin: 'diagnosis' });
    expect(signal).not.toHaveProperty('suggestedAction');
  });

  it('gets the signal although the alarmed component itself is not measured', async () => {
    const world = worldOf(reading({ database: failing }), {}, {});
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    expect(world.events.signals).toMatchObject([{ component: 'database' }]);
  });

  it('has people called if no strategy is for that metric there', async () => {
    const world = worldOf(reading({ gateway: failing, database: failing }), { excluded: true });
    expect(await alarmed(world)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    expect(world.events.signals).toEqual([]);
    expect(world.notifier.sent).toMatchObject([{ body: { atFault: 'database' } }]);
  });
});

describe('an alarmed component', () => {
  it('begins a repair if metrics show that the fault is its own', async () => {
    const world = worldOf(reading({ gateway: failing, database: calm }));
    expect(await alarmed(world)).toMatchObject({ decision: 'heal', component: 'gateway' });
  });

  it('has its metrics read in one request of three series per component and those of its host that no alarm watches, and only if the alert is about them', async () => {
    const asked: (readonly SeriesQuery[])[] = [];
    const world = worldOf(async (queries) => {
      asked.push(queries);
      return { reads: readsOf({}, queries), notes: [] };
    });
    await alarmed(world);
    const names = asked[0]?.map(({ source }) => source.kind === 'metric' && source.metric.namespace);
    expect(names).toEqual([
      ...Array(6).fill('Shop'),
      'AWS/EC2',
      'CWAgent',
      'CWAgent',
      'AWS/EC2',
      'CWAgent',
      'CWAgent',
    ]);
    await alarmed(world, 'memory');
    expect(asked).toHaveLength(1);
  });
});

describe('a dependency without metrics', () => {
  const HEALTH = { health: { url: 'https://database.example.com/health' } };

  it.each([
    ['misses no heartbeat', {}, true],
    ['has missed one', { database: 'DEGRADED' }, true],
    ['does not answer', { database: 'OFFLINE' }, false],
    ['does not answer everywhere', { database: 'DEGRADED', replica: 'OFFLINE' }, false],
  ] as const)(
    'can be judged by its callers only while it is down: it %s',
    async (_, statuses, isUnjudged) => {
      const plain = worldOf(reading({ gateway: failing }), { traffic: undefined, ...HEALTH });
      const replica = { ...HEALTH.health, component: 'database', targets: [], enabled: true };
      const world = {
        ...plain,
        configuration: { ...plain.configuration, peers: { replica } },
        watchdog: {
          ...plain.watchdog,
          listShards: async () => {
            const states = Object.entries(statuses).map(([name, status]) => [
              ...[name, { status, missedCount: 3, restartCount: 0, lastSeenMs: NOON }],
            ]);
            return [{ states: Object.fromEntries(states) }] as never;
          },
        },
      };
      const { excess } = await evidenceOf(world);
      expect(excess?.unjudged ?? []).toEqual(isUnjudged ? ['database'] : []);
    },
  );
});

describe('metrics that cannot be read', () => {
  it.each([
    ['do not answer in time', () => new Promise<never>(() => undefined), 'no answer within 2 s'],
    [
      'are throttled',
      () => Promise.reject(new ServiceUnavailable('Throttling')),
      'ServiceUnavailable: Throttling',
    ],
    [
      'are not known',
      async () => ({ reads: [undefined], notes: ['InternalError'] }),
      'ServiceUnavailable: InternalError',
    ],
    [
      'are not known, nobody knows why',
      async () => ({ reads: [], notes: [] }),
      'ServiceUnavailable: no answer for the traffic of gateway',
    ],
  ])('appear as missing if they %s, and the repair goes on', async (_, read, why) => {
    const plain = worldOf(read);
    const world = {
      ...plain,
      clock: { ...plain.clock, sleep: () => new Promise<void>((end) => setTimeout(end, 20)) },
    };
    const { missing, excess } = await evidenceOf(world);
    expect(missing).toStrictEqual([{ source: 'metrics', why }]);
    expect(excess).toBeUndefined();
    expect(await alarmed(world)).toMatchObject({ decision: 'heal', component: 'gateway' });
  });

  it('are none of traffic where nothing around the component has any, and lower the confidence of no cause', async () => {
    const throttled = () => Promise.reject(new ServiceUnavailable('Throttling'));
    const more = { traffic: undefined };
    const plain = worldOf(throttled, more, {});
    const { components } = configured({ components: { other: { traffic: trafficMetrics('other') } } });
    const configuration = {
      ...plain.configuration,
      components: { ...plain.configuration.components, ...components },
    };
    const { missing } = await evidenceOf({ ...plain, configuration });
    expect(missing).toEqual([{ source: 'resources', why: expect.stringContaining('Throttling') }]);
  });

  it('cause a note of the missing permission', async () => {
    const denied = new NotPermitted({ action: 'cloudwatch:GetMetricData', role: 'triage' });
    const world = worldOf(() => Promise.reject(denied));
    expect(await alarmed(world)).toMatchObject({ decision: 'heal' });
    expect(await world.store.listDenials()).toMatchObject([{ action: 'cloudwatch:GetMetricData' }]);
  });
});
