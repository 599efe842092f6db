import type { Assumption } from '../../cli/what-if.ts';
import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { AlarmBinding, CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';
import { signalHash } from '../../functions/core/operation/operation-id.ts';
import { firstWhere, within } from './by-time.ts';
import { type Isolation, isolationAt } from './isolation.ts';
import type { RecordedTransition } from './recorded-transition.ts';
import type { Replay, ReplayedTransition } from './replay.ts';
import type { Unasked } from './unasked.ts';
import { type Wait, waitsOf } from './waits.ts';

/**
 * `recovered`: an operation found the component healthy although repairs change nothing: it recovered as recorded.
 * `isolated`: after the operations, a host of the component is cut off until a person restores it, by these operations
 * or earlier ones. `failed`: every operation failed, and people were notified. `refused`: no operation, for the reasons
 * given.
 */
export type IncidentOutcome =
  | 'healed'
  | 'recovered'
  | 'isolated'
  | 'failed'
  | 'unfinished'
  | 'refused'
  | 'unanswered';

/** One time that an alarm went off, and the outcome. Times are epoch milliseconds. */
export interface Incident {
  readonly alarmName: string;
  readonly component: string;
  readonly metric: string;
  readonly atMs: number;
  /** Whether it was already in ALARM when the history begins: when it went off is unknown. */
  readonly wasInAlarm: boolean;
  /** When the alarm was recorded to leave ALARM; absent if it never was, or has no history. */
  readonly recordedOverAtMs?: number;
  /** When the alarm left ALARM in the replay; absent if it never did. */
  readonly overAtMs?: number;
  readonly outcome: IncidentOutcome;
  readonly operations: readonly Operation[];
  /** Waits before, instead of or after the operations. */
  readonly refusals: readonly RefusalRecord[];
  readonly waits: readonly Wait[];
  /** The isolation of a host that was cut off when the last operation had ended, if there was one. */
  readonly isolation?: Isolation;
}

/**
 * Every time that an alarm of the configuration went off in a replay, oldest first.
 *
 * @param recorded what was replayed
 */
export function incidentsOf(
  replay: Replay,
  configuration: CompiledConfiguration,
  recorded: readonly RecordedTransition[],
): readonly Incident[] {
  const beginsMs = recorded[0]?.atMs ?? replay.startMs;
  const ended = recorded.filter(({ to }) => to !== 'ALARM');
  const endedByAlarm = Map.groupBy(ended, ({ alarmName }) => alarmName);
  const records = recordsOf(replay);
  const byAlarm = Map.groupBy(replay.transitions, ({ alarmName }) => alarmName);
  return [...byAlarm]
    .flatMap(([alarmName, transitions]) => {
      const binding = configuration.alarms[alarmName];
      if (binding === undefined) return [];
      const own = endedByAlarm.get(alarmName) ?? [];
      return incidentsOfAlarm(replay, records, alarmName, binding, transitions).map((incident): Incident => {
        const over = own[firstWhere(own, ({ atMs }) => atMs > incident.atMs)];
        return {
          ...incident,
          wasInAlarm: incident.atMs < beginsMs,
          ...(over && { recordedOverAtMs: over.atMs }),
        };
      });
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** What a replay left behind, looked up for each incident: a month may have tens of thousands. */
function recordsOf({ operations, refusals, unasked, isolations }: Replay) {
  return {
    operations: Map.groupBy(operations, ({ alert }) => alert.alarmName),
    refusals: Map.groupBy(refusals, ({ component }) => component),
    unasked: Map.groupBy(unasked, ({ alarmName }) => alarmName),
    isolations: Map.groupBy(isolations, ({ component }) => component),
  };
}

function incidentsOfAlarm(
  replay: Replay,
  records: ReturnType<typeof recordsOf>,
  alarmName: string,
  { component, metric }: AlarmBinding,
  transitions: readonly ReplayedTransition[],
): readonly Omit<Incident, 'wasInAlarm' | 'recordedOverAtMs'>[] {
  const starts = transitions.flatMap(({ to }, index) => (to === 'ALARM' ? [index] : []));
  const signals = [`${alarmName}@`, `still-red:${signalHash(component, alarmName)}:`];
  const ofAlarm = (records.refusals.get(component) ?? []).filter(({ signalId }) =>
    signals.some((text) => signalId.startsWith(text)),
  );
  const operationsOfAlarm = records.operations.get(alarmName) ?? [];
  const unasked = records.unasked.get(alarmName) ?? [];
  const isolations = records.isolations.get(component) ?? [];
  return starts.map((start, index) => {
    const atMs = transitions[start]?.atMs ?? 0;
    const next = starts[index + 1];
    const untilMs = (next === undefined ? undefined : transitions[next]?.atMs) ?? Number.POSITIVE_INFINITY;
    const operations = within(operationsOfAlarm, ({ startedAtMs }) => startedAtMs, atMs, untilMs);
    const refusals = within(ofAlarm, ({ refusedAtMs }) => refusedAtMs, atMs, untilMs);
    const overAtMs = transitions[start + 1]?.atMs;
    const endMs = Math.max(atMs, ...operations.map(({ completedAtMs = replay.endMs }) => completedAtMs));
    const isolation = isolationAt(isolations, endMs);
    const outcome = outcomeOf(operations, refusals, replay.assumption);
    return {
      alarmName,
      component,
      metric,
      atMs,
      ...(overAtMs !== undefined && { overAtMs }),
      outcome: isolation && operations.length > 0 ? 'isolated' : outcome,
      operations,
      refusals,
      waits: waitsOf({
        fromMs: atMs,
        untilMs: overAtMs ?? replay.endMs,
        refusals,
        unasked: duringEpisode(unasked, atMs, overAtMs ?? replay.endMs),
        operations,
      }),
      ...(isolation && { isolation }),
    };
  });
}

/** Rounds for one reason follow those for another: of one alarm, none overlap. */
function duringEpisode(unasked: readonly Unasked[], fromMs: number, untilMs: number): readonly Unasked[] {
  return unasked.slice(
    firstWhere(unasked, ({ lastMs }) => lastMs >= fromMs),
    firstWhere(unasked, ({ firstMs }) => firstMs > untilMs),
  );
}

function outcomeOf(
  operations: readonly Operation[],
  refusals: readonly RefusalRecord[],
  assumption: Assumption,
): Exclude<IncidentOutcome, 'isolated'> {
  const states = operations.map(({ state }) => state);
  if (states.includes('COMPLETED')) return assumption === 'healed' ? 'healed' : 'recovered';
  if (states.some((state) => state !== 'FAILED')) return 'unfinished';
  if (states.length > 0) return 'failed';
  return refusals.length > 0 ? 'refused' : 'unanswered';
}
