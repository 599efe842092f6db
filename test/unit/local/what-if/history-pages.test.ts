import { describe, expect, it } from 'vitest';
import { joinHistories, readAlarmHistory } from '../../../../local/what-if/alarm-history.ts';
import { cutPages } from '../../../../local/what-if/history-pages.ts';
import { permutations, stateUpdate } from './history-file.ts';

describe('pages of a history', () => {
  const page = (times: readonly string[], NextToken?: unknown) => ({
    AlarmHistoryItems: times.map((time) => stateUpdate('a', `2026-11-02T${time}:00Z`, 'OK', 'ALARM')),
    ...(NextToken !== undefined && { NextToken }),
  });
  const cut = (...pages: readonly object[]) =>
    cutPages(
      joinHistories(pages.map((each, index) => readAlarmHistory(JSON.stringify(each), `${index + 1}.json`)))
        .pages,
    );

  it('count as complete without a NextToken, or with an empty one', () => {
    for (const token of [undefined, null, '']) expect(cut(page(['12:00'], token))).toEqual([]);
  });

  it('count as cut if the page after a NextToken is not given', () => {
    expect(cut(page(['12:10', '12:05'], 'more'))).toEqual(['1.json']);
    expect(cut(page([], 'more'))).toEqual(['1.json']);
    expect(cut(page(['12:10'], 'more'), page(['12:05'], 'even more'))).toEqual(['2.json']);
    // A page of later items is no continuation of one that goes back in time.
    expect(cut(page(['12:10', '12:05'], 'more'), page(['12:30', '12:20']))).toEqual(['1.json']);
    // One page can't continue two.
    expect(cut(page(['12:10', '12:05'], 'a'), page(['12:10', '12:05'], 'b'), page(['12:00']))).toHaveLength(
      1,
    );
  });

  it('count as cut whatever the token looks like, and whatever prints it', () => {
    expect(cut(page(['12:10', '12:05'], 7))).toEqual(['1.json']);
    expect(cut({ ...page(['12:10', '12:05']), nextToken: 'more' })).toEqual(['1.json']);
    expect(cut({ ...page(['12:10', '12:05']), nextToken: null })).toEqual([]);
  });

  it('count as complete if each continuation is given, in any order, newest first or oldest first', () => {
    const down = [page(['12:10', '12:05'], 'x'), page(['12:05', '12:01'], 'y'), page(['11:00'])];
    const up = [page(['12:01', '12:05'], 'x'), page(['12:05', '12:06'], 'y'), page(['13:00'])];
    for (const pages of [...permutations(down), ...permutations(up)]) expect(cut(...pages)).toEqual([]);
  });

  it('do not continue the page of another alarm', () => {
    const ofAlarms = (names: readonly string[], time: string, NextToken?: string) => ({
      AlarmHistoryItems: names.map((name) => stateUpdate(name, `2026-11-02T${time}:00Z`, 'OK', 'ALARM')),
      NextToken,
    });
    expect(cut(ofAlarms(['busy'], '10:20', 'more'), ofAlarms(['slow'], '09:20'))).toEqual(['1.json']);
    // One history of several alarms, whose pages have one in common.
    expect(cut(ofAlarms(['busy', 'slow'], '10:20', 'more'), ofAlarms(['down', 'slow'], '09:20'))).toEqual([]);
  });

  it('may have more items than a call takes arguments', () => {
    const timesMs = Array.from({ length: 200_000 }, (_, index) => index);
    const pages = [
      { place: 'newest', timesMs: [200_001, 200_000], alarmNames: new Set(['a']), isCut: true },
      { place: 'large', timesMs: timesMs.toReversed(), alarmNames: new Set(['a']), isCut: false },
    ];
    expect(cutPages(pages)).toEqual([]);
  });

  it('are identified by their place in a list', () => {
    const text = JSON.stringify([page(['12:10']), page(['12:05'], 'more')]);
    expect(cutPages(readAlarmHistory(text, 'alarms.json').pages)).toEqual(['alarms.json: [1]']);
  });
});
