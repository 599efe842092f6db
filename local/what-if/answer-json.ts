import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { WhatIfAnswer } from './answer.ts';
import { assumptionsOf } from './assumptions.ts';
import type { ChangesAnswer } from './changes-answer.ts';
import type { AtOnce } from './concurrency.ts';
import { type Entry, entriesOf } from './entries.ts';
import type { Incident } from './incidents.ts';
import type { Isolation } from './isolation.ts';
import type { Wait } from './waits.ts';
import { iso } from './wording.ts';

/** An answer for programs: times as ISO 8601, durations in seconds. */
export function jsonOf(answer: WhatIfAnswer): Record<string, unknown> {
  const {
    fromMs,
    toMs,
    inAlarm,
    atOnce,
    assumption,
    incidents,
    operations,
    isolations,
    changes,
    defects,
    ...rest
  } = answer;
  return {
    from: iso(fromMs),
    to: iso(toMs),
    assume: assumption,
    assumptions: assumptionsOf(assumption, changes !== undefined),
    ...rest,
    inAlarm: { recordedSeconds: inAlarm.recordedMs / 1_000, replayedSeconds: inAlarm.replayedMs / 1_000 },
    atOnce: {
      ...jsonAtOnce(atOnce.all),
      groups: Object.fromEntries(
        Object.entries(atOnce.groups).map(([name, group]) => [name, jsonAtOnce(group)]),
      ),
    },
    isolations: isolations.map(jsonIsolation),
    ...(changes && { changes: jsonChanges(changes) }),
    incidents: entriesOf(incidents).map(jsonEntry),
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

function jsonChanges({ heldBack, ...rest }: ChangesAnswer) {
  return {
    ...rest,
    heldBack: heldBack.map(({ change, alarms, waitedMs }) => ({
      change,
      alarms: alarms.map(({ alarmName, atMs }) => ({ alarmName, at: iso(atMs) })),
      waitedSeconds: waitedMs / 1_000,
    })),
  };
}

/** One incident as it is; for a flapping alarm, how often it went off, with each time under `episodes`. */
function jsonEntry({ incidents }: Entry): Record<string, unknown> {
  const [first, ...more] = incidents;
  if (more.length === 0) return { ...jsonIncident(first), times: 1 };
  const { alarmName, component, metric, atMs } = first;
  const outcomes = Map.groupBy(incidents, ({ outcome }) => outcome);
  return {
    alarmName,
    component,
    metric,
    at: iso(atMs),
    outcome: 'flapping',
    times: incidents.length,
    lastAt: iso(incidents.at(-1)?.atMs ?? atMs),
    outcomes: Object.fromEntries([...outcomes].map(([outcome, same]) => [outcome, same.length])),
    episodes: incidents.map(jsonIncident),
  };
}

function jsonIncident(incident: Incident): Record<string, unknown> {
  const { atMs, overAtMs, recordedOverAtMs, operations, refusals, waits, isolation, ...rest } = incident;
  return {
    ...rest,
    at: iso(atMs),
    ...(overAtMs !== undefined && { overAt: iso(overAtMs) }),
    ...(recordedOverAtMs !== undefined && { recordedOverAt: iso(recordedOverAtMs) }),
    operations: operations.map(({ operationId }) => operationId),
    refusals: refusals.map(jsonRefusal),
    waits: waits.map(jsonWait),
    ...(isolation && { isolation: jsonIsolation(isolation) }),
  };
}

function jsonRefusal({ reason, detail, refusedAtMs, eligibleAtMs }: RefusalRecord) {
  return {
    at: iso(refusedAtMs),
    reason,
    detail,
    ...(eligibleAtMs !== undefined && { eligibleAt: iso(eligibleAtMs) }),
  };
}

function jsonWait({ reason, detail, strategyId, fromMs, untilMs, eligibleAtMs }: Wait) {
  return {
    from: iso(fromMs),
    until: iso(untilMs),
    seconds: (untilMs - fromMs) / 1_000,
    reason,
    detail,
    ...(strategyId !== undefined && { strategyId }),
    ...(eligibleAtMs !== undefined && { eligibleAt: iso(eligibleAtMs) }),
  };
}

function jsonIsolation({ component, instanceId, operationId, fromMs, untilMs }: Isolation) {
  return {
    component,
    instanceId,
    operationId,
    from: iso(fromMs),
    ...(untilMs !== undefined && { until: iso(untilMs) }),
  };
}

function jsonAtOnce({ most, limit, firstAtMs }: AtOnce) {
  return { most, limit, ...(firstAtMs !== undefined && { firstAt: iso(firstAtMs) }) };
}
