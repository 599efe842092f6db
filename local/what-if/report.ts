import type { WhatIfAnswer } from './answer.ts';
import { assumptionsOf } from './assumptions.ts';
import { changesLines } from './changes-answer.ts';
import type { AtOnce } from './concurrency.ts';
import { type Entry, entriesOf } from './entries.ts';
import { flappingLines } from './flapping-lines.ts';
import { incidentLines } from './incident-lines.ts';
import type { Incident } from './incidents.ts';
import { plural, span, time, wrapped } from './wording.ts';

/** How many entries are listed; the rest is only in the JSON. */
const LISTED_ENTRIES = 60;

/** An answer for people: lines of text. */
export function reportLines(answer: WhatIfAnswer): readonly string[] {
  const { incidents, totals, history } = answer;
  const entries = entriesOf(incidents);
  return [
    `What if Selfheal had run from ${time(answer.fromMs)} to ${time(answer.toMs)}?`,
    ...history.missing.flatMap((text) => wrapped('INCOMPLETE: ', text, 4)),
    '',
    ...wrapped(
      '',
      `${timesText(incidents)}: ${totals.healed} healed, ${totals.failed} failed and escalated, ` +
        `${totals.refused} refused${others(totals)}.`,
    ),
    ...healedLines(answer),
    ...isolationLines(answer),
    ...rollbackLines(answer),
    `${plural(answer.operations.length, 'operation')}; ${inOneGo('all together', answer.atOnce.all)}.`,
    ...Object.entries(answer.atOnce.groups).map(([name, group]) => `  ${inOneGo(`group ${name}`, group)}`),
    `Time in ALARM, all alarms added up: ${span(answer.inAlarm.recordedMs)} as recorded, ${span(answer.inAlarm.replayedMs)} here.`,
    '',
    ...entries.slice(0, LISTED_ENTRIES).flatMap(entryLines),
    ...(entries.length > LISTED_ENTRIES
      ? [`… and ${entries.length - LISTED_ENTRIES} more; --json lists all of them.`]
      : []),
    ...refusalLines(answer),
    ...(answer.changes ? changesLines(answer.changes) : []),
    ...historyLines(history),
    '',
    'Assumed, and not shown by the history:',
    ...assumptionsOf(answer.assumption, answer.changes !== undefined).flatMap((text) =>
      wrapped('  - ', text),
    ),
    ...answer.defects.flatMap((defect) =>
      wrapped('', `DEFECT of Selfheal, please report it: ${String(defect)}`),
    ),
  ];
}

function entryLines(entry: Entry): readonly string[] {
  const [incident, ...more] = entry.incidents;
  return more.length === 0 ? incidentLines(incident) : flappingLines(entry);
}

function healedLines({ totals, assumption }: WhatIfAnswer): readonly string[] {
  if (assumption !== 'healed' || totals.healed === 0) return [];
  const text =
    'That repairs heal is assumed: the history shows when alarms went off, not what would have helped. --assume failed shows the other extreme.';
  return wrapped('', text);
}

/**
 * Restoring a configuration undoes what somebody deployed; an alarm history does not show whether that was the fault.
 */
function rollbackLines({ operations, configurationRollbacks: ids }: WhatIfAnswer): readonly string[] {
  const restoring = new Set(ids);
  const byStrategy = Map.groupBy(
    operations.filter(({ operationId }) => restoring.has(operationId)),
    ({ component, strategyId }) => `${strategyId} on ${component}`,
  );
  return [...byStrategy].flatMap(([what, { length }]) =>
    wrapped(
      '',
      `${what} would have restored the configuration ${plural(length, 'time')}. That assumes that the host has a verified ` +
        'version that differs from the one in use, and that the configuration was at fault: alarm histories show no ' +
        'deployments, and one that came before would have been undone.',
    ),
  );
}

/** How many alarms, and how many times. */
function timesText(incidents: readonly Incident[]): string {
  const wentOff = incidents.filter(({ wasInAlarm }) => !wasInAlarm);
  const alarms = new Set(wentOff.map(({ alarmName }) => alarmName)).size;
  const already = incidents.length - wentOff.length;
  return (
    `${plural(alarms, 'alarm')} went off, ${plural(wentOff.length, 'time')} in all` +
    (already === 0 ? '' : `, and ${already} ${already === 1 ? 'was' : 'were'} already in ALARM`)
  );
}

function isolationLines({ isolations, operations }: WhatIfAnswer): readonly string[] {
  return isolations
    .filter(({ untilMs }) => untilMs === undefined)
    .flatMap(({ component, instanceId, operationId, fromMs }) => {
      const by = operations.find((operation) => operation.operationId === operationId)?.strategyId;
      return wrapped(
        '',
        `${component} would be isolated from ${time(fromMs)} until a person restores it` +
          ` (${instanceId}${by === undefined ? '' : `, by ${by}`}).`,
      );
    });
}

function refusalLines({ refusals }: WhatIfAnswer): readonly string[] {
  if (refusals.length === 0) return [];
  return [
    '',
    'Refusals by reason, each with the detail of its first:',
    ...refusals.flatMap(({ count, reason, component, strategyId, detail }) =>
      wrapped(
        `  ${String(count).padStart(5)} × `,
        `${reason} ${component}${strategyId === undefined ? '' : `, ${strategyId}`}: ${detail}`,
      ),
    ),
  ];
}

function historyLines({
  ignoredItems,
  unknownAlarms,
  silentAlarms,
  replayed,
}: WhatIfAnswer['history']): readonly string[] {
  const ignored = Object.entries(ignoredItems).map(([type, count]) => `${count} of ${type}`);
  const unknown = Object.entries(unknownAlarms).map(([name, count]) => `${name} (${count})`);
  return [
    '',
    'Shown by the history:',
    `  - ${plural(replayed, 'change')} of state, replayed when they were recorded.`,
    ...(ignored.length === 0 ? [] : [`  - Items other than changes of state: ${ignored.join(', ')}.`]),
    ...(unknown.length === 0
      ? []
      : wrapped(
          '  - ',
          `Alarms of no component, with their changes; \`adopt\` those that Selfheal is to heal: ${unknown.join(', ')}.`,
        )),
    ...(silentAlarms.length === 0
      ? []
      : wrapped('  - ', `Alarms of the configuration without a history: ${silentAlarms.join(', ')}.`)),
  ];
}

function others({ isolated, recovered, unfinished, unanswered }: WhatIfAnswer['totals']): string {
  return (
    (isolated ? `, ${isolated} left isolated` : '') +
    (recovered ? `, ${recovered} recovered by themselves during an operation` : '') +
    (unfinished ? `, ${unfinished} unfinished` : '') +
    (unanswered ? `, ${unanswered} unanswered` : '')
  );
}

function inOneGo(what: string, { most, limit, firstAtMs }: AtOnce): string {
  const first = firstAtMs === undefined ? '' : `, first at ${time(firstAtMs)}`;
  return `${what}, at most ${most} at once of ${limit} allowed${first}`;
}
