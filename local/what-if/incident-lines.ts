import type { Incident } from './incidents.ts';
import type { Wait } from './waits.ts';
import { span, time, wrapped } from './wording.ts';

/** How many steps of an incident are listed; the rest is only in the JSON. */
const LISTED_STEPS = 30;

/** An incident for people: what went off and with what outcome, then step by step. */
export function incidentLines(incident: Incident): readonly string[] {
  const { atMs, component, metric, alarmName, operations, refusals, waits, isolation } = incident;
  const isWaited = (timeMs: number, reason: string) =>
    waits.some((wait) => wait.reason === reason && wait.fromMs <= timeMs && timeMs <= wait.untilMs);
  const steps = [
    ...refusals
      .filter(({ refusedAtMs, reason }) => !isWaited(refusedAtMs, reason))
      .map(({ refusedAtMs, reason, detail }) => ({
        atMs: refusedAtMs,
        text: `refused ${reason}: ${detail}`,
      })),
    ...waits.map((wait) => ({ atMs: wait.fromMs, text: waitText(wait) })),
    ...operations.map((operation) => ({ atMs: operation.startedAtMs, text: operationText(operation) })),
    ...(isolation && isolation.fromMs >= atMs
      ? [
          {
            atMs: isolation.fromMs,
            text: `${isolation.instanceId} is cut off from the network, and stays so`,
          },
        ]
      : []),
  ].sort((a, b) => a.atMs - b.atMs);
  return [
    ...wrapped(
      `${time(atMs)}  ${outcomeText(incident).padEnd(10)} `,
      `${component} ${metric}: ${alarmName} ${courseText(incident)}`,
      4,
    ),
    ...steps.slice(0, LISTED_STEPS).flatMap((step) => wrapped(`    ${time(step.atMs)}  `, step.text)),
    ...(steps.length > LISTED_STEPS
      ? [`    … and ${steps.length - LISTED_STEPS} steps more; --json lists all of them.`]
      : []),
  ];
}

/** The outcome. Whether a repair would have helped is not in any history. */
export function outcomeText({ outcome }: Incident): string {
  return outcome === 'healed' ? 'healed (assumed)' : outcome;
}

function courseText({ atMs, wasInAlarm, overAtMs, recordedOverAtMs, isolation }: Incident): string {
  const since = isolation && isolation.fromMs < atMs ? `; isolated since ${time(isolation.fromMs)}` : '';
  if (wasInAlarm) {
    const recorded = recordedOverAtMs === undefined ? '' : ` (${time(recordedOverAtMs)} as recorded)`;
    return `was already in ALARM, and ${overAtMs === undefined ? 'still was at the end' : `was over at ${time(overAtMs)}`}${recorded}${since}`;
  }
  const recorded = recordedOverAtMs === undefined ? '' : ` (${span(recordedOverAtMs - atMs)} as recorded)`;
  const over =
    overAtMs === undefined
      ? 'and was still in ALARM at the end'
      : `and was over after ${span(overAtMs - atMs)}`;
  return `went off, ${over}${recorded}${since}`;
}

function waitText({ reason, detail, strategyId, eligibleAtMs, fromMs, untilMs }: Wait): string {
  // A lease is renewed: its end says nothing about the end of the operation.
  const again =
    eligibleAtMs === undefined || reason === 'IN_PROGRESS'
      ? ''
      : `; may be tried again from ${time(eligibleAtMs)}`;
  const strategy = strategyId === undefined || detail.includes(strategyId) ? '' : ` (${strategyId})`;
  return `waited ${span(untilMs - fromMs)}: ${reason}: ${detail}${strategy}${again}`;
}

export function operationText(operation: Incident['operations'][number]): string {
  const { startedAtMs, strategyId, attempt, state, completedAtMs, failure } = operation;
  return (
    `${strategyId}, attempt ${attempt}: ${state}` +
    (completedAtMs === undefined ? '' : ` after ${span(completedAtMs - startedAtMs)}`) +
    (failure === undefined ? '' : ` (${failure.error}: ${failure.cause})`)
  );
}
