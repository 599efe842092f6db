import type { WhatIfAnswer } from './answer.ts';
import { assumptionsOf } from './assumptions.ts';
import type { AtOnce } from './concurrency.ts';
import { incidentLines } from './incident-lines.ts';
import type { Incident } from './incidents.ts';
import { plural, span, time, wrapped } from './wording.ts';

/** Incidents beyond so many are only in the JSON. */
const LISTED_INCIDENTS = 60;

/** An answer for people: lines of text. */
export function reportLines(answer: WhatIfAnswer): readonly string[] {
  const { incidents, totals, history } = answer;
  return [
    `What if Selfheal had run from ${time(answer.fromMs)} to ${time(answer.toMs)}?`,
    '',
    ...wrapped(
      '',
      `${timesText(incidents)}: ${totals.healed} healed, ${totals.failed} failed and escalated, ` +
        `${totals.refused} refused${others(totals)}.`,
    ),
    ...isolationLines(answer),
    `${plural(answer.operations.length, 'operation')}; ${inOneGo('all together', answer.atOnce.all)}.`,
    ...Object.entries(answer.atOnce.groups).map(([name, group]) => `  ${inOneGo(`group ${name}`, group)}`),
    `Time in ALARM, all alarms added up: ${span(answer.inAlarm.recordedMs)} as recorded, ${span(answer.inAlarm.replayedMs)} here.`,
    '',
    ...incidents.slice(0, LISTED_INCIDENTS).flatMap(incidentLines),
    ...(incidents.length > LISTED_INCIDENTS
      ? [`… and ${incidents.length - LISTED_INCIDENTS} more; --json lists all of them.`]
      : []),
    ...refusalLines(answer),
    ...historyLines(history),
    '',
    'This rests on:',
    ...assumptionsOf(answer.assumption).flatMap((text) => wrapped('  - ', text)),
    ...answer.defects.flatMap((defect) =>
      wrapped('', `DEFECT of Selfheal, please report it: ${String(defect)}`),
    ),
  ];
}

/** How many alarms, and how many times. */
function timesText(incidents: readonly Incident[]): string {
  const wentOff = incidents.filter(({ wasInAlarm }) => !wasInAlarm);
  const alarms = new Set(wentOff.map(({ alarmName }) => alarmName)).size;
  const already = incidents.length - wentOff.length;
  return (
    `${plural(alarms, 'alarm')} went off, ${plural(wentOff.length, 'time')} in all` +
    (already === 0 ? '' : `, and ${already} ${already === 1 ? 'was' : 'were'} in ALARM already`)
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
    `${plural(replayed, 'change')} of state replayed.`,
    ...(ignored.length === 0 ? [] : [`Items that are no change of state: ${ignored.join(', ')}.`]),
    ...(unknown.length === 0
      ? []
      : wrapped(
          '',
          `Alarms that no component has, with their changes; \`adopt\` what Selfheal is to heal: ${unknown.join(', ')}.`,
        )),
    ...(silentAlarms.length === 0
      ? []
      : wrapped('', `Alarms of the configuration without a history: ${silentAlarms.join(', ')}.`)),
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
