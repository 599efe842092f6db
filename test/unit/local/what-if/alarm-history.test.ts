import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidHistory, joinHistories, readAlarmHistory } from '../../../../local/what-if/alarm-history.ts';
import { episode, historyText, permutations, stateUpdate } from './history-file.ts';

const read = (items: readonly object[]) => readAlarmHistory(historyText(items), 'alarms.json');

describe('changes of one alarm at the same time', () => {
  const at = (time: string, from: string, to: string) =>
    stateUpdate('a', `2026-11-02T${time}:00.000000+00:00`, from, to);
  const statesOf = (items: readonly object[]) =>
    read(items).transitions.map(({ from, to }) => `${from} ${to}`);

  it('follow the order of its states, whatever the order of the file', () => {
    const items = [
      at('10:00', 'INSUFFICIENT_DATA', 'OK'),
      at('10:05', 'OK', 'ALARM'),
      at('10:30', 'ALARM', 'OK'),
      at('10:30', 'OK', 'ALARM'),
      at('10:45', 'ALARM', 'OK'),
    ];
    for (const order of permutations(items)) {
      expect(statesOf(order)).toEqual([
        'INSUFFICIENT_DATA OK',
        'OK ALARM',
        'ALARM OK',
        'OK ALARM',
        'ALARM OK',
      ]);
    }
  });

  it('follow from what comes after them, if nothing comes before', () => {
    const items = [at('10:30', 'ALARM', 'OK'), at('10:30', 'OK', 'ALARM'), at('10:45', 'OK', 'ALARM')];
    for (const order of permutations(items))
      expect(statesOf(order)).toEqual(['OK ALARM', 'ALARM OK', 'OK ALARM']);
  });

  it.each([
    ['to the microsecond', ['000', '000', '000']],
    ['within a millisecond', ['100', '200', '300']],
  ])('are all kept if an alarm flaps %s', (_, micros) => {
    const flap = (index: number, from: string, to: string) =>
      stateUpdate('a', `2026-11-02T10:05:00.000${micros[index]}+00:00`, from, to);
    const items = [
      flap(0, 'OK', 'ALARM'),
      flap(1, 'ALARM', 'OK'),
      flap(2, 'OK', 'ALARM'),
      at('10:30', 'ALARM', 'OK'),
    ];
    for (const order of permutations(items))
      expect(statesOf(order)).toEqual(['OK ALARM', 'ALARM OK', 'OK ALARM', 'ALARM OK']);
    // Two files may have the same page, and a tool may have dropped the microseconds of one.
    const rounded = items.map((item) => ({ ...item, Timestamp: item.Timestamp.replace(/\.\d{6}/, '') }));
    for (const other of [items, rounded, items.slice(0, 1), rounded.slice(2)])
      expect(joinHistories([read(items), read(other)]).transitions).toEqual(read(items).transitions);
  });

  it('count once where a page has copies', () => {
    const items = [at('10:05', 'OK', 'ALARM'), at('10:30', 'ALARM', 'OK')];
    expect(statesOf([...items, ...items])).toEqual(['OK ALARM', 'ALARM OK']);
  });

  it('begin in OK if nothing else decides', () => {
    const flap = [at('10:05', 'ALARM', 'OK'), at('10:05', 'OK', 'ALARM')];
    for (const items of [flap, [...flap, at('10:30', 'ALARM', 'OK'), at('10:30', 'OK', 'ALARM')]])
      for (const order of permutations(items)) expect(statesOf(order)[0]).toBe('OK ALARM');
  });

  it('follow from all that comes after them', () => {
    const items = [
      at('10:05', 'OK', 'ALARM'),
      at('10:05', 'ALARM', 'OK'),
      at('10:06', 'OK', 'ALARM'),
      at('10:06', 'ALARM', 'OK'),
      at('10:30', 'ALARM', 'OK'),
    ];
    for (const order of permutations(items))
      expect(statesOf(order)).toEqual(['ALARM OK', 'OK ALARM', 'ALARM OK', 'OK ALARM', 'ALARM OK']);
  });

  it('come out the same for every order of the items, whatever they are', () => {
    const state = fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA');
    const item = fc.record({
      name: fc.constantFrom('a', 'b'),
      minute: fc.integer({ min: 10, max: 12 }),
      from: state,
      to: state,
      isCut: fc.boolean(),
    });
    const shuffled = fc
      .array(item, { maxLength: 12 })
      .chain((items) =>
        fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
      );
    const written = (
      items: readonly { name: string; minute: number; from: string; to: string; isCut: boolean }[],
    ) =>
      items.map(({ name, minute, from, to, isCut }) => {
        const update = stateUpdate(name, `2026-11-02T12:${minute}:00Z`, from, to);
        return isCut ? { ...update, HistoryData: undefined } : update;
      });
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        expect(read(written(others)).transitions).toEqual(read(written(items)).transitions);
      }),
    );
  });
});

describe('a recorded alarm history', () => {
  it('comes in the order of time, whatever the order of the file', () => {
    const items = [...episode('a', '12:00', '12:10'), ...episode('b', '12:05', '12:20')];
    const { transitions } = read(items.toReversed());
    expect(transitions.map(({ alarmName, from, to }) => [alarmName, from, to])).toEqual([
      ['a', 'OK', 'ALARM'],
      ['b', 'OK', 'ALARM'],
      ['a', 'ALARM', 'OK'],
      ['b', 'ALARM', 'OK'],
    ]);
    expect(transitions[0]).toMatchObject({
      atMs: Date.parse('2026-11-02T12:00:00.123Z'),
      reason: 'Threshold Crossed: now ALARM',
    });
  });

  it('comes in the order of its microseconds, too', () => {
    const at = (micros: string) => `2026-11-02T12:00:00.000${micros}+00:00`;
    const items = [
      stateUpdate('a', at('900'), 'ALARM', 'OK'),
      stateUpdate('a', at('100'), 'OK', 'ALARM'),
      stateUpdate('a', at('500'), 'ALARM', 'ALARM'),
    ];
    for (const order of [items, items.toReversed()])
      expect(read(order).transitions.map(({ micros, to }) => [micros, to])).toEqual([
        [100, 'ALARM'],
        [500, 'ALARM'],
        [900, 'OK'],
      ]);
  });

  it('needs only one of the two fields that say the states', () => {
    const item = stateUpdate('a', '2026-11-02T12:00:00Z', 'OK', 'ALARM');
    for (const more of [
      { HistoryData: null },
      { HistoryData: JSON.parse(item.HistoryData) as object },
      { HistoryData: item.HistoryData.replace('"Threshold Crossed: now ALARM"', 'null') },
      { HistorySummary: null },
    ])
      expect(read([{ ...item, ...more }]).transitions).toMatchObject([{ from: 'OK', to: 'ALARM' }]);
  });

  it('counts items that are no change of state, by type', () => {
    const other = (HistoryItemType: string) => ({
      ...stateUpdate('a', '2026-11-02T12:00:00Z', 'OK', 'ALARM'),
      HistoryItemType,
    });
    const { transitions, ignoredItems } = read([
      other('Action'),
      other('ConfigurationUpdate'),
      other('Action'),
    ]);
    expect(transitions).toEqual([]);
    expect(ignoredItems).toEqual({ Action: 2, ConfigurationUpdate: 1 });
  });

  it('accepts composite alarms, epoch seconds, and items without an alarm type', () => {
    const item = stateUpdate('a', '2026-11-02T12:00:00Z', 'OK', 'ALARM');
    const { AlarmType: _none, ...bare } = { ...item, Timestamp: 1_793_620_800.5 };
    const { transitions } = read([{ ...item, AlarmType: 'CompositeAlarm' }, bare]);
    expect(transitions.map(({ atMs }) => atMs)).toContain(1_793_620_800_500);
    expect(transitions).toHaveLength(2);
  });

  it('takes the states from the summary when CloudWatch has cut the data short', () => {
    const item = stateUpdate('a', '2026-11-02T12:00:00Z', 'OK', 'ALARM');
    const [transition] = read([{ ...item, HistoryData: item.HistoryData.slice(0, 40) }]).transitions;
    expect(transition).toMatchObject({ from: 'OK', to: 'ALARM' });
  });

  it('has a change once that several files have', () => {
    const history = read(episode('a', '12:00', '12:10'));
    const other = read(episode('a', '12:00'));
    expect(joinHistories([history, other]).transitions).toEqual(history.transitions);
  });

  it('may be a list of pages', () => {
    const pages = [episode('a', '12:00', '12:10'), episode('b', '12:05')].map((items) =>
      JSON.parse(historyText(items)),
    );
    const { transitions } = readAlarmHistory(JSON.stringify(pages), 'alarms.json');
    expect(transitions.map(({ alarmName }) => alarmName)).toEqual(['a', 'b', 'a']);
  });

  it('is refused when it is several documents, with what to do about it', () => {
    const reading = () => readAlarmHistory(historyText([]).repeat(2), 'alarms.json');
    expect(reading).toThrow(InvalidHistory);
    expect(reading).toThrow('pass each page by its own --history');
  });

  it('is refused at the place in its page', () => {
    const pages = JSON.stringify([JSON.parse(historyText([])), JSON.parse(historyText([{}]))]);
    expect(() => readAlarmHistory(pages, 'alarms.json')).toThrow(
      '[1].AlarmHistoryItems[0].AlarmName is missing',
    );
  });

  it.each([
    ['no JSON', 'AlarmHistoryItems:', 'alarms.json is not JSON'],
    ['another document', '{"MetricAlarms":[]}', 'AlarmHistoryItems is missing: it must be a list'],
    ['a list', '[]', 'the file is []: it must be an object with AlarmHistoryItems'],
    ['empty', ' \n', 'alarms.json is empty'],
    [
      'an item without a name',
      historyText([{ ...stateUpdate('a', '2026-11-02T12:00:00Z', 'OK', 'ALARM'), AlarmName: undefined }]),
      'AlarmHistoryItems[0].AlarmName is missing: every item names its alarm',
    ],
    [
      'a time in milliseconds',
      historyText([{ ...stateUpdate('a', '', 'OK', 'ALARM'), Timestamp: 1_793_620_800_500 }]),
      'AlarmHistoryItems[0].Timestamp is 1793620800500',
    ],
    [
      'a time that is none',
      historyText([stateUpdate('a', 'yesterday', 'OK', 'ALARM')]),
      'AlarmHistoryItems[0].Timestamp is "yesterday": it must be a time such as',
    ],
    [
      'data without states',
      historyText([
        {
          ...stateUpdate('a', '2026-11-02T12:00:00Z', 'OK', 'ALARM'),
          HistoryData: '{"x":1}',
          HistorySummary: '',
        },
      ]),
      'AlarmHistoryItems[0].HistoryData of a is "{\\"x\\":1}"',
    ],
  ])('is refused with field, value and remedy when it is %s', (_what, text, message) => {
    const reading = () => readAlarmHistory(text, 'alarms.json');
    expect(reading).toThrow(InvalidHistory);
    expect(reading).toThrow(message);
    expect(reading).toThrow('aws cloudwatch describe-alarm-history');
  });
});
