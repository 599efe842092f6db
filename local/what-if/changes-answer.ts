import type { ChangeHistory } from './change-history.ts';
import type { Incident } from './incidents.ts';
import { plural, span, time, wrapped } from './wording.ts';

/** What a change in progress held back. */
export interface HeldBack {
  /** The change, and since when it was in progress. */
  readonly change: string;
  /** Alarms that waited for it, or were refused because of it, with the times that they went off. */
  readonly alarms: readonly { readonly alarmName: string; readonly atMs: number }[];
  /** How long they waited, all together. */
  readonly waitedMs: number;
}

/** What the recorded changes did in a replay. */
export interface ChangesAnswer {
  /** Changes of components, whatever was reported of each. */
  readonly replayed: number;
  /** Why others were not replayed, with how many. */
  readonly ignored: ChangeHistory['ignored'];
  /** The one that held back the most first. */
  readonly heldBack: readonly HeldBack[];
  /** Operations with the change that they take for the cause. */
  readonly suspected: readonly {
    readonly operationId: string;
    readonly component: string;
    readonly change: string;
  }[];
}

export function changesAnswer(
  { events, ignored }: ChangeHistory,
  incidents: readonly Incident[],
): ChangesAnswer {
  const changes = new Set(
    events.map(({ component, source, changeId }) => JSON.stringify([component, source, changeId])),
  );
  const waits = incidents.flatMap(({ alarmName, atMs, refusals, waits }) => [
    ...refusals.map(({ reason, detail }) => ({ alarmName, atMs, reason, detail, waitedMs: 0 })),
    ...waits.map(({ reason, detail, fromMs, untilMs }) => ({
      ...{ alarmName, atMs, reason, detail, waitedMs: untilMs - fromMs },
    })),
  ]);
  const byChange = Map.groupBy(
    waits.filter(({ reason }) => reason === 'CHANGE_IN_PROGRESS'),
    ({ detail }) => detail,
  );
  return {
    replayed: changes.size,
    ignored,
    heldBack: [...byChange]
      .map(([change, own]) => ({
        change,
        alarms: distinct(own.map(({ alarmName, atMs }) => ({ alarmName, atMs }))),
        waitedMs: own.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
      }))
      .toSorted((a, b) => b.waitedMs - a.waitedMs || b.alarms.length - a.alarms.length),
    suspected: incidents.flatMap(({ operations }) =>
      operations.flatMap(({ operationId, component, alert: { change } }) =>
        change ? [{ operationId, component, change: change.summary }] : [],
      ),
    ),
  };
}

/** For people. */
export function changesLines({ replayed, ignored, heldBack, suspected }: ChangesAnswer): readonly string[] {
  const reasons = Object.entries(ignored).map(([why, count]) => `${why} (${count})`);
  return [
    '',
    `Changes: ${replayed} replayed.`,
    ...heldBack.flatMap(({ change, alarms, waitedMs }) =>
      wrapped(
        '  - ',
        `${change}: held back ${plural(alarms.length, 'alarm')}, for ${span(waitedMs)} altogether: ${alarms
          .map(({ alarmName, atMs }) => `${alarmName} (${time(atMs)})`)
          .join(', ')}`,
      ),
    ),
    ...(heldBack.length === 0 ? ['  - None of them held a repair back.'] : []),
    ...suspected.flatMap(({ component, change, operationId }) =>
      wrapped('  - ', `${change}: suspected of the trouble with ${component} that ${operationId} answers`),
    ),
    ...(reasons.length === 0 ? [] : wrapped('  - ', `Not replayed: ${reasons.join('; ')}.`)),
  ];
}

function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
