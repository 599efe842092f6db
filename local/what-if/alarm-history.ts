import * as z from 'zod';
import { type DocumentPath, formatPath } from '../../functions/core/configuration/problem.ts';
import { STATES } from '../alarms/schemas.ts';
import type { HistoryPage } from './history-pages.ts';
import type { RecordedTransition } from './recorded-transition.ts';
import { inOrder } from './transition-order.ts';

const state = z.enum(STATES);

const isoTime = z.iso.datetime({ offset: true });

/** 2100; more are milliseconds. */
const LATEST_SECONDS = 4_102_444_800;

const historyItem = z.looseObject(
  {
    AlarmName: z.string({ error: 'every item names its alarm' }).min(1, 'every item names its alarm'),
    // ISO 8601, or epoch seconds as older CLIs printed them.
    Timestamp: z.custom<string | number>(
      (value) =>
        typeof value === 'number' ? value > 0 && value < LATEST_SECONDS : isoTime.safeParse(value).success,
      { error: 'it must be a time such as 2026-11-22T12:00:00.000000+00:00, or epoch seconds' },
    ),
    HistoryItemType: z.string({ error: 'it must be a type of item, such as StateUpdate' }).min(1),
    // One of the two has the states: the other may be missing, null, or anything.
    HistoryData: z.unknown().optional(),
    HistorySummary: z.unknown().optional(),
  },
  { error: 'it must be a history item' },
);

const historyPage = z.looseObject(
  {
    AlarmHistoryItems: z.array(historyItem, {
      error: 'it must be a list of history items',
    }),
    NextToken: z.unknown().optional(),
    // As some SDKs print it.
    nextToken: z.unknown().optional(),
  },
  { error: 'it must be an object with AlarmHistoryItems' },
);

const stateUpdate = z.looseObject({
  oldState: z.looseObject({ stateValue: state }),
  newState: z.looseObject({ stateValue: state, stateReason: z.string().catch('') }),
});

export interface AlarmHistory {
  /** In the order of time, each once. */
  readonly transitions: readonly RecordedTransition[];
  /** Counts of items that are not a change of an alarm's state, by type. */
  readonly ignoredItems: Readonly<Record<string, number>>;
  readonly pages: readonly HistoryPage[];
}

/** A file that is not an alarm history; the message names file, field, value and remedy. */
export class InvalidHistory extends Error {
  override readonly name = 'InvalidHistory';
  readonly code = 'INVALID_HISTORY';
}

const REMEDY =
  'give what `aws cloudwatch describe-alarm-history --history-item-type StateUpdate --output json` printed, unchanged';

/**
 * Reads the output of `aws cloudwatch describe-alarm-history`: items of any alarms, in any order. A list of such
 * outputs counts as its pages, as `jq --slurp` combines them.
 *
 * @throws InvalidHistory
 */
export function readAlarmHistory(text: string, fileName: string): AlarmHistory {
  const value = parseJson(text, fileName);
  if (!Array.isArray(value) || value.length === 0) return readPage(value, fileName, []);
  return joinHistories(value.map((page, index) => readPage(page, fileName, [index])));
}

/** @param place where the page is in the file */
function readPage(page: unknown, fileName: string, place: DocumentPath): AlarmHistory {
  const parsed = historyPage.safeParse(page);
  if (!parsed.success)
    throw new InvalidHistory(`${fileName}: ${firstProblem(parsed.error, page, place)}; ${REMEDY}`);
  const ignoredItems: Record<string, number> = {};
  const transitions: RecordedTransition[] = [];
  for (const [index, item] of parsed.data.AlarmHistoryItems.entries()) {
    const { HistoryItemType: type } = item;
    if (type === 'StateUpdate')
      transitions.push(
        transitionOf(item, `${fileName}: ${formatPath([...place, 'AlarmHistoryItems', index])}`),
      );
    else ignoredItems[type] = (ignoredItems[type] ?? 0) + 1;
  }
  const { AlarmHistoryItems: items, NextToken, nextToken } = parsed.data;
  const token = NextToken ?? nextToken ?? '';
  const onePage: HistoryPage = {
    place: place.length === 0 ? fileName : `${fileName}: ${formatPath(place)}`,
    timesMs: items.map(({ Timestamp }) => timeMs(Timestamp)),
    alarmNames: new Set(items.map(({ AlarmName }) => AlarmName)),
    isCut: token !== '',
  };
  return { transitions: inOrder([transitions]), ignoredItems, pages: [onePage] };
}

/** Several histories as one. */
export function joinHistories(histories: readonly AlarmHistory[]): AlarmHistory {
  const ignoredItems: Record<string, number> = {};
  for (const history of histories)
    for (const [type, count] of Object.entries(history.ignoredItems))
      ignoredItems[type] = (ignoredItems[type] ?? 0) + count;
  return {
    transitions: inOrder(histories.map(({ transitions }) => transitions)),
    ignoredItems,
    pages: histories.flatMap(({ pages }) => pages),
  };
}

function timeMs(time: string | number): number {
  return typeof time === 'number' ? Math.round(time * 1_000) : Date.parse(time);
}

/** The microseconds beyond the millisecond. */
function microsOf(time: string | number): number {
  if (typeof time === 'number') return Math.round((time * 1_000 - Math.floor(time * 1_000)) * 1_000) % 1_000;
  return Number((/\.\d{3}(\d{1,3})/.exec(time)?.[1] ?? '').padEnd(3, '0'));
}

function transitionOf(item: z.output<typeof historyItem>, place: string): RecordedTransition {
  const { AlarmName: alarmName } = item;
  const when = { atMs: timeMs(item.Timestamp), micros: microsOf(item.Timestamp) };
  const update = stateUpdate.safeParse(lenientJson(item.HistoryData));
  if (update.success) {
    const { oldState, newState } = update.data;
    return {
      alarmName,
      ...when,
      from: oldState.stateValue,
      to: newState.stateValue,
      reason: newState.stateReason,
    };
  }
  // CloudWatch cuts HistoryData at 4,095 characters; the summary still has the states.
  const [, from, to] = /^Alarm updated from (\w+) to (\w+)$/.exec(String(item.HistorySummary)) ?? [];
  const states = z.tuple([state, state]).safeParse([from, to]);
  if (states.success) return { alarmName, ...when, from: states.data[0], to: states.data[1], reason: '' };
  const value = JSON.stringify(item.HistoryData)?.slice(0, 80) ?? 'missing';
  throw new InvalidHistory(
    `${place}.HistoryData of ${alarmName} is ${value}: neither it nor HistorySummary has the old and the new state; ${REMEDY}`,
  );
}

function firstProblem(error: z.ZodError, value: unknown, place: DocumentPath): string {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>(
    (parent, key) => (parent as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    value,
  );
  const shown = found === undefined ? 'missing' : JSON.stringify(found).slice(0, 80);
  const keys = path.map((key) => (typeof key === 'number' ? key : String(key)));
  return `${formatPath([...place, ...keys]) || 'the file'} is ${shown}: ${issue?.message}`;
}

/** V8's wording. */
const SEVERAL_DOCUMENTS = /after JSON at position/;

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw new InvalidHistory(`${fileName} is empty; ${REMEDY}`, { cause: error });
    if (SEVERAL_DOCUMENTS.test((error as Error).message)) {
      throw new InvalidHistory(
        `${fileName} has more after the first JSON document; pass each page by its own --history`,
        { cause: error },
      );
    }
    throw new InvalidHistory(`${fileName} is not JSON: ${(error as Error).message}; ${REMEDY}`, {
      cause: error,
    });
  }
}

/** JSON text, or the parsed value from another tool. */
function lenientJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
