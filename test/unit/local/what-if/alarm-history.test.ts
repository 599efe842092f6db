import { describe, expect, it } from 'vitest';
import { InvalidHistory, joinHistories, readAlarmHistory } from '../../../../local/what-if/alarm-history.ts';
import { episode, historyText, stateUpdate } from './history-file.ts';

const read = (items: readonly object[]) => readAlarmHistory(historyText(items), 'alarms.json');

describe('a recorded alarm history', () => {
  it('is read in the order of time, whatever the order of the file', () => {
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

  it('takes composite alarms, epoch seconds, and items without an alarm type', () => {
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

  it('holds a change once that several files have', () => {
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
