import type { RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { AlarmBinding, CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import type { Operation } from '../../functions/core/operation/operation.ts';
import { signalHash } from '../../functions/core/operation/operation-id.ts';
import type { Assumption, Replay, ReplayedTransition } from './replay.ts';

/**
 * `recovered`: an operation found the component well, though repairs change nothing: it became well as recorded.
 * `failed`: every operation failed, people were told. `refused`: no operation, for the reasons given.
 */
export type IncidentOutcome = 'healed' | 'recovered' | 'failed' | 'unfinished' | 'refused' | 'unanswered';

/** One time that an alarm went off, and what came of it. Times are epoch milliseconds. */
export interface Incident {
  readonly alarmName: string;
  readonly component: string;
  readonly metric: string;
  readonly atMs: number;
  /** When the alarm left ALARM in the replay; absent if it never did. */
  readonly overAtMs?: number;
  readonly outcome: IncidentOutcome;
  readonly operations: readonly Operation[];
  /** Before, instead of or after the operations. */
  readonly refusals: readonly RefusalRecord[];
}

/** Every time that an alarm of the configuration went off in a replay, oldest first. */
export function incidentsOf(replay: Replay, configuration: CompiledConfiguration): readonly Incident[] {
  const byAlarm = Map.groupBy(replay.transitions, ({ alarmName }) => alarmName);
  return [...byAlarm]
    .flatMap(([alarmName, transitions]) => {
      const binding = configuration.alarms[alarmName];
      return binding === undefined ? [] : incidentsOfAlarm(replay, alarmName, binding, transitions);
    })
    .sort((a, b) => a.atMs - b.atMs);
}

function incidentsOfAlarm(
  replay: Replay,
  alarmName: string,
  { component, metric }: AlarmBinding,
  transitions: readonly ReplayedTransition[],
): readonly Incident[] {
  const starts = transitions.flatMap(({ to }, index) => (to === 'ALARM' ? [index] : []));
  const signals = [`${alarmName}@`, `still-red:${signalHash(component, alarmName)}:`];
  const ofAlarm = replay.refusals.filter(
    (refusal) => refusal.component === component && signals.some((text) => refusal.signalId.startsWith(text)),
  );
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
    return {
      alarmName,
      component,
      metric,
      atMs,
      ...(overAtMs !== undefined && { overAtMs }),
      outcome: outcomeOf(operations, refusals, replay.assumption),
      operations,
      refusals,
    };
  });
}

function outcomeOf(
  operations: readonly Operation[],
  refusals: readonly RefusalRecord[],
  assumption: Assumption,
): IncidentOutcome {
  const states = operations.map(({ state }) => state);
  if (states.includes('COMPLETED')) return assumption === 'healed' ? 'healed' : 'recovered';
  if (states.some((state) => state !== 'FAILED')) return 'unfinished';
  if (states.length > 0) return 'failed';
  return refusals.length > 0 ? 'refused' : 'unanswered';
}
