import { describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../../functions/app/diagnosis/gather-evidence.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const HOST = 'i-0123456789abcdef7';

function worldOf(database: Readonly<Record<string, unknown>> = {}): World {
  const world = createWorld(
    configured({
      components: {
        gateway: withMemoryAlarm({ dependsOn: ['database'] }),
        database: { signals: ['disk'], ...database },
      },
      strategies: [{ trigger: { metrics: ['memory', 'disk', 'descriptor_leak'] } }],
    }),
  );
  return atNoon(world);
}

/** Time stands still, so that nothing is late. */
function atNoon(world: World): World {
  return {
    ...world,
    clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise(() => undefined) },
  };
}

const alert = { ...alertOf('gateway'), metric: 'latency_p99', occurredAtMs: NOON };
const signsOf = async (world: World) =>
  (await gatherEvidence(world, alert)).components.map(({ component, signs }) => ({ component, signs }));

const metric = (name: string) => ({ namespace: 'Shop', metricName: name });
const traffic = { requests: metric('requests'), latency: { ...metric('latency'), unit: 'milliseconds' } };

/** The CPU of the database's host has been busy for four minutes; all else is calm. */
function busyCpu() {
  const asked: (readonly SeriesQuery[])[] = [];
  const metricData = {
    read: async (queries: readonly SeriesQuery[]) => {
      asked.push(queries);
      return {
        notes: [],
        reads: queries.map(({ source, window }) => {
          const metric = source.kind === 'metric' ? source.metric : undefined;
          const isCpu = metric?.metricName === 'CPUUtilization' && metric.dimensions?.['InstanceId'] === HOST;
          const minutes = (window.endMs - window.startMs) / MINUTE_MS;
          const points = Array.from({ length: minutes }, (_, minute) => ({
            atMs: window.startMs + minute * MINUTE_MS,
            value: isCpu && minute >= minutes - 4 ? 97 : 10,
          }));
          return { points, completeUntilMs: window.endMs };
        }),
      };
    },
  };
  return { asked, metricData };
}

describe('the evidence for an alert', () => {
  it('has what a monitor reports of a dependency, until nobody has repeated it for half an hour', async () => {
    const world = worldOf();
    await world.store.noteReport('database', 'monitor/disk', NOON - 5 * MINUTE_MS);
    const says = 'a monitor reports disk, last at 2026-11-22T13:25:00.000Z';
    expect(await signsOf(world)).toEqual([
      { component: 'gateway', signs: undefined },
      { component: 'database', signs: [{ metric: 'disk', atMs: NOON - 5 * MINUTE_MS, says }] },
    ]);
    const later = { ...world, clock: { ...world.clock, nowMs: () => NOON + 25 * MINUTE_MS } };
    expect((await signsOf(later))[1]?.signs).toBeUndefined();
  });

  it('has no report that its own monitor has not repeated, however often another reports', async () => {
    const world = worldOf();
    await world.store.noteReport('database', 'monitor/disk', NOON - 7 * 60 * MINUTE_MS);
    await world.store.noteReport('database', 'monitor/latency', NOON - 4 * MINUTE_MS);
    expect((await signsOf(world))[1]?.signs?.map(({ metric }) => metric)).toEqual(['latency']);
  });

  it('has no report on requests, which may have become too few as well as too many', async () => {
    const world = worldOf();
    await world.store.noteReport('database', 'anomaly', NOON, 'throughput');
    await world.store.noteReport('database', 'monitor/requests', NOON);
    await world.store.noteReport('database', 'monitor/disk', NOON);
    expect((await signsOf(world))[1]?.signs?.map(({ metric }) => metric)).toEqual(['disk']);
  });

  it('has the metric that the last anomaly was on', async () => {
    const world = worldOf();
    await triage(
      world,
      signalEvent(
        { component: 'database', metric: 'descriptor_leak', origin: 'anomaly', severity: 'CRITICAL' },
        'a',
      ),
    );
    expect((await signsOf(world))[1]?.signs).toEqual([
      expect.objectContaining({ metric: 'descriptor_leak', says: expect.stringContaining('the analysis') }),
    ]);
  });

  it('has what AWS publishes of a host that no alarm watches, read beside the traffic in one request', async () => {
    const world = worldOf({ targets: { instanceIds: [HOST] }, traffic });
    const { asked, metricData } = busyCpu();
    const { components } = await gatherEvidence({ ...world, metricData }, alert);
    expect(asked).toHaveLength(1);
    expect(components.map(({ component, signs }) => [component, signs?.map((sign) => sign.metric)])).toEqual([
      ['gateway', undefined],
      ['database', ['cpu']],
    ]);
  });

  it('has what is short now, and not what was half an hour after an alarm went red', async () => {
    const world = worldOf({ targets: { instanceIds: [HOST] }, traffic });
    const { asked, metricData } = busyCpu();
    const onsetMs = NOON - 5 * 60 * MINUTE_MS;
    const { components } = await gatherEvidence(
      { ...world, metricData },
      { ...alert, occurredAtMs: onsetMs },
    );
    const ends = asked
      .flat()
      .map(({ source, window }) => [
        source.kind === 'metric' && source.metric.metricName,
        (NOON - window.endMs) / MINUTE_MS,
      ]);
    expect(ends).toEqual(
      expect.arrayContaining([
        ['requests', 270],
        ['CPUUtilization', 0],
      ]),
    );
    expect(components[1]?.signs).toMatchObject([{ metric: 'cpu', atMs: NOON - 4 * MINUTE_MS }]);
  });

  it('has what is short at a component that misses its heartbeats, which may be why it is silent', async () => {
    const world = worldOf({ targets: { instanceIds: [HOST] }, traffic });
    const { asked, metricData } = busyCpu();
    const missed = { ...alert, component: 'database', metric: 'heartbeat' };
    const { components } = await gatherEvidence({ ...world, metricData }, missed);
    expect(asked.flat().map(({ source }) => source.kind === 'metric' && source.metric.metricName)).toEqual([
      'CPUUtilization',
      'mem_used_percent',
      'disk_used_percent',
    ]);
    expect(components).toMatchObject([{ component: 'database', signs: [{ metric: 'cpu' }] }]);
  });

  it('has that of the alarmed component alone where only others have traffic', async () => {
    const world = atNoon(
      createWorld(
        configured({
          components: {
            gateway: { signals: ['latency_p99'], traffic },
            database: { targets: { instanceIds: [HOST] }, signals: ['latency_p99'] },
          },
          strategies: [{ trigger: { metrics: ['latency_p99'] } }],
        }),
      ),
    );
    const { asked, metricData } = busyCpu();
    const evidenceOf = (metric: string) =>
      gatherEvidence({ ...world, metricData }, { ...alert, component: 'database', metric });
    expect((await evidenceOf('latency_p99')).components).toMatchObject([
      { component: 'database', signs: [{ metric: 'cpu' }] },
    ]);
    // An alert on a resource says itself what is short.
    await evidenceOf('memory');
    expect(asked.map(({ length }) => length)).toEqual([3]);
  });
});
