import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { AlarmBinding, CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';
import { signalHash } from '../../functions/core/operation/operation-id.ts';
import { type Isolation, isolationAt } from './isolation.ts';
import type { RecordedTransition } from './recorded-transition.ts';
import type { Replay, ReplayedTransition } from './replay.ts';
import { type Wait, waitsOf } from './waits.ts';
import type { Assumption } from './world.ts';

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
  const recordedByAlarm = Map.groupBy(recorded, ({ alarmName }) => alarmName);
  const byAlarm = Map.groupBy(replay.transitions, ({ alarmName }) => alarmName);
  return [...byAlarm]
    .flatMap(([alarmName, transitions]) => {
      const binding = configuration.alarms[alarmName];
      if (binding === undefined) return [];
      const own = recordedByAlarm.get(alarmName) ?? [];
      return incidentsOfAlarm(replay, alarmName, binding, transitions).map((incident): Incident => {
        const over = own.find(({ atMs, to }) => atMs > incident.atMs && to !== 'ALARM');
        return {
          ...incident,
          wasInAlarm: incident.atMs < beginsMs,
          ...(over && { recordedOverAtMs: over.atMs }),
        };
      });
    })
    .sort((a, b) => a.atMs - b.atMs);
}

function incidentsOfAlarm(
  replay: Replay,
  alarmName: string,
  { component, metric }: AlarmBinding,
  transitions: readonly ReplayedTransition[],
): readonly Omit<Incident, 'wasInAlarm' | 'recordedOverAtMs'>[] {
  const starts = transitions.flatMap(({ to }, index) => (to === 'ALARM' ? [index] : []));
  const signals = [`${alarmName}@`, `still-red:${signalHash(component, alarmName)}:`];
  const ofAlarm = replay.refusals.filter(
    (refusal) => refusal.component === component && signals.some((text) => refusal.signalId.startsWith(text)),
  );
  const unasked = replay.unasked.filter((each) => each.alarmName === alarmName);
  return starts.map((start, index) => {
    const atMs = transitions[start]?.atMs ?? 0;
    const next = starts[index + 1];
    const untilMs = (next === undefined ? undefined : transitions[next]?.atMs) ?? Number.POSITIVE_INFINITY;
    const isInside = (timeMs: number) => timeMs >= atMs && timeMs < untilMs;
    const operations = replay.operations.filter(
      ({ alert, startedAtMs }) => alert.alarmName === alarmName && isInside(startedAtMs),
    );
    const refusals = ofAlarm.filter(({ refusedAtMs }) => isInside(refusedAtMs));
    const overAtMs = transitions[start + 1]?.atMs;
    const endMs = Math.max(atMs, ...operations.map(({ completedAtMs = replay.endMs }) => completedAtMs));
    const isolation = isolationAt(replay.isolations, component, endMs);
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
        unasked,
        operations,
      }),
      ...(isolation && { isolation }),
    };
  });
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
