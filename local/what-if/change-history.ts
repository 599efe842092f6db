import * as z from 'zod';
import type { Change } from '../../functions/core/change/change.ts';
import { CHANGE_KINDS, CHANGE_SOURCES, type ChangeEvent } from '../../functions/core/change/change-event.ts';
import { parseChange } from '../../functions/core/change/parse-change.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import { parseSignal } from '../../functions/core/signal/parse-signal.ts';

/** What was recorded of changes, besides the history of alarms. */
export interface ChangeHistory {
  readonly events: readonly ChangeEvent[];
  /** Why others are not replayed, with how many. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** A file that has no changes in it; the message names file, item, value and remedy. */
export class InvalidChanges extends Error {
  override readonly name = 'InvalidChanges';
  readonly code = 'INVALID_CHANGES';
}

const REMEDY =
  'give what `npx selfheal changes --days 30 --json` printed, or the events as EventBridge delivered them, as a list or one a line';

const STATUSES = [
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'REPLACED',
  'OVERDUE',
] as const satisfies readonly Change['status'][];

const changeRecord = z.looseObject({
  component: z.string().min(1),
  source: z.enum(CHANGE_SOURCES),
  kind: z.enum(CHANGE_KINDS),
  changeId: z.string().min(1),
  resource: z.string().optional(),
  status: z.enum(STATUSES),
  startedAtMs: z.int().nonnegative(),
  endedAtMs: z.int().nonnegative().optional(),
  summary: z.string(),
  link: z.string().optional(),
  operationId: z.string().optional(),
});

const busEvent = z.looseObject({
  'detail-type': z.string(),
  source: z.string(),
  time: z.iso.datetime({ offset: true }),
});

/**
 * Reads changes: records as the command prints them, or events of AWS's services and of pipelines, in any order.
 *
 * @throws InvalidChanges
 */
export function readChangeHistory(
  text: string,
  fileName: string,
  configuration: CompiledConfiguration,
): ChangeHistory {
  const items = itemsIn(text, fileName);
  const events: ChangeEvent[] = [];
  const ignored: Record<string, number> = {};
  for (const [index, item] of items.entries()) {
    const read = isEvent(item)
      ? fromEvent(item, `${fileName}: [${index}]`, configuration)
      : fromRecord(item, `${fileName}: [${index}]`, configuration);
    events.push(...read.events);
    if (read.ignored !== undefined) ignored[read.ignored] = (ignored[read.ignored] ?? 0) + 1;
  }
  return { events: events.toSorted((a, b) => a.atMs - b.atMs), ignored };
}

/** Several histories as one. */
export function joinChanges(histories: readonly ChangeHistory[]): ChangeHistory {
  const ignored: Record<string, number> = {};
  for (const history of histories)
    for (const [why, count] of Object.entries(history.ignored)) ignored[why] = (ignored[why] ?? 0) + count;
  return { events: histories.flatMap(({ events }) => events).toSorted((a, b) => a.atMs - b.atMs), ignored };
}

interface ReadItem {
  readonly events: readonly ChangeEvent[];
  readonly ignored?: string;
}

function fromRecord(item: unknown, place: string, { components }: CompiledConfiguration): ReadItem {
  const parsed = changeRecord.safeParse(item);
  if (!parsed.success) throw new InvalidChanges(`${place}${problemIn(parsed.error)}; ${REMEDY}`);
  const {
    component,
    source,
    kind,
    changeId,
    resource,
    status,
    startedAtMs,
    endedAtMs,
    summary,
    link,
    operationId,
  } = parsed.data;
  if (operationId !== undefined) return { events: [], ignored: 'part of a repair' };
  if (components[component]?.changes === undefined)
    return { events: [], ignored: `of ${component}, whose changes are not watched` };
  const facts = {
    ...{ component, source, kind, changeId, summary },
    ...(resource !== undefined && { resource }),
    ...(link !== undefined && { link }),
  };
  const end = { SUCCEEDED: 'finished', FAILED: 'failed' } as const;
  const phase = status === 'SUCCEEDED' || status === 'FAILED' ? end[status] : undefined;
  const ended = phase && { ...facts, phase, atMs: endedAtMs ?? startedAtMs };
  // It took effect at once: nobody reported a beginning.
  if (ended && ended.atMs === startedAtMs) return { events: [ended] };
  return { events: [{ ...facts, phase: 'started', atMs: startedAtMs }, ...(ended ? [ended] : [])] };
}

function isEvent(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'detail-type' in item;
}

function fromEvent(item: unknown, place: string, configuration: CompiledConfiguration): ReadItem {
  const event = busEvent.safeParse(item);
  if (!event.success) throw new InvalidChanges(`${place}${problemIn(event.error)}; ${REMEDY}`);
  const type = event.data['detail-type'];
  const signal = parseSignal(item, configuration, Date.parse(event.data.time));
  if (signal.kind !== 'change-report') {
    const why = 'problem' in signal ? signal.problem : `${type}: not about a change`;
    return { events: [], ignored: why };
  }
  const parsed = parseChange(signal.report, configuration);
  switch (parsed.kind) {
    case 'changes':
      return { events: parsed.changes };
    case 'ignored':
      return { events: [], ignored: parsed.detail };
    case 'unknown-component':
      return { events: [], ignored: `of ${parsed.name}, which is not a component` };
    case 'not-understood':
      return { events: [], ignored: parsed.problem };
  }
}

function problemIn({ issues: [issue] }: z.ZodError): string {
  return `.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`;
}

/** A list, one object, or an object a line. */
function itemsIn(text: string, fileName: string): readonly unknown[] {
  if (text.trim() === '') throw new InvalidChanges(`${fileName} is empty; ${REMEDY}`);
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length === 1) throw notJson(fileName, error);
    return lines.map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (cause) {
        throw notJson(`${fileName}: line ${index + 1}`, cause);
      }
    });
  }
}

function notJson(what: string, cause: unknown): InvalidChanges {
  return new InvalidChanges(`${what} is not JSON: ${(cause as Error).message}; ${REMEDY}`, { cause });
}
