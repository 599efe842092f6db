import { describe, expect, it } from 'vitest';
import { strainQueries, strainSigns, strainWindow } from '../../../../functions/core/diagnosis/strain.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const WINDOW = { startMs: NOON - 200 * MINUTE_MS, endMs: NOON };
const HOSTS = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];

const queriesOf = (fields: Readonly<Record<string, unknown>>) =>
  strainQueries(
    configured({
      components: { web: fields },
      strategies: [{ components: ['web'], trigger: { metrics: ['error_rate'] } }],
    }).components,
    ['web', 'not-configured'],
    WINDOW,
  );

/** One value a minute until now. */
const minutely = (values: readonly number[]) => ({
  completeUntilMs: NOON,
  points: values.map((value, index) => ({ atMs: NOON - (values.length - index) * MINUTE_MS, value })),
});

describe('metrics that no alarm watches', () => {
  const errors = { alarms: { errors: { adopt: 'web-errors', metric: 'error_rate' } } };

  it('are those of each host', () => {
    const queries = queriesOf({ targets: { instanceIds: HOSTS }, ...errors });
    expect(queries.map(({ metric, instanceId }) => `${metric} ${instanceId}`)).toEqual(
      ['cpu', 'memory', 'disk'].flatMap((metric) => HOSTS.map((host) => `${metric} ${host}`)),
    );
    expect(queries.at(-1)).toMatchObject({
      source: {
        kind: 'metric',
        metric: {
          ...{ namespace: 'CWAgent', metricName: 'disk_used_percent', statistic: 'Maximum' },
          dimensions: { InstanceId: HOSTS[1] },
        },
      },
      ...{ component: 'web', periodSeconds: 60, window: WINDOW },
    });
  });

  it('are those of five hosts at most', () => {
    const hosts = Array.from({ length: 6 }, (_, index) => `i-0123456789abcdef${index}`);
    const queries = queriesOf({ targets: { instanceIds: hosts }, ...errors });
    const cpu = queries.filter(({ metric }) => metric === 'cpu').map(({ instanceId }) => instanceId);
    expect(cpu).toEqual(hosts.slice(0, 5));
  });

  it('are what AWS publishes of a function', () => {
    const [throttles, ...more] = queriesOf({ targets: { lambdaAlias: 'orders:live' }, ...errors });
    expect(more).toEqual([]);
    expect(throttles).toStrictEqual({
      ...{ component: 'web', metric: 'throttles', periodSeconds: 60, window: WINDOW },
      source: {
        kind: 'metric',
        metric: {
          ...{ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum' },
          dimensions: { FunctionName: 'orders', Resource: 'orders:live' },
        },
      },
    });
  });

  it('are left to the alarms where there are some', () => {
    const alarms = { ...errors.alarms, heap: { adopt: 'web-heap', metric: 'heap_used' } };
    const metrics = queriesOf({ targets: { instanceIds: [HOSTS[0]] }, alarms }).map(({ metric }) => metric);
    expect(metrics).toEqual(['cpu', 'disk']);
  });
});

it('are read from what is usual to the last whole minute, and never for more than twelve hours', () => {
  const hours = (count: number) => count * 60 * MINUTE_MS;
  const traffic = (startMs: number) => ({ startMs, endMs: startMs + hours(4) });
  expect(strainWindow(traffic(NOON - hours(9)), NOON + 59_999)).toEqual({
    ...{ startMs: NOON - hours(9), endMs: NOON },
  });
  expect(strainWindow(traffic(NOON - hours(48)), NOON).startMs).toBe(NOON - hours(12));
});

describe('what is short at a component', () => {
  const [cpu, memory] = queriesOf({
    ...{ targets: { instanceIds: [HOSTS[0]] } },
    alarms: { errors: { adopt: 'web-errors', metric: 'error_rate' } },
  });
  if (!cpu || !memory) throw new Error('no series is read');
  const calm = Array.from({ length: 60 }, () => 30);
  const signsOf = (values: readonly number[]) => strainSigns([cpu], [minutely(values)]).get('web');

  it('is a sign also where it has been short for longer than it was not', () => {
    const values = [...Array.from({ length: 180 }, () => 30), ...Array.from({ length: 300 }, () => 97)];
    const window = { startMs: NOON - values.length * MINUTE_MS, endMs: NOON };
    const found = strainSigns([{ ...cpu, window }], [minutely(values)]).get('web');
    expect(found).toMatchObject([{ metric: 'cpu', atMs: NOON - 300 * MINUTE_MS }]);
  });

  it('is a sign once three values in a row are high', () => {
    expect(signsOf([...calm, 95, 97, 99])).toEqual([
      {
        ...{ metric: 'cpu', atMs: NOON - 3 * MINUTE_MS },
        says: 'cpu of i-0123456789abcdef0, which no alarm watches, has been at 90 % or more since 2026-11-22T13:27:00.000Z',
      },
    ]);
  });

  it('is a sign from 90 % on, since the first value that was as high', () => {
    expect(signsOf([...calm, 90, 95, 97, 99])).toMatchObject([{ atMs: NOON - 4 * MINUTE_MS }]);
    expect(signsOf([...calm, 89.9, 95, 97, 99])).toMatchObject([{ atMs: NOON - 3 * MINUTE_MS }]);
    expect(signsOf([...calm, 90, 90, 90])).toHaveLength(1);
  });

  it('is a sign from the first throttled request on', () => {
    const { instanceId: _, ...query } = cpu;
    const values = [...Array.from({ length: 60 }, () => 0), 1, 1, 1];
    const found = strainSigns([{ ...query, metric: 'throttles' }], [minutely(values)]).get('web');
    expect(found?.map(({ says }) => says)).toEqual([
      'throttles, which no alarm watches, has been above zero since 2026-11-22T13:27:00.000Z',
    ]);
  });

  it('is a sign by values of the last 25 minutes, one of the last 15', () => {
    const at = (...minutes: readonly number[]) =>
      strainSigns(
        [cpu],
        [
          {
            completeUntilMs: NOON,
            points: [
              { atMs: NOON - 60 * MINUTE_MS, value: 30 },
              ...minutes.map((minute) => ({ atMs: NOON - minute * MINUTE_MS, value: 97 })),
            ],
          },
        ],
      ).size;
    expect(at(25, 20, 15)).toBe(1);
    expect(at(26, 20, 15)).toBe(0);
    expect(at(25, 20, 16)).toBe(0);
  });

  it.each([0, 1, 2, 4])('is seen at any minute with values each five minutes that are %i late', (late) => {
    const { points } = minutely([
      ...Array.from({ length: 230 }, () => 30),
      ...Array.from({ length: 40 }, () => 97),
    ]);
    const missed = Array.from({ length: 10 }, (_, minute) => {
      const endMs = NOON - minute * MINUTE_MS;
      const known = points.filter(
        ({ atMs }) => atMs % (5 * MINUTE_MS) === 0 && atMs + (5 + late) * MINUTE_MS <= endMs,
      );
      const query = { ...cpu, window: { startMs: endMs - 200 * MINUTE_MS, endMs } };
      return strainSigns([query], [{ completeUntilMs: endMs, points: known }]).size === 0;
    });
    expect(missed).not.toContain(true);
  });

  it.each([
    ['a peak', [...calm, 95, 97]],
    ['one that is over', [...calm, 95, 97, 99, 40]],
    ['no usual value', [95, 97, 99]],
    ['calm values only since the trouble may have begun', [...calm.slice(0, 21), 95, 97, 99]],
    ['a host that is usually at the limit', [...Array.from({ length: 60 }, () => 90), 95, 97, 99]],
    ['a host that is always busy', [...Array.from({ length: 60 }, () => 96), 95, 97, 99]],
    ['no value', []],
  ])('is none with %s', (_, values) => {
    expect(signsOf(values)).toBeUndefined();
  });

  it('is none where the values are old', () => {
    const points = minutely([...calm, 95, 97, 99]).points.map(({ atMs, value }) => ({
      ...{ atMs: atMs - 20 * MINUTE_MS, value },
    }));
    expect(strainSigns([cpu], [{ completeUntilMs: NOON, points }]).get('web')).toBeUndefined();
  });

  it('is given for each series, and not for what could not be read', () => {
    const high = minutely([...calm, 95, 97, 99]);
    expect(strainSigns([cpu, memory], [undefined, high]).get('web')).toEqual([
      expect.objectContaining({ metric: 'memory' }),
    ]);
    const both = strainSigns([cpu, memory], [high, high]).get('web');
    expect(both?.map(({ metric }) => metric)).toEqual(['cpu', 'memory']);
  });
});
