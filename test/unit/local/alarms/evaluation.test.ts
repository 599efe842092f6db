import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, decide, evaluationRange, type Mark } from '../../../../local/alarms/evaluation.ts';
import { MISSING_DATA_TREATMENTS } from '../../../../local/alarms/schemas.ts';

const MARKS: Readonly<Record<string, Mark>> = { '0': 'ok', X: 'breaching', '-': 'missing' };
const marksOf = (row: string): Mark[] => row.split(' ').map((each) => MARKS[each] ?? 'missing');

/** States in the order missing, ignore, breaching, notBreaching. */
type Row = readonly [
  data: string,
  filled: number,
  missing: string,
  ignore: string,
  breaching: string,
  notBreaching: string,
];

function expectRow(datapointsToAlarm: number, [data, filled, ...states]: Row): void {
  const decisions = MISSING_DATA_TREATMENTS.map((treatMissingData) =>
    decide(marksOf(data), { evaluationPeriods: 3, datapointsToAlarm, treatMissingData }),
  );
  expect(decisions.map(({ state }) => state)).toEqual(states);
  expect(decisions.map((decision) => decision.filled)).toEqual(Array(4).fill(filled));
}

describe('missing data, tables of the CloudWatch User Guide', () => {
  const threeOfThree: Row[] = [
    ['0 - X - X', 0, 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 2, 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 3, 'INSUFFICIENT_DATA', 'RETAIN', 'ALARM', 'OK'],
    ['0 X X - X', 0, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 2, 'ALARM', 'RETAIN', 'ALARM', 'OK'],
  ];
  it.each(threeOfThree)('3 out of 3: %s', (...row) => expectRow(3, row));

  const twoOfThree: Row[] = [
    ['0 - X - X', 0, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 0, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 1, 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 2, 'ALARM', 'RETAIN', 'ALARM', 'OK'],
  ];
  it.each(twoOfThree)('2 out of 3: %s', (...row) => expectRow(2, row));

  const ofThe2018Edition: Row[] = [
    ['- - - - X', 2, 'INSUFFICIENT_DATA', 'RETAIN', 'ALARM', 'OK'],
    ['X - - - -', 2, 'ALARM', 'RETAIN', 'ALARM', 'OK'],
  ];
  it.each(ofThe2018Edition)('3 out of 3, 2018 edition: %s', (...row) => expectRow(3, row));

  it.each(['- - - - X', '- - - X -'])('does not lead to ALARM prematurely: %s', (data) => {
    const settings = { evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: 'missing' } as const;
    expect(decide(marksOf(data), settings).state).not.toBe('ALARM');
  });

  it('is looked for in a range of 5 for 3 evaluation periods', () => {
    expect(evaluationRange(3)).toBe(5);
  });
});

describe('M out of N', () => {
  const full = fc.record({
    n: fc.integer({ min: 1, max: 8 }),
    m: fc.integer({ min: 1, max: 8 }),
    marks: fc.array(fc.constantFrom<Mark>('ok', 'breaching'), { minLength: 10, maxLength: 10 }),
    treatMissingData: fc.constantFrom(...MISSING_DATA_TREATMENTS),
  });

  it('counts the N newest data points and nothing else without missing data', () => {
    fc.assert(
      fc.property(full, ({ n, m, marks, treatMissingData }) => {
        fc.pre(m <= n);
        const range = marks.slice(-evaluationRange(n));
        const breaching = range.slice(-n).filter((mark) => mark === 'breaching').length;
        const { state } = decide(range, { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData });
        expect(state).toBe(breaching >= m ? 'ALARM' : 'OK');
      }),
    );
  });

  it('reaches ALARM under every treatment of missing data if it does under notBreaching', () => {
    const marks = fc.array(fc.constantFrom<Mark>('ok', 'breaching', 'missing'), {
      minLength: 7,
      maxLength: 7,
    });
    fc.assert(
      fc.property(marks, fc.integer({ min: 1, max: 5 }), (range, datapointsToAlarm) => {
        const stateFor = (treatMissingData: (typeof MISSING_DATA_TREATMENTS)[number]) =>
          decide(range, { evaluationPeriods: 5, datapointsToAlarm, treatMissingData }).state;
        fc.pre(stateFor('notBreaching') === 'ALARM');
        expect(MISSING_DATA_TREATMENTS.map(stateFor)).toEqual(Array(4).fill('ALARM'));
      }),
    );
  });

  it('reaches INSUFFICIENT_DATA only under missing, and keeps the state only under ignore', () => {
    const marks = fc.array(fc.constantFrom<Mark>('ok', 'breaching', 'missing'), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(marks, fc.constantFrom(...MISSING_DATA_TREATMENTS), (range, treatMissingData) => {
        const { state } = decide(range, { evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData });
        if (state === 'INSUFFICIENT_DATA') expect(treatMissingData).toBe('missing');
        if (state === 'RETAIN') expect(treatMissingData).toBe('ignore');
      }),
    );
  });
});

describe('comparison', () => {
  it.each([
    ['GreaterThanThreshold', ['ok', 'ok', 'breaching']],
    ['GreaterThanOrEqualToThreshold', ['ok', 'breaching', 'breaching']],
    ['LessThanThreshold', ['breaching', 'ok', 'ok']],
    ['LessThanOrEqualToThreshold', ['breaching', 'breaching', 'ok']],
  ] as const)('%s of values below, at and above the threshold', (operator, expected) => {
    expect([1, 2, 3].map((value) => compare(value, operator, 2))).toEqual(expected);
  });
});
