import type { WhatIfAnswer } from './answer.ts';
import type { AtOnce } from './concurrency.ts';
import type { Incident } from './incidents.ts';
import { type Assumption, RUNBOOK_TAKES_MS } from './replay.ts';

/** Incidents beyond so many are only in the JSON. */
const LISTED_INCIDENTS = 60;

const REPAIRS: Readonly<Record<Assumption, string>> = {
  healed:
    'Repairs succeed (--assume healed): when the last runbook of a strategy has run, the alarms of the component go to OK and stay there until they were next recorded to go off. Isolation alone repairs nothing.',
  failed:
    'Repairs change nothing (--assume failed): runbooks run without an error, and alarms go to OK only when they were recorded to.',
};

/** What an answer rests on, a sentence or two each. */
function assumptionsOf(assumption: Assumption): readonly string[] {
  return [
    REPAIRS[assumption],
    'Everything that was recorded later happens as recorded: that a repair would have spared a later alarm, or led to one, is not known.',
    'A component is well, and its health endpoint answers, while none of its alarms is in ALARM. Alarms without a history stay OK; composite alarms follow the alarms that they read.',
    `Every host is in reach, and every runbook takes ${RUNBOOK_TAKES_MS / 1_000} s.`,
    'No attempts, cooldowns or pauses were left from before the first item. Mute rules, suppressors and signals of other monitors are in no alarm history, and not replayed.',
  ];
}

/** An answer for people: lines of text. */
export function reportLines(answer: WhatIfAnswer): readonly string[] {
  const { incidents, totals, history } = answer;
  return [
    `What if Selfheal had run from ${time(answer.fromMs)} to ${time(answer.toMs)}?`,
    '',
    `${plural(incidents.length, 'alarm')} went off: ${totals.healed} healed, ${totals.failed} failed and escalated, ` +
      `${totals.refused} refused${others(totals)}.`,
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
    ...assumptionsOf(answer.assumption).map((text) => `  - ${text}`),
    ...answer.defects.map((defect) => `DEFECT of Selfheal, please report it: ${String(defect)}`),
  ];
}

/** An answer for programs: times as ISO 8601, durations in seconds. */
export function jsonOf(answer: WhatIfAnswer): Record<string, unknown> {
  const { fromMs, toMs, inAlarm, atOnce, assumption, incidents, operations, defects, ...rest } = answer;
  return {
    from: iso(fromMs),
    to: iso(toMs),
    assume: assumption,
    assumptions: assumptionsOf(assumption),
    ...rest,
    inAlarm: { recordedSeconds: inAlarm.recordedMs / 1_000, replayedSeconds: inAlarm.replayedMs / 1_000 },
    atOnce: {
      ...jsonAtOnce(atOnce.all),
      groups: Object.fromEntries(
        Object.entries(atOnce.groups).map(([name, group]) => [name, jsonAtOnce(group)]),
      ),
    },
    incidents: incidents.map(({ atMs, overAtMs, operations: own, refusals, ...incident }) => ({
      ...incident,
      at: iso(atMs),
      ...(overAtMs !== undefined && { overAt: iso(overAtMs) }),
      operations: own.map(({ operationId }) => operationId),
      refusals: refusals.map(({ reason, detail, refusedAtMs }) => ({ at: iso(refusedAtMs), reason, detail })),
    })),
    operations: operations.map(({ operationId, component, strategyId, state, attempt, ...operation }) => ({
      operationId,
      component,
      strategyId,
      state,
      attempt,
      startedAt: iso(operation.startedAtMs),
      ...(operation.completedAtMs !== undefined && { completedAt: iso(operation.completedAtMs) }),
      ...(operation.failure && { failure: operation.failure }),
    })),
    defects: defects.map(String),
  };
}

function incidentLines(incident: Incident): readonly string[] {
  const { atMs, component, metric, alarmName, operations, refusals, overAtMs } = incident;
  const over =
    overAtMs === undefined
      ? 'and was still in ALARM at the end'
      : `and was over after ${span(overAtMs - atMs)}`;
  return [
    `${time(atMs)}  ${incident.outcome.padEnd(10)} ${component} ${metric}: ${alarmName} went off, ${over}`,
    ...refusals
      .map(({ refusedAtMs, reason, detail }) => ({ atMs: refusedAtMs, text: `refused ${reason}: ${detail}` }))
      .concat(
        operations.map(({ startedAtMs, strategyId, attempt, state, completedAtMs, failure }) => ({
          atMs: startedAtMs,
          text:
            `${strategyId}, attempt ${attempt}: ${state}` +
            (completedAtMs === undefined ? '' : ` after ${span(completedAtMs - startedAtMs)}`) +
            (failure === undefined ? '' : ` (${failure.error}: ${failure.cause})`),
        })),
      )
      .sort((a, b) => a.atMs - b.atMs)
      .map((step) => `    ${time(step.atMs)}  ${step.text}`),
  ];
}

function refusalLines({ refusals }: WhatIfAnswer): readonly string[] {
  if (refusals.length === 0) return [];
  return [
    '',
    'Refusals by reason, each with the detail of its first:',
    ...refusals.map(
      ({ count, reason, component, strategyId, detail }) =>
        `  ${String(count).padStart(5)} × ${reason} ${component}${strategyId === undefined ? '' : `, ${strategyId}`}: ${detail}`,
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
      : [
          `Alarms that no component has, with their changes; \`adopt\` what Selfheal is to heal: ${unknown.join(', ')}.`,
        ]),
    ...(silentAlarms.length === 0
      ? []
      : [`Alarms of the configuration without a history: ${silentAlarms.join(', ')}.`]),
  ];
}

function others({ recovered, unfinished, unanswered }: WhatIfAnswer['totals']): string {
  return (
    (recovered ? `, ${recovered} recovered by themselves during an operation` : '') +
    (unfinished ? `, ${unfinished} unfinished` : '') +
    (unanswered ? `, ${unanswered} unanswered` : '')
  );
}

function inOneGo(what: string, { most, limit, firstAtMs }: AtOnce): string {
  const first = firstAtMs === undefined ? '' : `, first at ${time(firstAtMs)}`;
  return `${what}, at most ${most} at once of ${limit} allowed${first}`;
}

function jsonAtOnce({ most, limit, firstAtMs }: AtOnce) {
  return { most, limit, ...(firstAtMs !== undefined && { firstAt: iso(firstAtMs) }) };
}

const iso = (timeMs: number) => new Date(timeMs).toISOString();

const time = (timeMs: number) => `${iso(timeMs).slice(0, 19).replace('T', ' ')}Z`;

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}
