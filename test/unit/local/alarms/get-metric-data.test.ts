import { beforeEach, describe, expect, it } from 'vitest';
import { getMetricData } from '../../../../local/alarms/get-metric-data.ts';
import { createAlarmLab, START_MS } from './alarm-lab.ts';

const START = START_MS / 1_000;
const MINUTES = 6;

interface Answer {
  readonly MetricDataResults: readonly {
    readonly Id: string;
    readonly Timestamps: readonly number[];
    readonly Values: readonly number[];
    readonly StatusCode: string;
  }[];
  readonly NextToken?: string;
}

const query = (Id: string, Stat = 'Average', host = 'i-1', Period = 60) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: 'Demo',
      MetricName: 'Memory',
      Dimensions: [{ Name: 'InstanceId', Value: host }],
    },
    ...{ Period, Stat },
  },
});

let lab: ReturnType<typeof createAlarmLab>;

/** Two values a minute of `i-1`: m and m + 10. */
beforeEach(() => {
  lab = createAlarmLab();
  for (let minute = 0; minute < MINUTES; minute++) {
    lab.put(minute, START_MS + minute * 60_000);
    lab.put(minute + 10, START_MS + minute * 60_000);
  }
});

const ask = (queries: readonly object[], more: object = {}) =>
  getMetricData(lab.engine, {
    MetricDataQueries: queries,
    ...{ StartTime: START, EndTime: START + MINUTES * 60, ScanBy: 'TimestampAscending' },
    ...more,
  }) as Answer;

describe('the local GetMetricData', () => {
  it.each([
    ['Average', [5, 6, 7, 8, 9, 10]],
    ['Sum', [10, 12, 14, 16, 18, 20]],
    ['SampleCount', [2, 2, 2, 2, 2, 2]],
    ['p100', [10, 11, 12, 13, 14, 15]],
  ])('has the statistic %s', (statistic, values) => {
    expect(ask([query('m', statistic)]).MetricDataResults[0]).toMatchObject({
      Values: values,
      Timestamps: values.map((_, minute) => START + minute * 60),
      StatusCode: 'Complete',
    });
  });

  it('returns the newest data first unless asked otherwise', () => {
    const [{ Values } = { Values: [] }] = ask([query('m', 'Minimum')], {
      ScanBy: undefined,
    }).MetricDataResults;
    expect(Values).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('has longer periods, and metrics of different periods side by side', () => {
    const { MetricDataResults } = ask([query('a', 'Sum', 'i-1', 180), query('b', 'Maximum')]);
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([
      [36, 54],
      [10, 11, 12, 13, 14, 15],
    ]);
  });

  it('counts periods from the start of the request, rounded down to a minute', () => {
    const more = { StartTime: START + 70, EndTime: START + 5 * 60 };
    expect(ask([query('m', 'SampleCount', 'i-1', 120)], more).MetricDataResults[0]).toMatchObject({
      Timestamps: [START + 60, START + 180],
      Values: [4, 4],
    });
  });

  it('evaluates expressions over metrics and over other expressions, and returns what it is asked to', () => {
    const { MetricDataResults } = ask([
      { ...query('m', 'Sum'), ReturnData: false },
      { Id: 'half', Expression: 'm / 2', ReturnData: false },
      { Id: 'e', Expression: 'IF(half > 7, half, 0)' },
    ]);
    expect(MetricDataResults.map(({ Id, Values }) => [Id, Values])).toEqual([['e', [0, 0, 0, 8, 9, 10]]]);
  });

  it('answers in pages; a series that goes on in the next one is partial until then', () => {
    const pages: Answer[] = [];
    for (let NextToken: string | undefined = ''; NextToken !== undefined; ) {
      const more = { MaxDatapoints: 4, ...(NextToken && { NextToken }) };
      const page = ask([query('a', 'Minimum'), query('b', 'Maximum')], more);
      pages.push(page);
      ({ NextToken } = page);
    }
    expect(
      pages.map(({ MetricDataResults }) =>
        MetricDataResults.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
      ),
    ).toEqual([
      [['a', [0, 1, 2, 3], 'PartialData']],
      [
        ['a', [4, 5], 'Complete'],
        ['b', [10, 11], 'PartialData'],
      ],
      [['b', [12, 13, 14, 15], 'Complete']],
    ]);
  });

  it('has a complete answer for a metric that has no data', () => {
    expect(ask([query('m', 'Average', 'i-9')]).MetricDataResults).toMatchObject([
      { Id: 'm', Values: [], StatusCode: 'Complete' },
    ]);
  });

  it.each([
    ['an unknown page', [query('m')], { NextToken: 'else' }, 'InvalidNextToken'],
    ['an id twice', [query('m'), query('m')], {}, 'ValidationException'],
    ['an operand that is missing', [{ Id: 'e', Expression: 'x * 2' }], {}, 'ValidationException'],
    [
      'a circle',
      [
        { Id: 'e', Expression: 'f' },
        { Id: 'f', Expression: 'e' },
      ],
      {},
      'ValidationException',
    ],
    [
      'one expression over two periods',
      [query('a'), query('b', 'Sum', 'i-1', 120), { Id: 'e', Expression: 'a + b' }],
      {},
      'ValidationException',
    ],
    ['neither metric nor expression', [{ Id: 'm' }], {}, 'InvalidParameterCombinationException'],
    ['an end before its start', [query('m')], { EndTime: START }, 'InvalidParameterValueException'],
  ])('refuses %s', (_, queries, more, code) => {
    expect(() => ask(queries, more)).toThrowError(expect.objectContaining({ code }));
  });
});
