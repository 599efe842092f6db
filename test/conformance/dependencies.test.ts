import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRIC } from '../factories/deployed-engine/landscape.ts';
import { openEmbedded } from './places/embedded.ts';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** Eleven components that call `core`, some through others. */
const CALLERS = Array.from({ length: 11 }, (_, index) => `caller-${index + 1}`);
const ALARMS_IN_ALL = 40;
const METRICS = [METRIC, 'latency', 'queue_depth', 'saturation'];
const SEVERAL = { signals: METRICS };
const ANY = { trigger: { metrics: METRICS } };

describe.each(PLACES)('an alarm behind which something else is at fault, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      components: {
        gateway: { more: { dependsOn: ['orders'] } },
        orders: { more: { dependsOn: ['database'] } },
        database: {},
        shop: { more: { dependsOn: ['stock'] } },
        stock: { strategies: [{ components: ['nothing-else'] }] },
        'nothing-else': { strategies: [] },
        entry: { more: { dependsOn: ['back'] } },
        back: { more: { dependsOn: ['entry'] } },
      },
    });
  });
  afterAll(() => place?.stop());

  const refused = (component: string) => place.poll(() => place.reasons(component));
  const untouched = (component: string) =>
    expect(place.hosts.requests.filter((run) => run.component === component)).toEqual([]);

  together('heals the dependency at fault, and leaves alone what only suffers from it', async () => {
    await place.setAlarm('database', 'ALARM', 'disk full');
    await place.setAlarm('gateway', 'ALARM', 'too many errors');
    await place.setAlarm('orders', 'ALARM', 'too many errors');
    const { operation } = await place.ended('database');
    expect(operation).toMatchObject({ component: 'database', result: 'SUCCESS' });
    await refused('gateway').toContain('CAUSE_ELSEWHERE');
    await refused('orders').toContain('CAUSE_ELSEWHERE');
    untouched('gateway');
    untouched('orders');
    const [refusal] = await place.store.listRefusals('gateway', 1);
    expect(refusal?.detail).toContain('database is at fault');
  });

  together('calls a person once if no strategy heals the dependency at fault', async () => {
    await place.setAlarm('stock', 'ALARM', 'disk full');
    await refused('stock').toEqual(['NO_STRATEGY']);
    await place.setAlarm('shop', 'ALARM', 'too many errors');
    await refused('shop').toContain('CAUSE_ELSEWHERE');
    await place
      .poll(() => place.notifications('architect', 'shop').map(({ kind, atFault }) => [kind, atFault]))
      .toEqual([['cause-elsewhere', 'stock']]);
    untouched('shop');
  });

  together('heals one of two components that depend on each other, not both', async () => {
    await place.setAlarm('entry', 'ALARM', 'too many errors');
    const { operation } = await place.ended('entry');
    expect(operation).toMatchObject({ component: 'entry', result: 'SUCCESS' });
    await place.setAlarm('back', 'ALARM', 'too many errors');
    await refused('back').toContain('CAUSE_ELSEWHERE');
    untouched('back');
  });
});

describe('metrics of the requests that components answer, embedded', () => {
  const MINUTE_MS = 60_000;
  const traffic = (name: string) => ({
    requests: { namespace: 'Shop', metricName: `${name}-requests` },
    failures: { namespace: 'Shop', metricName: `${name}-failures` },
  });
  let place: Place;
  beforeAll(async () => {
    place = await openEmbedded({
      components: {
        gateway: { more: { dependsOn: ['orders'], traffic: traffic('gateway') } },
        orders: { more: { dependsOn: ['database'], traffic: traffic('orders') } },
        database: { more: { traffic: traffic('database') } },
      },
    });
  });
  afterAll(() => place?.stop());

  it('have the database healed whose failures ring only the gateway’s alarm', async () => {
    const put = (name: string, atMs: number, value: number) =>
      place.putMetric?.({ namespace: 'Shop', name, atMs, value });
    const thisMinuteMs = Math.floor(place.nowMs() / MINUTE_MS) * MINUTE_MS;
    for (let minute = 240; minute > 0; minute -= 1) {
      const atMs = thisMinuteMs - minute * MINUTE_MS;
      for (const name of ['gateway', 'orders', 'database']) {
        put(`${name}-requests`, atMs, 600);
        put(`${name}-failures`, atMs, minute > 5 ? 1 + (minute % 2) : 200);
      }
    }
    await place.setAlarm('gateway', 'ALARM', 'too many errors');
    const { operation } = await place.ended('database');
    expect(operation).toMatchObject({ component: 'database', alert: { origin: 'diagnosis' } });
    expect(await place.reasons('gateway')).toContain('CAUSE_ELSEWHERE');
    for (const name of ['gateway', 'orders']) expect(place.requestsOf(name)).toEqual([]);
  });
});

// MiniStack starts a process for every function that runs at the same time: a storm takes it minutes.
describe('a storm of alarms, embedded', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openEmbedded({
      components: {
        core: {
          more: SEVERAL,
          strategies: [{ ...ANY, actions: [{ type: 'start_component' }, { type: 'notify_architect' }] }],
        },
        ...Object.fromEntries(
          CALLERS.map((name, index) => [
            name,
            {
              more: { ...SEVERAL, dependsOn: [index < 8 ? 'core' : (CALLERS[index - 8] ?? 'core')] },
              strategies: [ANY],
            },
          ]),
        ),
      },
    });
  });
  afterAll(() => place?.stop());

  it('treats forty alarms on twelve components as one incident, and heals only its cause', async () => {
    const all = ['core', ...CALLERS];
    const raised = (name: string, alarm: number) =>
      alarm === 0
        ? place.setAlarm(name, 'ALARM', 'too many errors')
        : place.signal(name, { metric: METRICS[alarm] });
    await raised('core', 0);
    await Promise.all(
      Array.from({ length: ALARMS_IN_ALL - 1 }, (_, index) =>
        raised(all[(index + 1) % all.length] ?? 'core', Math.floor((index + 1) / all.length)),
      ),
    );
    const { operation } = await place.ended('core');
    expect(operation).toMatchObject({ component: 'core', result: 'SUCCESS' });
    for (const name of CALLERS) await place.poll(() => place.reasons(name)).toContain('CAUSE_ELSEWHERE');

    const incidents = async () => (await place.correlation.readBoards(['caller-1']))[0]?.incidents ?? [];
    await place
      .poll(async () => (await incidents()).map(({ components }) => Object.keys(components).sort()))
      .toEqual([all.toSorted()]);
    await place.poll(async () => (await incidents())[0]?.alerts.length).toBe(ALARMS_IN_ALL);
    const [incident] = await incidents();
    expect(incident).toMatchObject({ atFault: 'core', operationIds: [operation.operationId] });
    for (const name of CALLERS) expect(place.requestsOf(name)).toEqual([]);
    expect(all.flatMap((name) => place.notifications('architect', name))).toHaveLength(1);

    for (const name of all) await place.setAlarm(name, 'OK', 'recovered');
    const over = () => place.correlation.listEnded(0, 10);
    const ended = await place.until('the end of the incident', 120, async () =>
      (await over()).find(({ incidentId }) => incidentId === incident?.incidentId),
    );
    expect(ended.resolvedAtMs).toBeGreaterThan(ended.beganAtMs);
    expect(
      (await place.store.listOperations(50)).filter(({ component }) => all.includes(component)),
    ).toHaveLength(1);
  });
});
