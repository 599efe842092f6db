import type { Entry } from './entries.ts';
import { operationText, outcomeText } from './incident-lines.ts';
import type { Incident } from './incidents.ts';
import { plural, span, time, wrapped } from './wording.ts';

/** How many operations of one alarm are listed; the rest is only in the JSON. */
const LISTED_OPERATIONS = 10;

/** An alarm that went off again and again, as one entry: how often, with what outcome, and why it was refused. */
export function flappingLines({ incidents }: Entry): readonly string[] {
  const [{ atMs, component, metric, alarmName }] = incidents;
  const last = incidents.at(-1);
  const outcomes = Map.groupBy(incidents, outcomeText);
  const counts = [...outcomes].map(([outcome, same]) => `${same.length} ${outcome}`);
  const operations = incidents.flatMap((incident) => incident.operations);
  return [
    ...wrapped(
      `${time(atMs)}  ${'flapping'.padEnd(10)} `,
      `${component} ${metric}: ${alarmName} went off ${plural(incidents.length, 'time')} until ` +
        `${time(last?.atMs ?? atMs)}, ${averages(incidents)}: ${counts.join(', ')}`,
      4,
    ),
    ...operations
      .slice(0, LISTED_OPERATIONS)
      .flatMap((operation) => wrapped(`    ${time(operation.startedAtMs)}  `, operationText(operation))),
    ...(operations.length > LISTED_OPERATIONS
      ? [
          `    … and ${plural(operations.length - LISTED_OPERATIONS, 'more operation')}; --json lists all of them.`,
        ]
      : []),
    ...refusalLines(incidents),
  ];
}

function averages(incidents: readonly Incident[]): string {
  const recorded = incidents.flatMap(({ atMs, recordedOverAtMs }) =>
    recordedOverAtMs === undefined ? [] : [recordedOverAtMs - atMs],
  );
  if (recorded.length === 0) return 'with no end on record';
  return `each for ${span(recorded.reduce((sum, each) => sum + each, 0) / recorded.length)} on average, as recorded`;
}

function refusalLines(incidents: readonly Incident[]): readonly string[] {
  const reasons = Map.groupBy(
    incidents.flatMap(({ refusals }) => refusals),
    ({ reason }) => reason,
  );
  return [...reasons].flatMap(([reason, same]) =>
    wrapped('    ', `refused ${plural(same.length, 'time')}: ${reason}: ${same[0]?.detail}`),
  );
}
