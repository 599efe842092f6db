import * as z from 'zod/mini';
import { shortText } from '../signal/event-values.ts';
import { periodValues } from './period-values.ts';
import type { ReadWindow, SeriesRead } from './read-window.ts';

/** What a function is asked for. The documented contract: docs/monitors.md. */
export interface MonitorRequest {
  readonly version: 1;
  readonly kind: 'monitor';
  readonly component: string;
  /** By the names under `monitors`. */
  readonly monitors: Readonly<Record<string, MonitorQuestion>>;
}

/** The data points that are to be read: from a time on and before another, ISO 8601. */
interface MonitorQuestion {
  readonly from: string;
  readonly until: string;
  readonly periodSeconds: number;
}

/** A monitor, and the periods that are to be read of it. */
export interface AskedMonitor {
  readonly monitor: string;
  readonly periodSeconds: number;
  readonly statistic: string;
  readonly window: ReadWindow;
}

export function monitorRequest(component: string, asked: readonly AskedMonitor[]): MonitorRequest {
  const iso = (ms: number) => new Date(ms).toISOString();
  const monitors = asked.map(({ monitor, periodSeconds, window: { startMs, endMs } }) => [
    monitor,
    { from: iso(startMs), until: iso(endMs), periodSeconds },
  ]);
  return { version: 1, kind: 'monitor', component, monitors: Object.fromEntries(monitors) };
}

/** More than a function can have been asked for, at one value a second. */
const MOST_VALUES = 5_000;

const value = z.number({ error: 'a number' });
const values = z.union(
  [
    value,
    z.null(),
    z
      .array(
        z.object({
          at: z.iso.datetime({ offset: true, error: 'a time such as 2026-11-22T12:00:00Z' }),
          value,
        }),
      )
      .check(z.maxLength(MOST_VALUES)),
  ],
  {
    error:
      'a number, `null` if there is no value now, or a list of `{"at": "2026-11-22T12:00:00Z", "value": 1}`',
  },
);

const answer = z.object({
  values: z.record(z.string(), z.unknown(), { error: 'a mapping with a value for each monitor' }),
  problems: z._default(z.record(z.string(), z.string()), {}),
});

/** What is known of a monitor, or why nothing is. */
export type MonitorRead = { readonly read: SeriesRead } | { readonly problem: string };

/**
 * What a function answered, for each monitor that it was asked for. Whatever is not as documented is a problem of that
 * monitor, and never its silence: only `null` and an empty list say that there was nothing.
 */
export function monitorReads(payload: unknown, asked: readonly AskedMonitor[]): readonly MonitorRead[] {
  const parsed = answer.safeParse(payload);
  if (!parsed.success) {
    const said = shortText(JSON.stringify(payload) ?? 'nothing', 80);
    return asked.map(() => ({ problem: `answered ${said}; \`{"values": {…}}\` is expected` }));
  }
  return asked.map((each) => {
    const { monitor } = each;
    const { values: given, problems } = parsed.data;
    const problem = Object.hasOwn(problems, monitor) ? problems[monitor] : undefined;
    if (problem !== undefined) return { problem: shortText(problem, 200) };
    if (!Object.hasOwn(given, monitor)) return { problem: `answered without a value for ${monitor}` };
    const read = values.safeParse(given[monitor]);
    if (read.success) return { read: readOf(each, read.data) };
    const [issue] = read.error.issues;
    const said = shortText(JSON.stringify(given[monitor]) ?? 'nothing', 80);
    return { problem: `answered ${said} for ${monitor}: ${issue?.message ?? 'not a value'}` };
  });
}

function readOf(
  { periodSeconds, statistic, window }: AskedMonitor,
  given: z.output<typeof values>,
): SeriesRead {
  const { startMs, endMs } = window;
  if (typeof given === 'object' && given !== null) {
    const samples = given
      .map(({ at, value: measured }) => ({ atMs: Date.parse(at), value: measured }))
      .filter(({ atMs }) => atMs >= startMs && atMs < endMs);
    return { points: periodValues(samples, periodSeconds, statistic), completeUntilMs: endMs };
  }
  // What is now stands for the newest period; nothing is known of those before it.
  const atMs = endMs - periodSeconds * 1_000;
  const points = given === null ? [] : [{ atMs, value: given }];
  return { points, completeUntilMs: endMs, knownFromMs: atMs };
}
